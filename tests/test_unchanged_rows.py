"""Second crawls of lists that say all of their postings: rows that say the same are not read, and nothing is lost."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from jobspiders import settings as defaults
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.erasure import Wanted, erase
from tests.conftest import fresh_database
from tests.local_board.crawling import CrawlProcess, crawling
from tests.local_board.server import LocalBoard, serving

BEGIN = datetime(2026, 8, 1, 8, tzinfo=UTC)
#: Columns that say who stored what and when, not what a posting is.
OWN = {"id", "job_id", "company_id", "first_crawl_id", "last_crawl_id", "row_hash", "searchable"}


class Feed(LocalBoard):
    """One document whose rows can be altered."""

    def __init__(self, postings: int, age: int = 100) -> None:
        super().__init__(postings)
        #: When the first was posted; the others followed day by day.
        self.first = BEGIN - timedelta(days=age)
        self.rows = {number: self.row(number) for number in range(postings)}
        self.twice: list[dict[str, Any]] = []

    def answer(self, path: str) -> Any:
        """The document."""
        return {"rows": [*self.rows.values(), *self.twice]}

    def row(self, number: int) -> dict[str, Any]:
        """A row with all that there is to say."""
        return {
            "id": str(number),
            "title": f"Rigger {number}",
            "url": f"http://127.0.0.1/job/{number}",
            "text": f"<p>Cranes, masts and <b>Python</b>: {number} years of experience. English is spoken.</p>",
            "place": "Hull, UK" if number % 3 else None,
            "pay": "GBP 40,000 a year" if number % 2 else None,
            "kind": "full-time",
            "department": "Yard",
            "posted": (day := self.first + timedelta(days=number % 40)).isoformat(),
            "until": (day + timedelta(days=370)).isoformat() if number % 4 == 0 else None,
            "views": number,
        }


@pytest.fixture
def other_database_url(embedded_home: Path) -> Iterator[str]:
    with fresh_database(embedded_home) as url:
        yield url


class PassingPipeline:
    """Somebody else's, who wants to see postings."""

    async def process_item(self, item: Any) -> Any:
        return item


@contextmanager
def crawled(feed: Feed, home: Path, url: str) -> Iterator[CrawlProcess]:
    with serving(feed), crawling(feed.address, home, url) as process:
        yield process


def crawl(process: CrawlProcess, day: float = 0, arguments: Any = None, **settings: Any) -> dict[str, Any]:
    """The stats of a crawl on that day, for which no row is due that was read before."""
    clock = (BEGIN + timedelta(days=day)).isoformat()
    return process.crawl(
        "localfeed", arguments, **{"CRAWL_CLOCK": clock, "DETAIL_REFETCH_DAYS": 1e6, **settings}
    )


