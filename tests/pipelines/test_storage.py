from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.shared import unmeasured
from tests.storage.crawling import rows, value

ROOT = Path(__file__).resolve().parents[2]


def store(count: int, **settings: object) -> tuple[list[str], list[str]]:
    """What a crawl of ``count`` postings prints and logs."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.pipelines.storing",
            str(count),
            *(f"{k}={v}" for k, v in settings.items()),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=unmeasured() | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": ""},
    )
    return done.stdout.splitlines(), done.stderr.splitlines()


def test_what_a_crawl_finds_is_stored_and_told(database_url: str, tmp_path: Path) -> None:
    job = tmp_path / "job"
    settings = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": tmp_path / "home", "JOBDIR": job}
    assert store(30, **settings) == (["new 30", "reason finished"], [])
    [crawl] = rows(database_url, "SELECT id, board, new FROM crawls")
    assert (crawl["board"], crawl["new"]) == ("storing", 30)
    assert (job / "crawl_id").read_text().strip() == str(crawl["id"])


def test_a_crawl_without_its_database_ends_at_once_in_one_line(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/x"
    said, logged = store(5, DATABASE_URL=url, JOBSPIDERS_HOME=tmp_path)
    assert said == ["reason database"]
    assert len(logged) == 1
    assert "secret" not in logged[0]


def test_a_full_disk_ends_the_crawl_in_one_line_and_keeps_what_it_found(
    database_url: str, tmp_path: Path
) -> None:
    said, logged = store(3000, DATABASE_URL=database_url, JOBSPIDERS_HOME=tmp_path, FILE_LIMIT=40_000)
    assert said[-1] == "reason journal_full"
    assert "Traceback" not in "".join(logged)
    # once for all the postings; the crawl's last record, which is shorter, may still fit
    assert len([line for line in logged if "JOBSPIDERS_HOME" in line]) in (1, 2)
    assert said[0] == f"new {value(database_url, 'SELECT count(*) FROM postings')}" != "new 0"


def test_storage_that_is_switched_off_stores_nothing(database_url: str, tmp_path: Path) -> None:
    said, _ = store(3, DATABASE_URL=database_url, JOBSPIDERS_HOME=tmp_path, STORAGE_ENABLED=0)
    assert said == ["reason finished"]
    assert value(database_url, "SELECT count(*) FROM crawls") == 0
