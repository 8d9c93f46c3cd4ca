"""Progress as a user sees it: a crawl whose standard error is a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from jobspiders.commands.record import replaying_settings
from jobspiders.parsing.cassette import interaction, write_cassette
from tests.crawling import ROOT
from tests.extensions.test_crawl_record import LIST, listing

NOW = "2026-09-01T08:00:00+00:00"


def crawl(directory: Path, **settings: str) -> str:
    """What a small crawl writes to a terminal."""
    cassette = directory / "cassette.json"
    body = listing(*range(30)).encode()
    write_cassette(cassette, [interaction("GET", LIST, body=body, recorded_at=datetime.now(UTC))])
    given = replaying_settings(cassette, NOW) | {"STORAGE_ENABLED": "False", **settings}
    words = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    outside, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "greenhouse", "-a", "companies=acme", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env={**os.environ, "JOBSPIDERS_HOME": str(directory)},
    )
    os.close(terminal)
    written = b""
    # a terminal whose last writer is gone answers with an error
    with suppress(OSError):
        while read := os.read(outside, 65536):
            written += read
    os.close(outside)
    assert process.wait() == 0, written.decode()
    return written.decode()


def test_a_terminal_shows_postings_and_requests_left_below_a_whole_log(tmp_path: Path) -> None:
    written = crawl(tmp_path)
    assert re.search(r"greenhouse: \d+ postings", written)
    assert "requests left" in written
    assert "DEBUG" not in written
    for line in written.split("\n"):
        if "INFO:" in line:
            assert re.match(r"[\r\x1b\[AK ]*\d{4}-\d\d-\d\d ", line.rstrip("\r").split("\r")[-1]), line


def test_progress_can_be_switched_off(tmp_path: Path) -> None:
    assert "requests left" not in crawl(tmp_path, PROGRESS_ENABLED="False")
