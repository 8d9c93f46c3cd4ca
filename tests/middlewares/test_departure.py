"""Requests that are late at random, over a table of turns and clocks that are passed in."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.middlewares.departure import Departure, Grace

#: Seconds: the way of a question to the database, of its answer back, and then until the request could leave.
LATENESS = st.tuples(*(st.floats(0, most) for most in (0.02, 0.02, 0.4)))


@dataclass
class Table:
    """What the statement does to the row of one site."""

    next_at: float = 0.0
    taken: int = 0

    def take(self, now: float, spacing: float, unused: float | None) -> tuple[float, float | None]:
        if now < self.next_at and self.next_at != unused:
            return self.next_at - now, None
        self.taken += 1
        self.next_at = now + spacing
        return 0.0, self.next_at


@dataclass
class Process:
    """Sends its requests one after the other; its clock is ``ahead`` of the database's."""

    ahead: float
    late: list[tuple[float, float, float]]
    requests: int
    grace: Grace = field(default_factory=Grace)
    asked: int = 0


def departures(processes: list[Process], delay: float) -> tuple[list[float], Table]:
    """When all requests left, by the clock of the database."""
    table, left, order = Table(), [], count()
    # moment, number, process, its departure, the turn it has not used, what it does
    queue: list[tuple[float, int, Process, Departure, float | None, str]] = [
        (0.0, next(order), process, Departure(process.grace), None, "ask") for process in processes
    ]
    asked: dict[Departure, float] = {}
    while queue:
        now, _, process, departure, unused, step = heapq.heappop(queue)
        there, back, then = process.late[process.asked % len(process.late)]
        if step == "ask":
            asked[departure] = departure.ask(now + process.ahead, delay)
            heapq.heappush(queue, (now + there, next(order), process, departure, unused, "take"))
        elif step == "take":
            wait, unused = table.take(now, asked[departure], unused)
            process.asked += 1
            assert process.asked < 2000, "its requests never leave"
            following = (wait + back, "ask") if wait else (back + then, "leave")
            heapq.heappush(queue, (now + following[0], next(order), process, departure, unused, following[1]))
        elif departure.may_leave(now + process.ahead):
            left.append(now)
            process.requests -= 1
            if process.requests:
                fresh = Departure(process.grace)
                heapq.heappush(queue, (now, next(order), process, fresh, None, "ask"))
        else:
            heapq.heappush(queue, (now, next(order), process, departure, unused, "ask"))
    return left, table


@given(
    delay=st.floats(0.01, 2.0),
    lateness=st.lists(
        st.tuples(st.floats(-1000, 1000), st.lists(LATENESS, min_size=1, max_size=12)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_site_never_sees_two_departures_closer_than_the_delay(
    delay: float, lateness: list[tuple[float, list[tuple[float, float, float]]]]
) -> None:
    left, _ = departures([Process(ahead, late, 6) for ahead, late in lateness], delay)
    assert len(left) == 6 * len(lateness)
    assert all(later - earlier >= delay - 1e-9 for earlier, later in pairwise(left))


def test_punctual_requests_cost_one_turn_each_and_a_twentieth_of_the_pace() -> None:
    left, table = departures([Process(0.0, [(0.001, 0.001, 0.001)], 50)], delay=0.1)
    assert table.taken == 50
    assert (left[-1] - left[0]) / 49 <= 0.1 * 1.05 + 0.004


def test_a_process_that_is_always_late_is_given_the_grace_that_it_needs() -> None:
    left, table = departures([Process(0.0, [(0.005, 0.005, 0.03)], 50)], delay=0.1)
    assert len(left) == 50
    assert table.taken <= 70


def test_the_time_that_a_connection_takes_does_not_lengthen_the_grace() -> None:
    grace = Grace()
    departure = Departure(grace)
    spacing = departure.ask(10.0, 0.1)
    assert not departure.may_leave(10.3), "the connection took as long"
    assert departure.ask(10.3, 0.1) == spacing
    assert departure.may_leave(10.302)


def test_a_request_without_a_turn_leaves_when_it_likes() -> None:
    assert Departure(Grace()).may_leave(10.0)
