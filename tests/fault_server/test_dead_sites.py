"""A site that refuses everything ends the crawl soon; another site does not suffer from it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.fault_server.behaviours import CHALLENGE, Behaviour, Expected
from tests.fault_server.crawl import crawl
from tests.fault_server.exchange import Exchange
from tests.fault_server.server import FaultServer

PATIENCE = {"SITES_MAX_WAIT": 2.0, "BREAKER_OPEN_BASE": 30, "BREAKER_OPEN_CAP": 60}


def answering(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        await exchange.answer(status, body, headers)

    return Behaviour("dead", behave, Expected([], 0))


async def reset(exchange: Exchange) -> None:
    exchange.reset()


async def fine(exchange: Exchange) -> None:
    await exchange.answer()


def pages(server: FaultServer, behaviour: Behaviour, number: int) -> list[dict[str, object]]:
    return [{"name": behaviour.name, "url": server.url(behaviour, f"/{page}")} for page in range(number)]


@pytest.mark.parametrize(
    ("dead", "reason", "outcome"),
    [
        (answering(403, CHALLENGE), "blocked", "blocked"),
        (answering(429), "throttled", "throttled"),
        (Behaviour("dead", reset, Expected([], 0)), "unreachable", "failed"),
    ],
    ids=["blocks", "throttles", "resets"],
)
def test_a_dead_site_ends_the_crawl_and_says_why(
    dead: Behaviour, reason: str, outcome: str, tmp_path: Path
) -> None:
    good = Behaviour("good", fine, Expected([], 0))
    with FaultServer([dead, good], tmp_path) as server:
        finished = crawl([*pages(server, dead, 60), *pages(server, good, 60)], PATIENCE)
        assert finished.reason == reason
        assert finished.stats["sites/outcome"] == outcome
        assert finished.stats["sites/next_try"] > "2026"
        assert finished.stats["sites/waiting_at_end"] > 40
        assert len(server.hits["dead"]) <= 16
        assert finished.results["good"] == [200] * 60
        assert "Traceback" not in finished.log


def test_a_site_whose_retry_after_is_too_long_to_stay_for_ends_the_crawl_as_throttled(tmp_path: Path) -> None:
    dead = answering(429, **{"Retry-After": "600"})
    with FaultServer([dead], tmp_path) as server:
        finished = crawl(pages(server, dead, 20), {**PATIENCE, "THROTTLE_RETRY_AFTER_CAP": 900})
        assert finished.reason == "throttled"
        assert len(server.hits["dead"]) <= 2


def test_requests_of_an_open_circuit_wait_in_the_jobdir_for_the_next_run(tmp_path: Path) -> None:
    down = [True]

    async def behave(exchange: Exchange) -> None:
        await exchange.answer(403 if down[0] else 200)

    dead = Behaviour("dead", behave, Expected([], 0))
    jobdir = tmp_path / "job"
    with FaultServer([dead], tmp_path) as server:
        settings = {**PATIENCE, "JOBDIR": str(jobdir)}
        first = crawl(pages(server, dead, 30), settings)
        assert first.reason == "blocked"
        sent = {path for _, path in server.hits["dead"]}
        down[0] = False
        server.hits["dead"].clear()
        second = crawl([], settings)
        assert second.reason == "finished"
        fetched = {path for _, path in server.hits["dead"]}
    assert len(sent) <= 8
    assert sent | fetched == {f"/{page}" for page in range(30)}
    assert second.stats["response_received_count"] >= 22


def test_a_budget_for_the_crawl_ends_it_before_it_eats_hours(tmp_path: Path) -> None:
    async def behave(exchange: Exchange) -> None:
        await exchange.answer(500)

    bad = Behaviour("bad", behave, Expected([], 0))
    with FaultServer([bad], tmp_path) as server:
        finished = crawl(
            pages(server, bad, 60),
            {"RETRY_BUDGET_CRAWL": 10, "RETRY_BUDGET_RATIO": 0, "BREAKER_FAILURES": 10_000},
        )
        assert finished.reason == "retry_budget"
        assert len(server.hits["bad"]) <= 30


async def slow(exchange: Exchange) -> None:
    if exchange.number == 1:
        await exchange.answer(429, headers={"Retry-After": "3"})
    else:
        await exchange.answer()


def test_requests_of_a_held_site_take_no_place_from_another(tmp_path: Path) -> None:
    held, good = Behaviour("held", slow, Expected([], 0)), Behaviour("good", fine, Expected([], 0))
    with FaultServer([held, good], tmp_path) as server:
        finished = crawl(
            [*pages(server, held, 30), *pages(server, good, 10)],
            {"CONCURRENT_REQUESTS": 4, "DOWNLOAD_DELAY": 0, "THROTTLE_RETRY_AFTER_CAP": 3},
        )
        assert finished.results == {"held": [200] * 30, "good": [200] * 10}
        free_again = next(
            later
            for (earlier, _), (later, _) in zip(server.hits["held"], server.hits["held"][1:], strict=False)
            if later - earlier > 2.8
        )
        during = [moment for moment, _ in server.hits["good"] if moment < free_again]
        assert len(during) == 10


def _behave(status: int) -> Callable[[Exchange], Awaitable[None]]:
    async def behave(exchange: Exchange) -> None:
        await exchange.answer(status)

    return behave


def test_credentials_are_nowhere_in_a_jobdir(tmp_path: Path) -> None:
    dead = Behaviour("dead", _behave(403), Expected([], 0))
    jobdir = tmp_path / "job"
    with FaultServer([dead], tmp_path) as server:
        proxy = f"http://ann:s3cret@{server.address('dead')}:{server.ports['dead']}"
        finished = crawl(
            pages(server, dead, 5),
            {"JOBDIR": str(jobdir), "PROXY_LIST": [proxy], "PROXY_MAX_WAIT": 1, "LOG_LEVEL": "DEBUG"},
        )
    assert finished.reason == "no_proxies"
    kept = b"".join(path.read_bytes() for path in jobdir.rglob("*") if path.is_file())
    assert b"/4" in kept
    for secret in ("s3cret", "YW5uOnMzY3JldA"):
        assert secret.encode() not in kept
        assert secret not in finished.log + json.dumps(finished.stats)


def test_a_probe_that_is_redirected_closes_the_circuit_at_its_end(tmp_path: Path) -> None:
    async def behave(exchange: Exchange) -> None:
        if exchange.number <= 6:
            await exchange.answer(403)
        elif exchange.path.endswith("there"):
            await exchange.answer()
        else:
            await exchange.answer(302, headers={"Location": f"{exchange.path}/there"})

    moved = Behaviour("moved", behave, Expected([], 0))
    settings = {"BREAKER_OPEN_BASE": 1, "BREAKER_OPEN_CAP": 1, "BREAKER_PROBE_TIMEOUT": 600}
    with FaultServer([moved], tmp_path) as server:
        finished = crawl(pages(server, moved, 20), settings, timeout=60)
    assert finished.reason == "finished"
    assert finished.results["moved"].count(200) >= 14
    assert finished.stats["breaker/closed"] == 1
