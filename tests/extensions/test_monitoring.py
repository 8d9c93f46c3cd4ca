"""Crawls of recorded pages, judged by the board's own history in the database."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.commands.in_process import CommandRunner
from tests.conftest import fresh_database
from tests.crawling import Crawl, run_crawls

BOARD, LIST = "remotive", "https://remotive.com/api/remote-jobs"
FIRST = datetime(2026, 8, 3, 6, tzinfo=UTC)


def page(count: int, *, renamed: dict[str, str] | None = None, key: str = "jobs") -> str:
    """The board's list with invented jobs, keys renamed as asked."""
    jobs = []
    for number in range(count):
        job: dict[str, Any] = {
            "id": 1000 + number,
            "url": f"https://remotive.com/remote-jobs/{1000 + number}",
            "title": f"Bridge Painter {number}",
            "company_name": f"Paintworks {number % 7}",
            "candidate_required_location": "Norway" if number % 2 else "Kenya",
            "publication_date": f"2026-07-{1 + number % 28:02d}T09:00:00",
            "job_type": "full_time",
            "salary": f"${60 + number % 9},000 - ${80 + number % 9},000",
            "category": "Painting",
            "description": f"<p>Paint bridge number {number} in all weathers, with a brush of your own.</p>",
        }
        jobs.append({(renamed or {}).get(name, name): value for name, value in job.items()})
    return json.dumps({"job-count": count, key: jobs})


USUAL = [page(60), page(61), page(60), page(62)]
#: What the board shows one day after the other: usual days, and between them one with a trouble each.
DAYS: list[tuple[str, Any]] = [
    *((f"usual {day}", body) for day, body in enumerate(USUAL)),
    ("a key renamed", page(61, renamed={"company_name": "employer_name"})),
    ("well again", page(61)),
    ("the list renamed", page(60, key="results_v2", renamed={"title": "headline"})),
    ("well after that", page(62)),
    ("emptied", page(0)),
    ("well after none", page(62)),
    ("a bare empty list", "[]"),
    ("well after that list", page(61)),
    ("blocked", ("<html>Access denied</html>", 403)),
    ("well after blocks", page(61)),
    ("fewer", page(20)),
    ("salaries gone", page(60, renamed={"salary": "remuneration"})),
]


@dataclass
class Watched:
    """The findings and stats of each day."""

    findings: dict[str, list[dict[str, Any]]]
    stats: dict[str, dict[str, Any]]
    layouts: list[tuple[str, str, dict[str, Any]]]


@pytest.fixture(scope="module")
def watched(embedded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    directory = tmp_path_factory.mktemp("watched")
    crawls = []
    for day, (_, body) in enumerate(DAYS):
        content, status = body if isinstance(body, tuple) else (body, 200)
        at = (FIRST + timedelta(days=day)).isoformat()
        settings = {"CONDITIONAL_REQUESTS_ENABLED": False, "MONITOR_LEAST_CRAWLS": 3}
        crawls.append(Crawl(BOARD, {}, [(LIST, content, status)], at, settings))
    with fresh_database(embedded_home) as url:
        stats = run_crawls(crawls, directory, url)
        with psycopg.connect(url, row_factory=dict_row) as connection:
            query = """
                SELECT f.*, c.started_at FROM crawl_findings f JOIN crawls c ON c.id = f.crawl_id
                ORDER BY c.started_at, f.place
            """
            rows = connection.execute(query).fetchall()
            layouts = connection.execute("SELECT stage, source, layout FROM board_layouts").fetchall()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name, _ in DAYS}
    for row in rows:
        found[DAYS[(row["started_at"] - FIRST).days][0]].append(row)
    known = [(row["stage"], row["source"], row["layout"]) for row in layouts]
    return Watched(found, dict(zip(found, stats, strict=True)), known)


def test_healthy_crawls_have_no_findings_and_teach_the_layout(watched: Watched) -> None:
    for name, found in watched.findings.items():
        if name.startswith(("usual", "well")):
            assert found == [], name
            assert not any(stat.startswith("monitoring/") for stat in watched.stats[name])
    [(stage, source, layout)] = watched.layouts
    assert (stage, source) == ("listing", "api")
    assert layout["origins"]["company"]["company_name"] > 0.9


def test_a_renamed_key_is_named_with_its_field_and_a_page_to_extract(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [found] = watched.findings["a key renamed"]
    assert (found["kind"], found["severity"], found["field"]) == ("layout", "error", "company")
    assert (found["old"], found["new"]) == ("company_name", "employer_name")
    words = shlex.split(found["next_step"])
    assert words[:3] == ["scrapy", "extract", BOARD]
    done = CommandRunner(monkeypatch, capsys)(*words[1:])
    assert (done.code, len(done.output.splitlines())) == (0, 61)


def test_a_renamed_list_is_a_layout_that_changed_as_a_whole(watched: Watched) -> None:
    assert watched.stats["the list renamed"]["crawl/outcome"] == "layout_changed"
    [found] = watched.findings["the list renamed"]
    assert (found["kind"], found["field"], found["old"], found["new"]) == (
        "layout",
        None,
        "jobs",
        "results_v2",
    )


@pytest.mark.parametrize("day", ["emptied", "a bare empty list"])
def test_an_emptied_list_has_no_postings(watched: Watched, day: str) -> None:
    assert watched.stats[day]["crawl/outcome"] == "empty"
    [found] = watched.findings[day]
    assert (found["kind"], found["severity"]) == ("no_postings", "error")


def test_a_blocked_crawl_is_blocked_and_nothing_else(watched: Watched) -> None:
    [found] = watched.findings["blocked"]
    assert (found["kind"], found["severity"]) == ("blocked", "error")
    assert found["numbers"]["now"] == 1.0
    assert any("postings" in text for text in found["consequences"])


def test_a_fall_is_told_with_what_is_usual(watched: Watched) -> None:
    [found] = watched.findings["fewer"]
    assert (found["kind"], found["numbers"]["postings"]) == ("fewer_postings", 20)
    assert 59 <= found["numbers"]["usual"] <= 63


def test_salaries_that_went_are_a_layout_of_that_field(watched: Watched) -> None:
    [found] = watched.findings["salaries gone"]
    assert (found["kind"], found["field"]) == ("layout", "salary_text")
    assert (found["old"], found["new"]) == ("salary", "remuneration")
