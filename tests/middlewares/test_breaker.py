from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.middlewares.breaker import Breaker, BreakerConfig, Circuit, Verdict

CONFIG = BreakerConfig(window=100, failures=3, ratio=0.5, open_base=10, open_cap=80, probe_timeout=20)
VERDICTS = list(Verdict)


def longest(_low: float, high: float) -> float:
    return high


def breaker() -> Breaker:
    return Breaker(CONFIG, longest)


def opened(now: float = 0.0) -> Breaker:
    machine = breaker()
    for _ in range(3):
        machine.record(Verdict.BLOCKED, now)
    return machine


def test_it_opens_when_enough_requests_of_the_window_failed() -> None:
    machine = breaker()
    assert not machine.record(Verdict.BLOCKED, 0)
    assert not machine.record(Verdict.BLOCKED, 1)
    assert machine.record(Verdict.BLOCKED, 2)
    assert machine.state is Circuit.OPEN
    assert machine.opened_until == 12
    assert not machine.allows(11.9)


def test_some_failures_among_successes_do_not_open_it() -> None:
    machine = breaker()
    for second in range(60):
        machine.record(Verdict.FAILED if second % 3 == 0 else Verdict.OK, second)
    assert machine.state is Circuit.CLOSED


def test_failures_outside_the_window_are_forgotten() -> None:
    machine = breaker()
    for second in (0, 150, 300, 450):
        machine.record(Verdict.FAILED, second)
    assert machine.state is Circuit.CLOSED


def test_its_cause_is_what_failed_most() -> None:
    machine = breaker()
    for verdict in (Verdict.FAILED, Verdict.THROTTLED, Verdict.THROTTLED):
        machine.record(verdict, 0)
    assert machine.cause is Verdict.THROTTLED


def test_one_probe_goes_through_and_its_success_closes() -> None:
    machine = opened()
    assert machine.claim(10)
    assert not machine.claim(11)
    assert machine.record(Verdict.OK, 12, probe=True)
    assert machine.state is Circuit.CLOSED
    assert machine.claim(12)
    assert machine.claim(12)


def test_a_failed_probe_opens_it_for_longer_up_to_the_cap() -> None:
    machine = opened()
    lengths = []
    now = 10.0
    for _ in range(6):
        assert machine.claim(now)
        machine.record(Verdict.BLOCKED, now, probe=True)
        lengths.append(machine.opened_until - now)
        now = machine.opened_until
    assert lengths == [20, 40, 80, 80, 80, 80]


def test_answers_of_requests_that_left_before_do_not_decide_for_the_probe() -> None:
    machine = opened()
    assert not machine.record(Verdict.OK, 5)
    assert machine.claim(10)
    assert not machine.record(Verdict.OK, 11)
    assert machine.state is Circuit.HALF_OPEN


def test_a_probe_that_never_answers_is_replaced() -> None:
    machine = opened()
    assert machine.claim(10)
    assert machine.next_try(15) == 30
    assert not machine.claim(29)
    assert machine.claim(30)


def test_a_withdrawn_probe_frees_its_place() -> None:
    machine = opened()
    assert machine.claim(10)
    machine.withdraw(11)
    assert machine.claim(11)


def test_a_newer_state_of_another_process_is_adopted_and_an_older_one_is_not() -> None:
    ours, theirs = breaker(), opened(now=5)
    assert ours.adopt(json.loads(json.dumps(theirs.snapshot())))
    assert not ours.allows(6)
    theirs.claim(15)
    theirs.record(Verdict.OK, 16, probe=True)
    assert ours.adopt(theirs.snapshot())
    assert ours.allows(16)
    assert not theirs.adopt(ours.snapshot())


@settings(max_examples=10_000, deadline=None)
@given(st.binary(min_size=4, max_size=20), st.integers(0, 9))
def test_invariants_hold_over_random_outcomes(steps: bytes, seed: int) -> None:
    machine = Breaker(CONFIG, random.Random(seed).uniform)
    now, probes, before = 0.0, 0, Circuit.CLOSED
    for step in steps:
        now += (step >> 4) * 1.7
        if machine.state is not before and machine.state is Circuit.OPEN:
            assert 0.75 * CONFIG.open_base <= machine.opened_until - machine.changed_at
            assert machine.opened_until - machine.changed_at <= CONFIG.open_cap
        before = machine.state
        allowed = machine.allows(now)
        if machine.state is Circuit.CLOSED:
            assert allowed
            assert machine.next_try(now) == now
        else:
            assert allowed is (machine.next_try(now) <= now)
            assert not (machine.state is Circuit.OPEN and now < machine.opened_until and allowed)
        if step & 3 == 0:
            probing = machine.state is not Circuit.CLOSED
            assert machine.claim(now) is allowed
            if probing and allowed:
                probes += 1
                assert machine.state is Circuit.HALF_OPEN
                assert not machine.claim(now)
        else:
            was = machine.state
            verdict = VERDICTS[(step >> 2) & 3]
            machine.record(verdict, now, probe=was is Circuit.HALF_OPEN)
            if was is Circuit.HALF_OPEN:
                assert machine.state is (Circuit.CLOSED if verdict is Verdict.OK else Circuit.OPEN)
            if was is Circuit.OPEN:
                assert machine.state is Circuit.OPEN
        twin = Breaker(CONFIG, longest)
        twin.adopt(machine.snapshot())
        assert twin.allows(now) is machine.allows(now)
