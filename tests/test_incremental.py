"""Second crawls over real HTTP: what has not changed is not asked for again, and nothing is lost by that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.local_board.server import LocalBoard, serving

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = {
    "SPIDER_MODULES": "tests.local_board",
    "ROBOTSTXT_OBEY": "False",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "LOG_LEVEL": "WARNING",
}


class ChangingBoard(LocalBoard):
    """A board whose rows and pages can be altered; ``details`` are the postings whose pages were asked for."""

    def __init__(self, postings: int, page_size: int = 20) -> None:
        super().__init__(postings, page_size)
        self.titles: dict[int, str] = {}
        self.gone: set[int] = set()
        self.unlisted: set[int] = set()
        self.details: list[int] = []

    def answer(self, path: str) -> Any:
        if path.startswith("/job/"):
            number = int(path[5:])
            self.details.append(number)
            if number in self.gone:
                return None
        found = super().answer(path)
        if path.startswith("/rows"):
            found["rows"] = [row for row in found["rows"] if int(row["id"]) not in self.unlisted]
            found["total"] -= len(self.unlisted)
        return found

    def row(self, number: int) -> dict[str, Any]:
        return super().row(number) | {"title": self.titles.get(number, f"Rigger {number}")}


def crawl(
    board: LocalBoard, home: Path, url: str, *words: str, spider: str = "localboard", **settings: str
) -> int:
    """Crawl the board; the number of requests that it answered."""
    before = board.responses
    places = {"LOCAL_BOARD": board.address, "JOBSPIDERS_HOME": str(home), "DATABASE_URL": url}
    given = [word for pair in (SETTINGS | settings).items() for word in ("-s", "=".join(pair))]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", spider, *words, *given],
        cwd=ROOT,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return board.responses - before


def counts(url: str) -> dict[str, int]:
    """What the last crawl counted, without noughts."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        row = connection.execute("SELECT * FROM crawls ORDER BY started_at DESC LIMIT 1").fetchone()
    assert row is not None
    return {name: row[name] for name in ("new", "changed", "unchanged", "closed", "reopened") if row[name]}


def test_a_second_crawl_of_an_unchanged_board_makes_a_twentieth_of_the_requests(
    database_url: str, tmp_path: Path
) -> None:
    with serving(ChangingBoard(postings=400)) as board:
        first = crawl(board, tmp_path, database_url)
        second = crawl(board, tmp_path, database_url)
    print(f"requests: {first} in the first crawl, {second} in the second")
    assert first >= 420
    assert second <= first / 20
    assert counts(database_url) == {"unchanged": 400}
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM postings WHERE description LIKE 'All about%'"
        assert connection.execute(query).fetchone() == (400,)


def test_only_what_is_new_changed_or_back_is_asked_for(database_url: str, tmp_path: Path) -> None:
    with serving(ChangingBoard(postings=20)) as board:
        board.unlisted = {3}
        crawl(board, tmp_path, database_url)
        board.details.clear()
        board.postings, board.titles, board.unlisted = 22, {5: "Head rigger"}, {4}
        crawl(board, tmp_path, database_url)
        assert sorted(board.details) == [3, 5, 20, 21]
        assert counts(database_url) == {"new": 3, "changed": 1, "unchanged": 17, "closed": 1}
        board.details.clear()
        board.unlisted = set()
        crawl(board, tmp_path, database_url)
        assert board.details == [4]
        assert counts(database_url) == {"unchanged": 22, "reopened": 1}
        board.details.clear()
        crawl(board, tmp_path, database_url, DETAIL_REFETCH_DAYS="0")
        assert sorted(board.details) == list(range(22))


def test_a_feed_export_of_a_second_crawl_is_whole(database_url: str, tmp_path: Path) -> None:
    written = tmp_path / "out.jsonl"
    with serving(ChangingBoard(postings=30)) as board:
        crawl(board, tmp_path, database_url)
        board.details.clear()
        crawl(board, tmp_path, database_url, "-O", str(written), "-a", "max_results=25")
        assert board.details == []
    rows = [json.loads(line) for line in written.read_text().splitlines()]
    assert len(rows) == 25
    assert all(row["description"].startswith("All about posting") for row in rows)


class SortedBoard(LocalBoard):
    """A search whose newest posting has the highest number and comes first; a new one every hour since ``first``."""

    first = datetime(2026, 8, 1, tzinfo=UTC)

    def row(self, number: int) -> dict[str, Any]:
        number = self.postings - 1 - number
        return super().row(number) | {"posted": (self.first + timedelta(hours=number)).isoformat()}


def test_a_list_sorted_by_date_stops_where_an_earlier_crawl_has_been(
    database_url: str, tmp_path: Path
) -> None:
    def read(board: SortedBoard, days: float, *words: str) -> int:
        clock = board.first + timedelta(days=days)
        board.postings = int(days * 24)
        return crawl(
            board, tmp_path, database_url, *words, spider="sortedboard", CRAWL_CLOCK=clock.isoformat()
        )

    with serving(SortedBoard(postings=0)) as board:
        assert read(board, 10, "-a", "max_results=40") == 2
        # a crawl that was cut short is no watermark
        assert read(board, 10) == 12
        # a day's 24 and the day before it, which boards may still add to
        assert read(board, 11) == 4
        assert counts(database_url) == {"new": 24, "unchanged": 56}
        # once a week the list is read to its end
        assert read(board, 17) == 21
    with psycopg.connect(database_url) as connection:
        readings = connection.execute("SELECT read_to FROM crawl_scopes ORDER BY finished_at").fetchall()
        assert connection.execute("SELECT count(*) FROM postings").fetchone() == (17 * 24,)
    assert [to for (to,) in readings] == [None, "end", "watermark", "end"]
