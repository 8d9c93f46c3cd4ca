from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.middlewares.site_throttle import SiteThrottle, ThrottleConfig, next_delay, parse_retry_after

CONFIG = ThrottleConfig(retry_after_cap=100, backoff_base=2, backoff_cap=60, delay_step=1, delay_cap=16)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def longest(_low: float, high: float) -> float:
    return high


def throttle() -> SiteThrottle:
    return SiteThrottle(CONFIG, longest)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("0", 0),
        ("-5", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Sunday, 22-Nov-26 12:01:00 GMT", 60),
        ("", None),
        (None, None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW.timestamp()) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_read_or_left(value: str) -> None:
    seconds = parse_retry_after(value, NOW.timestamp())
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


def test_retry_after_holds_the_site_and_is_capped() -> None:
    machine = throttle()
    assert machine.plea(0, 30) == 30
    assert machine.wait(10) == 20
    assert machine.wait(30) == 0
    assert machine.plea(30, 100_000) == 100


def test_without_retry_after_the_hold_doubles_up_to_its_cap() -> None:
    machine, now, holds = throttle(), 0.0, []
    for _ in range(7):
        holds.append(machine.plea(now))
        now = machine.hold_until
    assert holds == [2, 4, 8, 16, 32, 60, 60]


def test_pleas_that_arrive_during_a_hold_count_once_and_never_shorten_it() -> None:
    machine = throttle()
    machine.plea(0, 50)
    machine.plea(1, 10)
    assert machine.strikes == 1
    assert machine.hold_until == 50
    machine.plea(2, 90)
    assert machine.hold_until == 92


def test_recovery_is_slow() -> None:
    machine = throttle()
    machine.plea(0, 1)
    machine.plea(2, 1)
    assert machine.delay == 2
    machine.answered(4)
    assert machine.delay == pytest.approx(1.8)
    for _ in range(40):
        machine.answered(5)
    assert machine.delay == 0


def test_answers_of_requests_that_left_before_the_hold_do_not_speed_up() -> None:
    machine = throttle()
    machine.plea(0, 10)
    machine.answered(1)
    assert machine.delay == 1


def test_crawl_delay_stands_below_all() -> None:
    machine = throttle()
    machine.set_crawl_delay(5)
    for _ in range(50):
        machine.answered(0)
    assert machine.delay == 5
    machine.set_crawl_delay(100_000)
    assert machine.delay == 60


@pytest.mark.parametrize(
    ("delay", "latency", "status", "expected"),
    [
        (5, 1, 200, 3),
        (1, 4, 200, 4),
        (1, 100, 200, 60),
        (0.5, 0.1, 200, 0.3),
        (5, 0.1, 404, 5),
        (1, 8, 500, 8),
    ],
)
def test_the_delay_follows_latency(delay: float, latency: float, status: int, expected: float) -> None:
    assert next_delay(delay, latency, status=status, target=1, least=0.2, most=60) == pytest.approx(expected)


def test_a_crawl_delay_wins_over_the_longest_delay() -> None:
    assert next_delay(1, 1, status=200, target=1, least=90, most=60) == 90


@settings(max_examples=10_000, deadline=None)
@given(st.binary(min_size=4, max_size=20), st.integers(0, 9))
def test_invariants_hold_over_random_outcomes(steps: bytes, seed: int) -> None:
    machine = SiteThrottle(CONFIG, random.Random(seed).uniform)
    now = 0.0
    for step in steps:
        now += (step >> 3) * 0.9
        held, delay = machine.hold_until, machine.delay
        if step & 3 == 0:
            seconds = machine.plea(now, float(step) if step & 4 else None)
            assert 0 <= seconds <= max(CONFIG.retry_after_cap, held - now) + 1e-6
            assert machine.hold_until >= held
            assert machine.delay >= delay
        elif step & 3 == 1:
            machine.set_crawl_delay(step)
            assert machine.delay >= machine.crawl_delay
        else:
            machine.answered(now)
            assert machine.hold_until == held
            assert machine.delay <= delay
            assert delay == 0 or machine.delay >= delay * CONFIG.recovery - CONFIG.forgotten_below
        assert machine.wait(now) == max(0.0, machine.hold_until - now)
        assert machine.delay <= max(CONFIG.delay_cap, CONFIG.crawl_delay_cap)
