from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from jobspiders.storage.host_states import HostState, HostStates

Result = TypeVar("Result")
HOST = "jobs.example.com"
OPEN = {
    "circuit": "open",
    "opened_until": 100.0,
    "probe_until": 0.0,
    "changed_at": 50.0,
    "cause": "blocked",
    "openings": 1,
}
STATE = HostState(HOST, circuit=OPEN, opened_until=100.0, hold_until=90.0, proxies={"a:1": {"ok": 3}})


def with_states(url: str, use: Callable[[HostStates], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        states = HostStates(url)
        try:
            return await use(states)
        finally:
            await states.close()

    return asyncio.run(run())


def stored(url: str) -> HostState:
    found, _ = with_states(url, lambda states: states.load([HOST]))
    return found[0]


def save(url: str, state: HostState) -> None:
    with_states(url, lambda states: states.save(state))


def test_a_state_comes_back_as_it_was_saved(database_url: str) -> None:
    save(database_url, STATE)
    assert stored(database_url) == STATE


def test_an_older_circuit_does_not_overwrite_a_newer_one(database_url: str) -> None:
    save(database_url, STATE)
    closed = {**OPEN, "circuit": "closed", "changed_at": 40.0}
    save(database_url, replace(STATE, circuit=closed, opened_until=0.0))
    assert stored(database_url).circuit == OPEN
    assert stored(database_url).opened_until == 100.0
    newer = {**closed, "changed_at": 60.0}
    save(database_url, replace(STATE, circuit=newer, opened_until=0.0))
    assert stored(database_url).circuit == newer
    assert stored(database_url).opened_until == 0.0


def test_holds_only_grow_and_proxies_are_merged(database_url: str) -> None:
    save(database_url, STATE)
    save(database_url, replace(STATE, hold_until=10.0, proxies={"b:1": {"ok": 1}}))
    assert stored(database_url).hold_until == 90.0
    assert set(stored(database_url).proxies) == {"a:1", "b:1"}
    save(database_url, replace(STATE, hold_until=200.0))
    assert stored(database_url).hold_until == 200.0


def test_only_what_changed_since_is_loaded(database_url: str) -> None:
    async def use(states: HostStates) -> list[int]:
        await states.save(STATE)
        found, since = await states.load([HOST])
        again, since = await states.load([HOST], since)
        await states.save(STATE)
        later, _ = await states.load([HOST], since)
        return [len(found), len(again), len(later)]

    assert with_states(database_url, use) == [1, 0, 1]


def test_of_all_processes_one_may_probe(database_url: str) -> None:
    save(database_url, STATE)

    async def use(states: HostStates) -> list[bool]:
        others = [HostStates(database_url) for _ in range(5)]
        early = await states.claim_probe(HOST, 99.0, 120.0)
        claims = await asyncio.gather(*(each.claim_probe(HOST, 101.0, 120.0) for each in (states, *others)))
        late = await states.claim_probe(HOST, 121.0, 140.0)
        for each in others:
            await each.close()
        return [early, sum(claims) == 1, late]

    assert with_states(database_url, use) == [False, True, True]


def test_a_closed_circuit_and_an_unknown_host_have_no_probe(database_url: str) -> None:
    save(database_url, replace(STATE, circuit={**OPEN, "circuit": "closed"}))
    assert not with_states(database_url, lambda states: states.claim_probe(HOST, 101.0, 120.0))
    assert not with_states(database_url, lambda states: states.claim_probe("other.example.com", 101.0, 120.0))
