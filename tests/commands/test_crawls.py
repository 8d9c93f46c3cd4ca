"""`scrapy crawls`: which crawls are listed, what one of them shows, and what a slip is answered with."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from jobspiders.commands.crawls import since, state
from tests.commands.in_process import CommandRunner

NOW = datetime.now(UTC).replace(microsecond=0)
LATEST = "0badc0de-0000-4000-8000-000000000001"


@pytest.fixture
def scrapy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandRunner:
    return CommandRunner(monkeypatch, capsys)


def insert(url: str, crawl_id: str | None = None, **given: Any) -> None:
    ago = given.pop("ago", timedelta())
    row: dict[str, Any] = {
        "id": crawl_id or str(uuid.uuid4()),
        "board": "remotive",
        "arguments": {},
        "started_at": NOW - ago,
        "updated_at": NOW - ago + timedelta(minutes=2),
        "finished_at": NOW - ago + timedelta(minutes=2),
        "outcome": "ok",
        "finish_reason": "finished",
        "unchanged": 100,
        "requests": 4,
        "responses": 4,
        "coverage": {"postings": 100, "salary": 60, "company": 100},
        "stats": {"scopes/ok": 1, "listing/source/api": 4},
        "node": "north",
        "version": "0.1.0",
    } | given
    values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in row.items()}
    with psycopg.connect(url) as connection:
        names = ", ".join(values)
        connection.execute(
            f"INSERT INTO crawls ({names}) VALUES ({', '.join(f'%({name})s' for name in values)})", values
        )


@pytest.fixture
def crawled(database_url: str) -> str:
    for day in range(1, 7):
        insert(database_url, ago=timedelta(days=day))
    insert(database_url, ago=timedelta(hours=3), board="lever", outcome="blocked", node="south")
    insert(database_url, ago=timedelta(hours=5), board="lever", finish_reason="killed", outcome="failed")
    insert(
        database_url,
        ago=timedelta(minutes=1),
        board="dice",
        finished_at=None,
        outcome=None,
        finish_reason=None,
    )
    salaries = {"postings": 100, "salary": 5, "company": 99}
    insert(database_url, LATEST, ago=timedelta(minutes=30), coverage=salaries, arguments={}, rejected=3)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO crawl_findings (crawl_id, place, board, kind, severity, message, field, old, next_step,"
            " found_at) VALUES (%s, 0, 'remotive', 'layout', 'error', 'salary can no longer be read', 'salary',"
            " 'pay.min', 'scrapy extract remotive page.json --url https://remotive.com/', now())",
            [LATEST],
        )
        connection.execute(
            "INSERT INTO crawl_scopes (crawl_id, scope, board, outcome, postings) VALUES (%s, 'all', 'remotive',"
            " 'ok', 100)",
            [LATEST],
        )
    return database_url


def test_crawls_are_listed_newest_first_with_what_was_found(scrapy: CommandRunner, crawled: str) -> None:
    done = scrapy("crawls", DATABASE_URL=crawled)
    lines = done.output.splitlines()
    assert (done.code, len(lines)) == (0, 11)
    assert "running" in lines[1]
    assert lines[2].startswith("0badc0de  remotive")
    assert lines[2].rstrip().endswith("! layout")


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (["--board", "lever"], 2),
        (["--board", "lever,dice"], 3),
        (["--outcome", "blocked"], 1),
        (["--outcome", "running"], 1),
        (["--node", "south"], 1),
        (["--since", "1d"], 4),
        (["--unfinished"], 2),
        (["--bad"], 1),
        (["--limit", "2"], 2),
        (["--board", "lever", "--outcome", "ok"], 0),
    ],
)
def test_filters(scrapy: CommandRunner, crawled: str, options: list[str], number: int) -> None:
    rows = [
        json.loads(line)
        for line in scrapy("crawls", "--json", *options, DATABASE_URL=crawled).output.splitlines()
    ]
    assert len(rows) == number


def test_one_crawl_shows_what_differs_from_the_usual(scrapy: CommandRunner, crawled: str) -> None:
    done = scrapy("crawls", "0badc0", DATABASE_URL=crawled)
    assert done.code == 0
    assert f"crawl {LATEST}: remotive" in done.output
    assert "median of 6 healthy crawls" in done.output
    [salary] = [line for line in done.output.splitlines() if line.startswith("  salary")]
    assert salary.split() == ["salary", "5", "%", "60", "%", "<-", "differs"]
    assert "error: layout: salary can no longer be read" in done.output
    assert "next: scrapy extract remotive" in done.output
    assert "all: ok, 100 postings" in done.output


def test_one_crawl_for_programs(scrapy: CommandRunner, crawled: str) -> None:
    found = json.loads(scrapy("crawls", LATEST, "--json", DATABASE_URL=crawled).output)
    assert (found["usual"]["salary"], found["now"]["salary"], found["compared_with"]) == (0.6, 0.05, 6)
    assert found["findings"][0]["old"] == "pay.min"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["0"], 1, "several crawls have ids"),
        (["ffff"], 1, "no crawl has an id"),
        (["x y"], 1, "is no id of a crawl"),
        (["--since", "yesterday"], 2, "--since takes a date"),
        (["--outcome", "fine"], 2, "--outcome takes one of"),
        (["--limit", "-3"], 2, "--limit takes a number"),
        (["a", "b"], 2, "at most one crawl"),
    ],
)
def test_slips_are_answered_with_one_line(
    scrapy: CommandRunner, crawled: str, arguments: list[str], code: int, says: str
) -> None:
    if arguments == ["0"]:
        insert(crawled, "0badc0df-0000-4000-8000-000000000002")
    done = scrapy("crawls", *arguments, DATABASE_URL=crawled)
    assert done.code == code
    assert says in done.errors
    assert len(done.errors.strip().splitlines()) == 1


def test_a_database_without_tables_says_so(
    scrapy: CommandRunner, empty_database_url: str, tmp_path: Path
) -> None:
    done = scrapy("crawls", DATABASE_URL=empty_database_url)
    assert (done.code, "crawl something first" in done.errors) == (1, True)


def test_since_takes_dates_and_times_ago() -> None:
    now = datetime(2026, 5, 10, 12, tzinfo=UTC)
    assert since("36h", now) == datetime(2026, 5, 9, tzinfo=UTC)
    assert since("2w", now) == datetime(2026, 4, 26, 12, tzinfo=UTC)
    assert since("2026-05-01", now) == datetime(2026, 5, 1, tzinfo=UTC)
    assert since(None, now) is None


def test_a_crawl_that_was_not_heard_of_is_silent() -> None:
    row = {"finished_at": None, "started_at": NOW, "updated_at": NOW, "outcome": None, "finish_reason": None}
    assert state({**row, "findings": []}, NOW + timedelta(minutes=2)) == "running"
    assert state({**row, "findings": []}, NOW + timedelta(minutes=20)).startswith("silent since")
