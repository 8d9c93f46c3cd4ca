"""Second crawls over real HTTP: what has not changed is not asked for again, and nothing is lost by that."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.local_board.crawling import CrawlProcess, crawling
from tests.local_board.server import LocalBoard, serving


class ChangingBoard(LocalBoard):
    """A board whose rows and pages can be altered; ``details`` are the postings whose pages were asked for."""

    def __init__(self, postings: int, page_size: int = 20) -> None:
        super().__init__(postings, page_size)
        self.titles: dict[int, str] = {}
        self.unlisted: set[int] = set()
        self.details: list[int] = []

    def answer(self, path: str) -> Any:
        if path.startswith("/job/"):
            self.details.append(int(path[5:]))
        found = super().answer(path)
        if path.startswith("/rows"):
            found["rows"] = [row for row in found["rows"] if int(row["id"]) not in self.unlisted]
            found["total"] -= len(self.unlisted)
        return found

    def row(self, number: int) -> dict[str, Any]:
        return super().row(number) | {"title": self.titles.get(number, f"Rigger {number}")}

    def asked_by(self, process: CrawlProcess, *arguments: Any, **settings: Any) -> list[int]:
        """The postings whose pages a crawl asks for."""
        self.details.clear()
        process.crawl("localboard", *arguments, **settings)
        return sorted(self.details)


def counts(url: str) -> dict[str, int]:
    """What the last crawl counted, without noughts."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        row = connection.execute("SELECT * FROM crawls ORDER BY started_at DESC LIMIT 1").fetchone()
    assert row is not None
    return {name: row[name] for name in ("new", "changed", "unchanged", "closed", "reopened") if row[name]}


def test_a_second_crawl_of_an_unchanged_board_makes_a_twentieth_of_the_requests(
    database_url: str, tmp_path: Path
) -> None:
    with (
        serving(ChangingBoard(postings=400)) as board,
        crawling(board.address, tmp_path, database_url) as process,
    ):
        stats = [process.crawl("localboard") for _ in range(2)]
        answered = board.responses
    first, second = (each["downloader/request_count"] for each in stats)
    print(f"requests: {first} in the first crawl, {second} in the second")
    assert first >= 420
    assert second <= first / 20
    assert answered == first + second
    assert counts(database_url) == {"unchanged": 400}
    assert stats[1]["detail/fresh"] == 400
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM postings WHERE description LIKE 'All about%'"
        assert connection.execute(query).fetchone() == (400,)


def test_only_what_is_new_changed_or_back_is_asked_for(database_url: str, tmp_path: Path) -> None:
    written = tmp_path / "out.jsonl"
    with (
        serving(ChangingBoard(postings=20)) as board,
        crawling(board.address, tmp_path, database_url) as process,
    ):
        board.unlisted = {3}
        board.asked_by(process)
        board.postings, board.titles, board.unlisted = 22, {5: "Head rigger"}, {4}
        assert board.asked_by(process) == [3, 5, 20, 21]
        assert counts(database_url) == {"new": 3, "changed": 1, "unchanged": 17, "closed": 1}
        board.unlisted = set()
        assert board.asked_by(process) == [4]
        assert counts(database_url) == {"unchanged": 22, "reopened": 1}
        # a feed gets what was not asked for all the same
        feeds = {str(written): {"format": "jsonlines"}}
        assert board.asked_by(process, {"max_results": "15"}, FEEDS=feeds) == []
        assert board.asked_by(process, DETAIL_REFETCH_DAYS=0) == list(range(22))
    rows = [json.loads(line) for line in written.read_text().splitlines()]
    assert len(rows) == 15
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
    with (
        serving(SortedBoard(postings=0)) as board,
        crawling(board.address, tmp_path, database_url) as process,
    ):

        def read(days: int, **arguments: str) -> int:
            board.postings = days * 24
            clock = board.first + timedelta(days=days)
            stats = process.crawl("sortedboard", arguments, CRAWL_CLOCK=clock.isoformat())
            requests: int = stats["downloader/request_count"]
            return requests

        assert read(10, max_results="40") == 2
        # a crawl that was cut short is no watermark
        assert read(10) == 12
        # a day's 24 and the day before it, which boards may still add to
        assert read(11) == 4
        assert counts(database_url) == {"new": 24, "unchanged": 56}
        # another search has been nowhere yet
        assert read(11, country="SE") == 14
        # once a week the list is read to its end
        assert read(17) == 21
        assert read(18) == 4
    with psycopg.connect(database_url) as connection:
        readings = connection.execute("SELECT read_to FROM crawl_scopes ORDER BY finished_at").fetchall()
        assert connection.execute("SELECT count(*) FROM postings").fetchone() == (18 * 24,)
    # two crawls at one time
    assert [to for (to,) in readings][:2] in ([None, "end"], ["end", None])
    assert [to for (to,) in readings][-2:] == ["end", "watermark"]
