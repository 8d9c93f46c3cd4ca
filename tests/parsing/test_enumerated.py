"""Enumerated values of boards, as their documents write them."""

from __future__ import annotations

import pytest

from jobspiders.parsing.enumerated import pay_period, workplace_of


@pytest.mark.parametrize(
    ("written", "workplace"),
    [
        ("on-site", "onsite"),
        ("ON_SITE", "onsite"),
        ("OnSite", "onsite"),
        ("hybrid", "hybrid"),
        ("Fully Remote", "remote"),
        ("unspecified", None),
        ("not remote", None),
        (None, None),
    ],
)
def test_workplace_words(written: str | None, workplace: str | None) -> None:
    assert workplace_of(written) == workplace


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("per-year-salary", ("year", 1)),
        ("1 YEAR", ("year", 1)),
        ("annually", ("year", 1)),
        ("per-hour-wage", ("hour", 1)),
        ("bi-week-salary", ("week", 0.5)),
        ("semi-month-salary", ("month", 2)),
        ("daily", ("day", 1)),
        ("one-time", (None, 1)),
        (None, (None, 1)),
    ],
)
def test_pay_periods_come_with_the_factor_that_brings_figures_to_them(
    written: str | None, period: tuple[str | None, float]
) -> None:
    assert pay_period(written) == period
