"""A service that ends again and again is started less and less often."""

from __future__ import annotations

from jobspiders.deployment.restarts import Restarts


def test_waits_double_up_to_a_cap_and_begin_anew_after_a_healthy_life() -> None:
    restarts = Restarts(base=1.0, cap=10.0, healthy=60.0)
    assert [restarts.delay(0.0, 1.0) for _ in range(6)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert restarts.delay(0.0, 61.0) == 1.0
    assert restarts.total == 7


def test_a_thousand_ends_in_a_row_are_no_overflow() -> None:
    restarts = Restarts()
    assert {restarts.delay(0.0, 0.0) for _ in range(5000)} >= {1.0, 60.0}
