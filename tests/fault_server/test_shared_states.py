"""Crawl processes share what they know of a site through the database."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from jobspiders.storage.host_states import HostState, HostStates
from tests.fault_server.behaviours import CHALLENGE, Behaviour, Expected
from tests.fault_server.crawl import crawl, start
from tests.fault_server.exchange import Exchange
from tests.fault_server.server import FaultServer

SHARED = {"SITES_SHARED": True, "SITES_REFRESH": 0.2, "SITES_MAX_WAIT": 5.0}


class Site:
    """A site that refuses as long as it is told to."""

    def __init__(self, status: int = 403, body: bytes = CHALLENGE) -> None:
        self.refuses = True
        self.status, self.body = status, body
        self.behaviour = Behaviour("site", self.behave, Expected([], 0))

    async def behave(self, exchange: Exchange) -> None:
        if self.refuses:
            await exchange.answer(self.status, self.body)
        else:
            await exchange.answer()

    def requests(self, server: FaultServer, number: int) -> list[dict[str, object]]:
        return [{"name": "site", "url": server.url(self.behaviour, f"/{page}")} for page in range(number)]


def states_of(url: str) -> dict[str, HostState]:
    async def load() -> dict[str, HostState]:
        states = HostStates(url)
        found = {state.host: state for state, _ in await states.all()}
        await states.close()
        return found

    return asyncio.run(load())


def test_a_crawl_of_a_site_whose_circuit_another_opened_ends_at_once(
    database_url: str, tmp_path: Path
) -> None:
    site = Site()
    settings = {**SHARED, "DATABASE_URL": database_url, "BREAKER_OPEN_BASE": 3600, "BREAKER_OPEN_CAP": 3600}
    with FaultServer([site.behaviour], tmp_path) as server:
        first = crawl(site.requests(server, 20), settings)
        assert first.reason == "blocked"
        state = states_of(database_url)[server.address("site")]
        assert state.circuit["circuit"] == "open"
        assert state.opened_until > time.time() + 1800
        sent = len(server.hits["site"])
        second = crawl(site.requests(server, 20), settings)
        assert second.reason == "blocked"
        assert second.stats["sites/outcome"] == "blocked"
        assert second.stats["sites/next_try"] == first.stats["sites/next_try"]
        assert len(server.hits["site"]) == sent


def test_a_throttled_site_ends_the_second_crawl_as_throttled(database_url: str, tmp_path: Path) -> None:
    site = Site(429, b"")
    settings = {**SHARED, "DATABASE_URL": database_url, "BREAKER_OPEN_BASE": 3600, "BREAKER_OPEN_CAP": 3600}
    with FaultServer([site.behaviour], tmp_path) as server:
        assert crawl(site.requests(server, 10), settings).reason == "throttled"
        sent = len(server.hits["site"])
        assert crawl(site.requests(server, 10), settings).reason == "throttled"
        assert len(server.hits["site"]) == sent


def test_when_the_time_has_come_one_request_probes_and_success_closes_for_all(
    database_url: str, tmp_path: Path
) -> None:
    site = Site()
    settings = {
        **SHARED,
        "DATABASE_URL": database_url,
        "BREAKER_OPEN_BASE": 3,
        "BREAKER_OPEN_CAP": 3,
        "SITES_MAX_WAIT": 0.5,
    }
    with FaultServer([site.behaviour], tmp_path) as server:
        assert crawl(site.requests(server, 10), settings).reason == "blocked"
        opened_until = states_of(database_url)[server.address("site")].opened_until
        site.refuses = False
        server.hits["site"].clear()
        while time.time() < opened_until:
            time.sleep(0.05)
        second = crawl(site.requests(server, 10), settings)
        assert second.reason == "finished"
        assert second.results["site"] == [200] * 10
        assert second.stats["breaker/closed"] == 1
        assert states_of(database_url)[server.address("site")].circuit["circuit"] == "closed"


def test_two_crawls_at_once_hear_of_each_other(database_url: str, tmp_path: Path) -> None:
    site = Site()
    settings = {**SHARED, "DATABASE_URL": database_url, "BREAKER_OPEN_BASE": 3600, "BREAKER_OPEN_CAP": 3600}
    with FaultServer([site.behaviour], tmp_path) as server:
        slow = start(
            site.requests(server, 200),
            {**settings, "DOWNLOAD_DELAY": 1.0, "DOWNLOAD_DELAY_JITTER": 0, "BREAKER_FAILURES": 100},
        )
        quick = start(site.requests(server, 20), settings)
        assert quick.finish().reason == "blocked"
        sent = len(server.hits["site"])
        finished = slow.finish()
        assert finished.reason == "blocked"
        assert len(server.hits["site"]) <= sent + 2


def test_without_a_database_the_crawl_goes_on(tmp_path: Path) -> None:
    site = Site()
    site.refuses = False
    nowhere = "postgresql://ann:s3cret@127.0.0.1:9/none"
    with FaultServer([site.behaviour], tmp_path) as server:
        finished = crawl(site.requests(server, 5), {**SHARED, "DATABASE_URL": nowhere})
    assert finished.results["site"] == [200] * 5
    assert finished.stats["sites/shared_errors"] >= 1
    assert finished.log.count("is not shared") == 1
    assert "s3cret" not in finished.log
    assert "Traceback" not in finished.log
