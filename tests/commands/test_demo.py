from __future__ import annotations

from pathlib import Path

import psycopg

from tests.boards.cases import boards, cases
from tests.commands.running import scrapy


def test_the_demo_crawls_every_board_and_again_without_doubling(database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path)}
    first = scrapy("demo", environment=environment)
    assert first.code == 0, first.out + first.err
    # forty crawls at once find the server large enough
    assert "ERROR" not in first.err and "WARNING" not in first.err, first.err
    lines = first.out.splitlines()
    rows = {line.split()[0]: line.split() for line in lines[1 : 1 + len(boards())]}
    assert set(rows) == set(boards())
    expected = {case.board: len(case.expected()) for case in cases() if case.name == "crawl"}
    assert {board: int(row[1]) for board, row in rows.items()} == expected
    assert f"database: {database_url}" in lines
    assert "scrapy export" in first.out
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("SELECT count(*) FROM postings").fetchone()
    assert stored == (sum(expected.values()),)

    second = scrapy("demo", environment=environment)
    again = {line.split()[0]: line.split() for line in second.out.splitlines()[1 : 1 + len(boards())]}
    assert {board: (row[1], int(row[3])) for board, row in again.items()} == {
        board: ("0", count) for board, count in expected.items()
    }
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM postings").fetchone() == stored


def test_the_demo_takes_no_arguments() -> None:
    assert scrapy("demo", "everything").said == ["scrapy: error: demo takes no arguments"]
