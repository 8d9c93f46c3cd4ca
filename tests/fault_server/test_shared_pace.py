"""Several processes at one site keep one pace, as the site itself sees it."""

from __future__ import annotations

import asyncio
import socketserver
import threading
from pathlib import Path

from tests.fault_server.behaviours import Behaviour, Expected
from tests.fault_server.crawl import crawl, start
from tests.fault_server.exchange import Exchange
from tests.fault_server.server import FaultServer

PACED = {"SITES_PACE_SHARED": True, "STORAGE_ENABLED": True}


class Counting:
    """A site that takes its time and counts how many requests are under way."""

    def __init__(self) -> None:
        self.under_way = self.most = 0
        self.behaviour = Behaviour("site", self.behave, Expected([], 0))

    async def behave(self, exchange: Exchange) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.03)
        self.under_way -= 1
        await exchange.answer()

    def requests(self, server: FaultServer, number: int) -> list[dict[str, object]]:
        return [{"name": "site", "url": server.url(self.behaviour, f"/{page}")} for page in range(number)]


def test_three_crawls_send_no_more_at_once_and_no_faster_than_one(database_url: str, tmp_path: Path) -> None:
    site = Counting()
    delay, number = 0.05, 12
    settings = {
        **PACED,
        "DATABASE_URL": database_url,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "DOWNLOAD_DELAY": delay,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
    }
    with FaultServer([site.behaviour], tmp_path) as server:
        crawls = [start(site.requests(server, number), settings) for _ in range(3)]
        ended = [each.finish() for each in crawls]
        hits = [moment for moment, _ in server.hits["site"]]
    assert [each.results["site"] for each in ended] == [[200] * number] * 3
    assert sum(each.stats.get("pace/errors", 0) for each in ended) == 0
    assert site.most <= 2
    # the last turn is so many delays after the first; arrivals may be late, and make the whole longer only
    assert hits[-1] - hits[0] >= (3 * number - 1) * delay - 0.1


def test_a_request_that_cannot_leave_in_its_turn_takes_another_before_anything_is_sent(
    database_url: str, tmp_path: Path
) -> None:
    site = Counting()
    # the grace of so short a delay is over before the database has answered
    settings = {**PACED, "DATABASE_URL": database_url, "DOWNLOAD_DELAY": 0.001}
    with FaultServer([site.behaviour], tmp_path) as server:
        url = server.url(site.behaviour, "/page")
        plan = [
            {"name": "get", "url": url},
            {"name": "post", "url": url, "method": "POST", "body": "{}", "meta": {"idempotent": True}},
        ]
        ended = crawl(plan, settings)
        hits = server.hits["site"]
    assert (ended.results["get"], ended.results["post"]) == ([200], [200])
    assert len(hits) == 2
    assert ended.stats["pace/late"] >= 1
    assert ended.stats.get("pace/errors", 0) == 0


class OnePerConnection(socketserver.StreamRequestHandler):
    """Promises to keep the connection, and breaks it at the second request."""

    def handle(self) -> None:
        for number in range(2):
            if not self.rfile.readline():
                return
            while self.rfile.readline().strip():
                pass
            assert isinstance(self.server, BreakingServer)
            self.server.count()
            if number == 0:
                self.wfile.write(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"
                )


class BreakingServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), OnePerConnection)
        self.requests = 0
        self._lock = threading.Lock()

    def count(self) -> None:
        with self._lock:
            self.requests += 1


def test_no_request_is_sent_again_without_a_turn_when_a_kept_connection_breaks(database_url: str) -> None:
    with BreakingServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        plan = [{"name": "site", "url": f"{url}/{page}"} for page in range(4)]
        settings = {**PACED, "DATABASE_URL": database_url, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        ended = crawl(plan, settings)
        server.shutdown()
    assert ended.results["site"] == [200] * 4
    assert ended.stats["retry/count"] >= 1
    assert server.requests == ended.stats["downloader/request_count"]
