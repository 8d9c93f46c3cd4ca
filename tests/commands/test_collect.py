from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.ats import AtsSpider
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.search import SearchSpider
from jobspiders.commands.collect import plan
from tests.commands.running import scrapy
from tests.local_board.server import LocalBoard, serving


class WideSpider(SearchSpider):
    name = "wide"


class ClosedSpider(SearchSpider):
    name = "closed"
    robots = "forbidden"


class NewsSpider(FeedSpider):
    name = "news"


class PlatformSpider(AtsSpider):
    name = "platform"


SPIDERS: dict[str, type[BoardSpider]] = {
    spider.name: spider for spider in (WideSpider, ClosedSpider, NewsSpider, PlatformSpider)
}


def test_each_board_runs_each_query() -> None:
    runs = plan(SPIDERS, {"query": "crane; data engineer ;", "boards": "wide,news,wide"})
    assert [run.label for run in runs] == [
        "wide 'crane'",
        "wide 'data engineer'",
        "news 'crane'",
        "news 'data engineer'",
    ]


def test_all_means_searches_and_feeds_that_robots_txt_leaves_open() -> None:
    assert [run.board for run in plan(SPIDERS, {"query": "crane"})] == ["wide", "news"]
    assert [run.board for run in plan(SPIDERS, {"query": "crane", "boards": "closed"})] == ["closed"]


def test_arguments_go_to_the_boards_that_take_them_and_the_rest_is_told() -> None:
    runs = plan(SPIDERS, {"query": "crane", "radius_km": "5", "location": "Hull"})
    assert runs[0].arguments == {"query": "crane", "radius_km": "5", "location": "Hull"}
    assert (runs[1].arguments, runs[1].ignored) == ({"query": "crane", "location": "Hull"}, ["radius_km"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"boards": ","}, "names no board"),
        ({"boards": "news", "radius_km": "5"}, "none of news takes radius_km"),
        ({"boards": "wide"}, "needs -a query"),
        ({"query": "x", "boards": "platform"}, "needs companies="),
        ({"query": "x", "max_results": "0"}, "below 1"),
    ],
)
def test_bad_arguments_are_refused_before_anything_runs(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        plan(SPIDERS, given)


def test_an_unknown_board_is_refused() -> None:
    with pytest.raises(ArgumentError, match="there is no board 'wid'; did you mean wide"):
        plan(SPIDERS, {"query": "x", "boards": "wid"})


def test_boards_run_side_by_side_and_a_failing_one_leaves_the_others_alone(
    database_url: str, tmp_path: Path
) -> None:
    settings = {
        "SPIDER_MODULES": "tests.local_board",
        "ROBOTSTXT_OBEY": "0",
        "AUTOTHROTTLE_ENABLED": "0",
        "LOG_LEVEL": "CRITICAL",
    }
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    with serving(LocalBoard(postings=12)) as board:
        environment = {
            "DATABASE_URL": database_url,
            "JOBSPIDERS_HOME": str(tmp_path),
            "LOCAL_BOARD": board.address,
        }
        # the loopback server has no feed: that board answers 404
        ran = scrapy(
            *("collect", "-a", "query=rigger 1;rigger 2", "-a", "boards=localboard,localfeed", *words),
            environment=environment,
        )
    assert ran.code == 0, ran.err
    lines = ran.out.strip().splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "localboard 'rigger 1'",
        "localboard 'rigger 2'",
        "localfeed 'rigger 1'",
        "localfeed 'rigger 2'",
    ]
    assert [line.split()[-1] if "ok" not in line else "ok" for line in lines[1:]] == [
        "ok",
        "ok",
        "not_found",
        "not_found",
    ]
    with psycopg.connect(database_url) as connection:
        titles = connection.execute("SELECT title FROM postings ORDER BY 1").fetchall()
    # each search keeps what holds its words; the rest is filtered out, and said
    assert [title for (title,) in titles] == ["Rigger 1", "Rigger 10", "Rigger 11", "Rigger 2"]
    assert "filtered by query" in ran.out
