from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.commands.in_process import CommandRunner
from tests.local_board.server import LocalBoard, serving
from tests.storage.crawling import config, crawl, crawl_record, day, posting, scope_end

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "SPIDER_MODULES": "tests.local_board",
    "ROBOTSTXT_OBEY": "False",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "LOG_LEVEL": "ERROR",
}


class AnsweringBoard(LocalBoard):
    """A board of pages that answer as ``says``: 404, a text in place of the usual one, or nothing that can be read."""

    def __init__(self) -> None:
        super().__init__(postings=1000)
        self.says: dict[int, Any] = {}
        self.asked: list[int] = []

    def answer(self, path: str) -> Any:
        number = int(path.removeprefix("/job/"))
        self.asked.append(number)
        said = self.says.get(number)
        if said == 404:
            return None
        if said == "unread":
            return {"sorry": "no such page"}
        return {**self.row(number), "text": said or f"<p>You look after greenhouse number {number}.</p>"}

    def served(self, found: Any) -> None:
        """Nothing to note."""


def store(url: str, home: Path, board: LocalBoard, numbers: range, on: datetime, **values: Any) -> None:
    """What a search found on a day."""
    found = {"board": "localboard", "scope": "query=gardener"} | values
    items = [
        posting(number, on, url=f"{board.address}/job/{number}", title=f"Rigger {number}", **found)
        for number in numbers
    ]
    crawl(config(url, home), items, crawl_record(on, board="localboard"))


def recheck(
    board: LocalBoard, home: Path, url: str, *words: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    places = {"LOCAL_BOARD": board.address, "JOBSPIDERS_HOME": str(home), "DATABASE_URL": url}
    given = [word for pair in (SETTINGS | settings).items() for word in ("-s", "=".join(pair))]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "recheck", *words, *given],
        cwd=ROOT,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def closed(url: str) -> dict[str, str]:
    found = rows(url, "SELECT external_id, close_reason FROM postings WHERE closed_at IS NOT NULL")
    return {row["external_id"]: row["close_reason"] for row in found}


def test_pages_say_which_postings_are_gone(database_url: str, tmp_path: Path) -> None:
    with serving(AnsweringBoard()) as board:
        board.says = {1: 404, 2: "unread", 3: "<p>We look for somebody else now.</p>"}
        store(database_url, tmp_path, board, range(6), day(0))
        store(database_url, tmp_path, board, range(5, 6), day(9))
        clock = {"CRAWL_CLOCK": day(10).isoformat()}
        dry = recheck(board, tmp_path, database_url, "--dry-run", **clock)
        assert (dry.returncode, board.asked) == (0, [])
        assert "localboard: 5 due, last seen 2026-03-01 or later; 5 to ask for" in dry.stderr
        done = recheck(board, tmp_path, database_url, **clock)
        assert done.returncode == 0, done.stderr
        assert sorted(board.asked) == [0, 1, 2, 3, 4]
        assert closed(database_url) == {"1": "HTTP 404"}
        stored = rows(
            database_url, "SELECT external_id, last_seen, scope, version FROM postings ORDER BY external_id"
        )
        seen = [(row["external_id"], row["version"]) for row in stored if row["last_seen"] == day(10)]
        assert seen == [("0", 1), ("3", 2), ("4", 1)]
        assert {row["scope"] for row in stored} == {"query=gardener"}
        [record] = rows(database_url, "SELECT * FROM crawls WHERE jsonb_exists(arguments, 'recheck')")
        assert {name: record[name] for name in ("board", "changed", "unchanged", "closed", "outcome")} == {
            "board": "localboard",
            "changed": 1,
            "unchanged": 2,
            "closed": 1,
            "outcome": "ok",
        }
        scopes = rows(database_url, "SELECT scope, complete FROM crawl_scopes WHERE closed > 0")
        assert scopes == [{"scope": "recheck", "complete": False}]
        # what could not be read waits
        board.asked.clear()
        recheck(board, tmp_path, database_url, CRAWL_CLOCK=day(11).isoformat())
        assert board.asked == []
        recheck(board, tmp_path, database_url, CRAWL_CLOCK=(day(13) + timedelta(minutes=1)).isoformat())
        assert 2 in board.asked


def test_the_oldest_come_first_within_the_budget(database_url: str, tmp_path: Path) -> None:
    with serving(AnsweringBoard()) as board:
        for number in range(4):
            store(database_url, tmp_path, board, range(number, number + 1), day(3 - number))
        recheck(board, tmp_path, database_url, "--limit", "2", CRAWL_CLOCK=day(20).isoformat())
        assert sorted(board.asked) == [2, 3]
        recheck(board, tmp_path, database_url, "--older-than", "17.9", CRAWL_CLOCK=day(20).isoformat())
        assert sorted(board.asked) == [1, 2, 3]


def test_what_a_complete_crawl_covers_is_left_to_it(database_url: str, tmp_path: Path) -> None:
    with serving(AnsweringBoard()) as board:
        store(database_url, tmp_path, board, range(2), day(0), scope="tenant")
        ends = [scope_end(2, day(1), scope="tenant")]
        crawl(config(database_url, tmp_path), ends, crawl_record(day(1), board="localboard"))
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE postings SET closed_at = NULL, close_reason = NULL")
        done = recheck(board, tmp_path, database_url, CRAWL_CLOCK=day(20).isoformat())
        assert (done.stdout, board.asked) == ("nothing is due\n", [])


@pytest.mark.parametrize("lately", [404, None])
def test_pages_that_moved_close_nothing(database_url: str, tmp_path: Path, lately: int | None) -> None:
    with serving(AnsweringBoard()) as board:
        board.says = dict.fromkeys(range(12), 404) | {20: lately}
        store(database_url, tmp_path, board, range(12), day(0))
        store(database_url, tmp_path, board, range(20, 21), day(9))
        done = recheck(board, tmp_path, database_url, CRAWL_CLOCK=day(10).isoformat())
        assert 20 in board.asked
        assert len(closed(database_url)) == (0 if lately else 12)
        assert ("layout_changed" in done.stdout) is (lately == 404)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--board", "greenhose"], "did you mean greenhouse"),
        (["--older-than", "soon"], "--older-than takes a number of days, not 'soon'"),
        (["--limit", "0"], "--limit takes a number"),
        (["greenhouse"], "--board greenhouse"),
    ],
)
def test_mistakes_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    done = CommandRunner(monkeypatch, capsys)("recheck", *words)
    assert done.code == 2
    assert message in done.errors
    assert len(done.errors.splitlines()) == 1


def test_without_a_database_there_is_one_line(tmp_path: Path) -> None:
    done = recheck(AnsweringBoard(), tmp_path, "postgresql://127.0.0.1:1/x")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
