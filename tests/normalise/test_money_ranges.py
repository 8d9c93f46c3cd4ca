"""Figures and ranges of money, before anybody asks whether they are pay."""

from __future__ import annotations

import pytest

from jobspiders.normalise.money_ranges import find_figures


def ends(text: str) -> list[tuple[float, float | None, str | None]]:
    return [(f.low.value, f.high.value if f.high else None, f.last.marker) for f in find_figures(text)]


@pytest.mark.parametrize(
    ("text", "low", "high", "marker"),
    [
        ("$87,500-145,000", 87_500, 145_000, "$"),
        ("150-250k+ EUR", 150_000, 250_000, "EUR"),
        ("$31,2k- $52k", 31_200, 52_000, "$"),
        ("$120-150,000", 120_000, 150_000, "$"),
        ("70k-90 USD", 70_000, 90_000, "USD"),
        ("15 900 - 21 000 PLN", 15_900, 21_000, "PLN"),
        ("US$100k – 120k", 100_000, 120_000, "USD"),
        ("45.000 € bis 50.000 €", 45_000, 50_000, "EUR"),
        ("entre 3 200 € et 3 800 €", 3200, 3800, "EUR"),
        ("$25/hr - $30/hr", 25, 30, "$"),
        ("$120,000\n—\n$150,000 USD", 120_000, 150_000, "USD"),
        ("€ 2.500,- tot € 3.000,-", 2500, 3000, "EUR"),
    ],
)
def test_ranges_share_scale_and_marker(text: str, low: float, high: float, marker: str) -> None:
    assert ends(text) == [(low, high, marker)]


def test_two_figures_without_a_joining_word_are_no_range() -> None:
    assert ends("$50,000 and $60,000") == [(50_000, None, "$"), (60_000, None, "$")]
    assert ends("between $50,000 and $60,000") == [(50_000, 60_000, "$")]


def test_different_currencies_make_no_range() -> None:
    assert ends("US$90,000 - CA$100,000") == [(90_000, None, "USD"), (100_000, None, "CAD")]


def test_a_lone_number_is_not_the_lower_end_of_signed_money() -> None:
    assert ends("Band 6 - £37,338") == [(37_338, None, "£")]


def test_a_bullet_is_not_a_dash_between_figures() -> None:
    assert ends("- $50,000\n- $60,000") == [(50_000, None, "$"), (60_000, None, "$")]


@pytest.mark.parametrize("text", ["15%", "401k", "v2.500.1", "in 2024", "5 years", "24/7", "10:30", "#12000"])
def test_what_is_no_money_is_passed_over(text: str) -> None:
    assert ends(text) == []