def select(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def counts(url: str) -> dict[str, int]:
    """What the last crawl counted, without noughts."""
    [row] = select(url, "SELECT * FROM crawls ORDER BY started_at DESC LIMIT 1")
    names = ("new", "changed", "unchanged", "closed", "reopened", "rejected", "duplicates")
    return {name: row[name] for name in names if row[name]}


def stored(url: str) -> list[dict[str, Any]]:
    """All that is stored of postings, their changes, scopes and crawls."""
    postings = select(url, "SELECT * FROM postings ORDER BY external_id")
    versions = select(
        url,
        "SELECT p.external_id, v.version, v.changed_at, v.changes FROM posting_versions v"
        " JOIN postings p ON p.id = v.posting_id ORDER BY 1, 2",
    )
    crawls = select(
        url,
        "SELECT new, changed, unchanged, closed, reopened, rejected, duplicates, coverage, outcome, "
        "stats->'item_scraped_count' AS items FROM crawls ORDER BY started_at",
    )
    scopes = select(
        url,
        "SELECT scope, complete, postings, new, changed, unchanged, closed, reopened, finished_at"
        " FROM crawl_scopes ORDER BY finished_at",
    )
    return [
        *({name: value for name, value in row.items() if name not in OWN} for row in postings),
        *versions,
        *crawls,
        *scopes,
    ]


def test_an_unchanged_feed_is_seen_without_being_read(database_url: str, tmp_path: Path) -> None:
    with crawled(Feed(700), tmp_path, database_url) as process:
        first, second = crawl(process), crawl(process, 1)
    assert (first["postings/new"], second["postings/unchanged"]) == (700, 700)
    assert second["rows/unchanged"] == second["storage/items"] == second["item_scraped_count"] == 700
    coverages = [row["coverage"] for row in select(database_url, "SELECT coverage FROM crawls")]
    assert coverages[0] == coverages[1]
    assert coverages[0]["postings"] == coverages[0]["skills"] == 700
    assert 0 < coverages[0]["valid_through"] < coverages[0]["salary"] < 700
    [seen] = select(database_url, "SELECT DISTINCT last_seen, version, closed_at FROM postings")
    assert seen["last_seen"] == BEGIN + timedelta(days=1)


@pytest.mark.parametrize("field", [*Feed(1).row(0), "new"])
def test_a_row_that_says_anything_else_is_read(field: str, database_url: str, tmp_path: Path) -> None:
    feed = Feed(3)
    with crawled(feed, tmp_path, database_url) as process:
        crawl(process)
        feed.rows[1][field] = "2026-07-30"
        again = crawl(process, 1)
    assert again["rows/unchanged"] == 2


def test_whatever_a_board_does_the_database_says_what_it_says_when_every_row_is_read(
    database_url: str, tmp_path: Path, other_database_url: str
) -> None:
    chance = random.Random(20261128)
    feed = Feed(30, 355)
    away: dict[int, dict[str, Any]] = {}
    unread = 0
    with (
        serving(feed),
        crawling(feed.address, tmp_path / "quick", database_url) as quick,
        crawling(feed.address, tmp_path / "whole", other_database_url) as whole,
    ):
        for number in range(16):
            unread += crawl(quick, number * 2.3, DETAIL_REFETCH_DAYS=14).get("rows/unchanged", 0)
            assert "rows/unchanged" not in crawl(whole, number * 2.3, DETAIL_REFETCH_DAYS=0)
            _alter(feed, away, chance)
    assert unread > 200
    assert stored(database_url) == stored(other_database_url)


def _alter(feed: Feed, away: dict[int, dict[str, Any]], chance: random.Random) -> None:
    """Some days in the life of a board: postings come, go, come back, say something else, expire, are listed twice."""
    feed.postings += 2
    for number in range(feed.postings - 2, feed.postings):
        feed.rows[number] = feed.row(number)
    for number in chance.sample(sorted(feed.rows), 3):
        away[number] = feed.rows.pop(number)
    for number in chance.sample(sorted(away), min(2, len(away))):
        feed.rows[number] = away.pop(number)
    for number in chance.sample(sorted(feed.rows), 4):
        row, other = feed.rows[number], feed.row(number + 1)
        field = chance.choice([name for name in row if name not in ("id", "url")])
        feed.rows[number] = row | {field: chance.choice([other[field], None, "3 days ago", "yearly 5"])}
    same, altered = (feed.rows[number] for number in chance.sample(sorted(feed.rows), 2))
    feed.twice = [same, altered | {"title": "Rigger, as listed further down"}]


def test_a_posting_that_comes_back_is_reopened(database_url: str, tmp_path: Path) -> None:
    feed = Feed(4)
    with crawled(feed, tmp_path, database_url) as process:
        crawl(process)
        gone = feed.rows.pop(2)
        crawl(process, 1)
        assert counts(database_url) == {"unchanged": 3, "closed": 1}
        feed.rows[2] = gone
        assert crawl(process, 2)["rows/unchanged"] == 3
        assert counts(database_url) == {"unchanged": 4, "reopened": 1}
        assert crawl(process, 3)["rows/unchanged"] == 4


def test_what_was_erased_stays_out(database_url: str, tmp_path: Path) -> None:
    with crawled(Feed(4), tmp_path, database_url) as process:
        crawl(process)
        erase(StorageConfig(home=tmp_path, url=database_url), database_url, Wanted("http://127.0.0.1/job/2"))
        assert crawl(process, 1)["rows/unchanged"] == 3
    assert counts(database_url) == {"unchanged": 3, "rejected": 1}
    assert len(select(database_url, "SELECT FROM postings")) == 3


def test_whoever_wants_the_postings_gets_them_all(database_url: str, tmp_path: Path) -> None:
    written = tmp_path / "out.jsonl"
    other = {**defaults.ITEM_PIPELINES, "tests.test_unchanged_rows.PassingPipeline": 450}
    with crawled(Feed(20), tmp_path, database_url) as process:
        crawl(process)
        crawl(process, 1, FEEDS={str(written): {"format": "jsonlines"}})
        assert "rows/unchanged" not in crawl(process, 2, ITEM_PIPELINES=other)
        filtered = crawl(process, 3, {"location": "Hull"})
        assert (filtered["postings/filtered/location"], filtered["postings/unchanged"]) == (7, 13)
        # it read with another argument
        assert crawl(process, 4)["rows/unchanged"] == 7
        assert crawl(process, 5)["rows/unchanged"] == 20
    rows = [json.loads(line) for line in written.read_text().splitlines()]
    assert [row["external_id"] for row in rows] == [str(number) for number in range(20)]
    assert all(row["description"].startswith("Cranes") and "Python" in row["skills"] for row in rows)


def test_what_the_monitors_look_at_is_shown_to_them(database_url: str, tmp_path: Path) -> None:
    with crawled(Feed(20), tmp_path, database_url) as process:
        crawl(process)
        assert crawl(process, 1)["rows/unchanged"] == 20
    [known] = select(database_url, "SELECT layout FROM board_layouts")
    assert known["layout"]["rows"] == 24
