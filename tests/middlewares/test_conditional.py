from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from scrapy import Request

from jobspiders.middlewares.conditional import conditional_headers
from jobspiders.storage.validators import Validator
from tests.commands.running import scrapy

KNOWN = Validator("https://example.com/jobs", 'W/"7"', "Tue, 01 Sep 2026 08:00:00 GMT")


def test_a_request_is_conditional_only_at_the_address_that_is_known() -> None:
    assert conditional_headers(Request(KNOWN.url), KNOWN) == {
        "If-None-Match": 'W/"7"',
        "If-Modified-Since": "Tue, 01 Sep 2026 08:00:00 GMT",
    }
    assert conditional_headers(Request(KNOWN.url + "?page=2"), KNOWN) == {}
    assert conditional_headers(Request(KNOWN.url, method="POST"), KNOWN) == {}
    assert conditional_headers(Request(KNOWN.url), None) == {}
    assert conditional_headers(Request(KNOWN.url), Validator(KNOWN.url, None, None)) == {}


@pytest.fixture
def site() -> Iterator[tuple[str, list[str | None]]]:
    """A board that honours ETag, and what it was asked."""
    asked: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            condition = self.headers.get("If-None-Match")
            asked.append(condition)
            unchanged = condition == '"one"'
            body = (
                b""
                if unchanged
                else json.dumps(
                    {"rows": [{"id": 1, "title": "Rigger", "url": "http://x.example/1"}]}
                ).encode()
            )
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", '"one"')
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_board_that_has_not_changed_is_seen_again_without_being_read(
    site: tuple[str, list[str | None]], database_url: str, tmp_path: Path
) -> None:
    address, asked = site
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path), "LOCAL_BOARD": address}
    settings = {"SPIDER_MODULES": "tests.local_board", "ROBOTSTXT_OBEY": "0", "LOG_LEVEL": "ERROR"}
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    for _ in range(2):
        ran = scrapy("crawl", "localfeed", *words, environment=environment)
        assert ran.code == 0, ran.err
    assert asked == [None, '"one"']
    with psycopg.connect(database_url) as connection:
        counts = connection.execute(
            "SELECT new, changed, unchanged, closed FROM crawls ORDER BY started_at"
        ).fetchall()
        opened = connection.execute("SELECT count(*) FROM postings WHERE closed_at IS NULL").fetchone()
    assert counts == [(1, 0, 0, 0), (0, 0, 1, 0)]
    assert opened == (1,)
