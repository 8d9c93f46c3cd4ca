"""Real processes killed at real moments: what the board handed out is in the table, once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from jobspiders.storage import embedded
from tests.local_board.server import LocalBoard, serving

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = {
    "SPIDER_MODULES": "tests.local_board",
    "ROBOTSTXT_OBEY": "False",
    "AUTOTHROTTLE_ENABLED": "False",
    "LOG_LEVEL": "WARNING",
    "STORAGE_BATCH_INTERVAL": "0.05",
}


def start(board: LocalBoard, home: Path, jobs: Path, url: str | None = None) -> subprocess.Popen[str]:
    """Start, or resume, the crawl of the loopback board."""
    environment = {**os.environ, "LOCAL_BOARD": board.address, "JOBSPIDERS_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    if url is not None:
        environment["DATABASE_URL"] = url
    settings = [word for name, value in SETTINGS.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "localboard", "-s", f"JOBDIR={jobs}", *settings]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def stored(url: str) -> dict[str, tuple[int, str | None]]:
    """How often each posting is in the table, and its description."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT external_id, count(*), max(description) FROM postings GROUP BY 1"
        ).fetchall()
    return {external_id: (count, description) for external_id, count, description in rows}


def complete(board: LocalBoard) -> dict[str, tuple[int, str | None]]:
    return {number: (1, f"All about posting {number}.") for number in map(str, range(board.postings))}


def test_a_crawl_killed_at_ten_random_moments_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path
) -> None:
    moments = random.Random(20260901)
    with serving(LocalBoard(postings=160)) as board:
        for _ in range(10):
            crawl = start(board, tmp_path / "home", tmp_path / "job", database_url)
            reached = board.wait_for(board.responses + moments.randint(1, 18))
            crawl.send_signal(signal.SIGKILL)
            crawl.communicate()
            assert reached
        last = start(board, tmp_path / "home", tmp_path / "job", database_url)
        said, _ = last.communicate(timeout=240)
        assert last.returncode == 0, said
        assert board.handed_out == set(complete(board))
    assert stored(database_url) == complete(board)
    with psycopg.connect(database_url) as connection:
        crawls = connection.execute("SELECT count(*), max(new) FROM crawls").fetchone()
    assert crawls == (1, board.postings), "one crawl, resumed, that counted each posting once"
    journals = [path for path in (tmp_path / "home" / "journal").rglob("*") if path.is_file()]
    assert journals == []


def test_a_database_that_stops_dies_and_returns_during_a_crawl_loses_nothing(
    own_home: Path, tmp_path: Path
) -> None:
    url = embedded.start(own_home)
    with serving(LocalBoard(postings=200)) as board:
        crawl = start(board, own_home, tmp_path / "job")
        assert board.wait_for(40)
        embedded.stop(own_home)
        assert board.wait_for(80)
        embedded.start(own_home)
        assert board.wait_for(110)
        postmaster = embedded.EmbeddedServer(own_home).data / "postmaster.pid"
        os.kill(int(postmaster.read_text().split()[0]), signal.SIGKILL)
        assert board.wait_for(150)
        embedded.start(own_home)
        said, _ = crawl.communicate(timeout=240)
        assert crawl.returncode == 0, said
    assert stored(url) == complete(board)
