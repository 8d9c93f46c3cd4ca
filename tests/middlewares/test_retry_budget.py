from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.middlewares.retry_budget import Cause, GiveUp, Retry, RetryBudget, RetryConfig

CONFIG = RetryConfig(
    times={Cause.TIMEOUT: 2, Cause.RATE_LIMIT: 5, Cause.DNS: 2, Cause.PROXY: 8},
    total=6,
    crawl_floor=10,
    crawl_ratio=0.5,
    base=1,
    cap=10,
)


def longest(_low: float, high: float) -> float:
    return high


def budget() -> RetryBudget:
    return RetryBudget(CONFIG, longest)


def test_each_cause_has_its_own_budget() -> None:
    machine = budget()
    assert machine.decide(Cause.TIMEOUT, {"timeout": 1, "proxy": 3}) == Retry(2)
    assert machine.decide(Cause.TIMEOUT, {"timeout": 2}) == GiveUp("timeout_exhausted")
    assert machine.decide(Cause.BLOCK, {}) == GiveUp("block_exhausted")


def test_a_request_has_a_budget_over_all_causes() -> None:
    assert budget().decide(Cause.PROXY, {"proxy": 4, "timeout": 2}) == GiveUp("request_exhausted")


def test_the_wait_grows_to_its_cap_and_retry_after_goes_first() -> None:
    machine = budget()
    waits = [machine.decide(Cause.PROXY, {"proxy": tried}) for tried in range(5)]
    assert waits == [Retry(1), Retry(2), Retry(4), Retry(8), Retry(10)]
    assert machine.decide(Cause.RATE_LIMIT, {}, retry_after=77) == Retry(77)


@pytest.mark.parametrize(
    ("cause", "again"), [(Cause.TIMEOUT, False), (Cause.RATE_LIMIT, True), (Cause.DNS, True)]
)
def test_what_may_have_acted_is_not_repeated_blindly(cause: Cause, again: bool) -> None:
    assert isinstance(budget().decide(cause, {}, idempotent=False), Retry) is again


def test_a_dead_site_exhausts_the_crawl_and_success_refills_it() -> None:
    machine = budget()
    decisions = [machine.decide(Cause.TIMEOUT, {}) for _ in range(12)]
    assert decisions[9:] == [Retry(1), GiveUp("crawl_exhausted"), GiveUp("crawl_exhausted")]
    machine.succeeded()
    assert machine.decide(Cause.TIMEOUT, {}) == GiveUp("crawl_exhausted")
    machine.succeeded()
    assert machine.decide(Cause.TIMEOUT, {}) == Retry(1)


@given(
    st.lists(st.tuples(st.sampled_from(list(Cause)), st.booleans(), st.integers(0, 9))), st.integers(0, 99)
)
def test_spending_never_exceeds_the_budget(steps: list[tuple[Cause, bool, int]], seed: int) -> None:
    machine = RetryBudget(CONFIG, random.Random(seed).uniform)
    successes = retries = 0
    for cause, success, tried in steps:
        if success:
            machine.succeeded()
            successes += 1
            continue
        decision = machine.decide(cause, {cause.value: tried})
        if isinstance(decision, Retry):
            retries += 1
            assert 0 <= decision.after <= CONFIG.cap
            assert tried < CONFIG.times.get(cause, 0)
        assert retries <= CONFIG.crawl_floor + CONFIG.crawl_ratio * successes
    assert machine.spent.total() == retries
