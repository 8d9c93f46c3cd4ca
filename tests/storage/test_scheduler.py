from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jobspiders.storage.request_store import RequestStore, RequestStoreError

ROOT = Path(__file__).resolve().parents[2]
PAGES = 300


class Site:
    """Pages on loopback; counts how often each was asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked[self.path] += 1
                time.sleep(0.003)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"page")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.stop()


class Walk:
    """Runs of one JOBDIR."""

    def __init__(self, site: Site, directory: Path):
        self._site = site
        self.job = directory / "job"
        self.out = directory / "out"
        self.log = directory / "log"

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        arguments = [str(self.job), str(self.out), str(self._site.port), str(PAGES)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.storage.walking", *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": ""} | environment,
            )

    def run(self, **environment: str) -> None:
        assert self.start(**environment).wait(timeout=120) == 0

    def items(self) -> list[int]:
        return [int(line) for line in self.out.read_text().split()] if self.out.exists() else []


@pytest.fixture
def walk(site: Site, tmp_path: Path) -> Walk:
    return Walk(site, tmp_path)


def test_a_killed_crawl_goes_on_where_it_was(site: Site, walk: Walk) -> None:
    rng = random.Random(11)
    for share in (0.1, 0.5, 0.8):
        process = walk.start()
        wanted = PAGES * share + rng.randrange(10)
        while len(walk.items()) < wanted and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    walk.run()
    assert set(walk.items()) == set(range(PAGES))
    # what was under way is asked for again, and what was done within the last commit interval
    again = sum(count - 1 for count in site.asked.values())
    assert again < PAGES / 2, "it went on and did not begin anew"
    assert "Resuming the crawl" in walk.log.read_text()


def test_a_finished_crawl_leaves_its_directory_to_the_next(site: Site, walk: Walk) -> None:
    walk.run()
    assert sorted(walk.items()) == list(range(PAGES))
    assert set(site.asked.values()) == {1}
    walk.run()
    assert Counter(walk.items()) == Counter(dict.fromkeys(range(PAGES), 2))


def test_a_stopped_crawl_repeats_only_what_was_not_stored(site: Site, walk: Walk) -> None:
    process = walk.start(FAIL_ON="40")
    while len(walk.items()) < 120:
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    assert len(walk.items()) < PAGES
    assert 40 not in walk.items()
    walk.run()
    assert sorted(walk.items()) == list(range(PAGES))
    assert site.asked.pop("/40") == 2
    assert set(site.asked.values()) == {1}


def test_a_directory_in_use_ends_the_second_crawl_in_one_line(walk: Walk) -> None:
    store = RequestStore(walk.job)
    store.add(b"x")
    walk.run()
    log = walk.log.read_text()
    assert "another process crawls with the JOBDIR" in log
    assert "Traceback" not in log
    assert walk.items() == []
    store.close()


def test_the_store_shows_one_moment_after_a_crash(tmp_path: Path) -> None:
    store = RequestStore(tmp_path)
    assert not store.resumed
    first, second = store.add(b"1"), store.add(b"2")
    assert store.see(b"f")
    assert not store.see(b"f")
    assert store.take(first) == b"1"
    store.commit()
    store.done(first)
    store.add(b"lost with the process")
    (tmp_path / "after").mkdir()
    for path in tmp_path.glob("requests.sqlite*"):
        (tmp_path / "after" / path.name).write_bytes(path.read_bytes())
    store.close()
    survived = RequestStore(tmp_path / "after")
    assert survived.resumed
    assert survived.release_all() == 1
    assert list(survived.waiting()) == [(first, b"1"), (second, b"2")]
    assert not survived.see(b"f")
    survived.clear()
    survived.close()
    assert not RequestStore(tmp_path / "after").resumed


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "requests.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(RequestStoreError) as raised:
        RequestStore(tmp_path)
    assert "\n" not in str(raised.value)
