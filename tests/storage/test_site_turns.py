"""A site's places and turns, taken by many at once on a real database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from random import Random

import psycopg
import pytest

from jobspiders.middlewares.departure import Departure, Grace
from jobspiders.storage.site_turns import SiteTurns

SITE = "jobs.pelikan.example"


def with_turns(url: str, do: Callable[..., Awaitable[None]], *, count: int = 2, lease: float = 15.0) -> None:
    """Run ``do`` with so many processes' turns."""

    async def run() -> None:
        turns = [SiteTurns(url, lease=lease) for _ in range(count)]
        try:
            await do(*turns)
        finally:
            for each in turns:
                await each.close()

    asyncio.run(run())


def test_requests_of_one_process_that_enter_together_get_places_of_their_own(database_url: str) -> None:
    async def enter(one: SiteTurns, other: SiteTurns) -> None:
        places = await asyncio.gather(*(one.enter(SITE, 2) for _ in range(4)))
        assert sorted(place for place in places if place is not None) == [1, 2]
        assert await other.enter(SITE, 2) is None

    with_turns(database_url, enter)


def test_places_are_shared_by_processes_and_free_when_they_are_left(database_url: str) -> None:
    async def share(one: SiteTurns, other: SiteTurns) -> None:
        first = await one.enter(SITE, 1)
        assert first == 1
        assert await other.enter(SITE, 1) is None
        assert await other.enter("other.example", 1) == 1
        await other.leave(SITE, 1)
        assert await other.enter(SITE, 1) is None, "only its holder frees a place"
        await one.leave(SITE, 1)
        assert await other.enter(SITE, 1) == 1

    with_turns(database_url, share)


def test_never_more_under_way_than_places_however_many_ask(database_url: str) -> None:
    under_way, most, done = 0, 0, 0

    async def request(turns: SiteTurns) -> None:
        nonlocal under_way, most, done
        while (place := await turns.enter(SITE, 2)) is None:
            await asyncio.sleep(0.002)
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.003)
        under_way -= 1
        done += 1
        await turns.leave(SITE, place)

    async def all_at_once(*turns: SiteTurns) -> None:
        await asyncio.gather(*(request(each) for each in turns for _ in range(8)))

    with_turns(database_url, all_at_once, count=4)
    assert (done, most) == (32, 2)


def test_a_place_outlives_its_process_for_a_lease_and_a_slow_answer_for_as_long_as_it_takes(
    database_url: str,
) -> None:
    async def die(dying: SiteTurns, living: SiteTurns, other: SiteTurns) -> None:
        assert await living.enter("slow.example", 1) == 1
        assert await dying.enter(SITE, 1) == 1
        entered = time.monotonic()
        assert dying._renewing is not None and dying._connection is not None
        dying._renewing.cancel()
        await dying._connection.close()
        assert await other.enter(SITE, 1) is None
        while await other.enter(SITE, 1) is None:
            await asyncio.sleep(0.02)
        assert time.monotonic() - entered >= 0.79
        assert await other.enter("slow.example", 1) is None

    with_turns(database_url, die, count=3, lease=0.8)


def test_a_broken_connection_loses_no_place(database_url: str) -> None:
    async def lose(one: SiteTurns, other: SiteTurns) -> None:
        assert await one.enter(SITE, 1) == 1
        assert one._connection is not None
        pid = one._connection.info.backend_pid
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
        assert await other.enter(SITE, 1) is None
        with pytest.raises(psycopg.OperationalError):
            await one.take(SITE, 0.1)
        assert (await one.take(SITE, 0.1)).wait == 0
        await one.leave(SITE, 1)
        assert await other.enter(SITE, 1) == 1

    with_turns(database_url, lose)


def test_a_turn_is_given_once_in_each_delay(database_url: str) -> None:
    async def turns(one: SiteTurns, other: SiteTurns) -> None:
        taken = await asyncio.gather(*(each.take(SITE, 60.0) for each in (one, other, one, other)))
        waits = sorted(turn.wait for turn in taken)
        assert waits[0] == 0
        assert all(0 < wait <= 60.0 for wait in waits[1:])
        assert [turn.next_at is None for turn in taken].count(False) == 1

    with_turns(database_url, turns)


def test_an_unused_turn_is_given_again_to_its_own_process_and_to_no_other(database_url: str) -> None:
    async def turns(one: SiteTurns, other: SiteTurns) -> None:
        first = await one.take(SITE, 60.0)
        assert (await other.take(SITE, 60.0)).wait > 0
        again = await one.take(SITE, 60.0, first.next_at)
        assert again.wait == 0
        assert first.next_at is not None and again.next_at is not None and again.next_at > first.next_at
        assert (await other.take(SITE, 60.0, first.next_at)).wait > 0

    with_turns(database_url, turns)


def test_a_turn_that_another_has_taken_over_is_not_given_again(database_url: str) -> None:
    async def turns(one: SiteTurns, other: SiteTurns) -> None:
        first = await one.take(SITE, 0.01)
        await asyncio.sleep(0.02)
        assert (await other.take(SITE, 60.0)).wait == 0
        assert (await one.take(SITE, 60.0, first.next_at)).wait > 0

    with_turns(database_url, turns)


def test_however_late_requests_are_they_leave_a_delay_apart(database_url: str) -> None:
    """Only departures are held against each other, by the clock with which they were allowed."""
    delay, left = 0.02, []
    random = Random(7)

    async def request(turns: SiteTurns, grace: Grace) -> None:
        departure, unused = Departure(grace), None
        while True:
            spacing = departure.ask(time.monotonic(), delay)
            turn = await turns.take(SITE, spacing, unused)
            unused = turn.next_at
            if turn.wait > 0:
                await asyncio.sleep(turn.wait)
                continue
            await asyncio.sleep(random.choice((0, 0, 0, 0.003, 0.03)))
            now = time.monotonic()
            if departure.may_leave(now):
                left.append(now)
                return

    async def all_of_them(*turns: SiteTurns) -> None:
        graces = [Grace() for _ in turns]
        await asyncio.gather(*(request(*pair) for pair in zip(turns, graces, strict=True) for _ in range(10)))

    with_turns(database_url, all_of_them, count=3)
    left.sort()
    assert len(left) == 30
    assert min(later - earlier for earlier, later in pairwise(left)) >= delay
