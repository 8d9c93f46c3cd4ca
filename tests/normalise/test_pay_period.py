"""Units of pay behind a figure, and pay by the year."""

from __future__ import annotations

import pytest

from jobspiders.items import SalaryUnit
from jobspiders.normalise.pay_period import annualise, infer_unit, plausible, read_tail


@pytest.mark.parametrize(
    ("behind", "unit"),
    [
        ("/hr", "hour"),
        (" per hour", "hour"),
        (" an hour", "hour"),
        (" ph", "hour"),
        ("/Std.", "hour"),
        (" brutto pro Stunde", "hour"),
        (" brut de l'heure", "hour"),
        ("/godz.", "hour"),
        (" a day", "day"),
        (" pro Tag", "day"),
        (" per week", "week"),
        (" pw", "week"),
        (" brutto/Monat", "month"),
        (" bruts mensuels", "month"),
        (" al mes", "month"),
        (" por mês", "month"),
        (" netti al mese", "month"),
        (" bruto per maand", "month"),
        (" brutto miesięcznie", "month"),
        (" p.m.", "month"),
        (" p.a.", "year"),
        (" p. a.", "year"),
        (" per annum", "year"),
        (" par an", "year"),
        ("/an", "year"),
        (" brutos anuales", "year"),
        (" USD gross per year", "year"),
        (" (per year)", "year"),
        (" pro rata per annum", "year"),
        (" base", None),
        (" for 40 hours", None),
        (" bi-weekly", None),
        (", annual bonus", None),
        ("", None),
    ],
)
def test_the_unit_behind_a_figure_is_read(behind: str, unit: SalaryUnit | None) -> None:
    assert read_tail(f"$50{behind}", 3, "$").unit == unit


@pytest.mark.parametrize(
    "behind", [" per referral", "/client", " par projet", " pro Auftrag", " per 100 words"]
)
def test_money_per_something_else_is_known(behind: str) -> None:
    assert read_tail(f"$50{behind}", 3, "$").per_other


@pytest.mark.parametrize(
    ("unit", "factor"), [("hour", 2080), ("day", 260), ("week", 52), ("month", 12), ("year", 1)]
)
def test_a_year_has_so_many_of_a_unit(unit: SalaryUnit, factor: int) -> None:
    assert annualise(10, unit) == 10 * factor


def test_the_unit_is_inferred_only_where_nothing_else_fits() -> None:
    assert infer_unit(18, 22, "USD") == "hour"
    assert infer_unit(90_000, 120_000, "USD") == "year"
    assert infer_unit(3000, 4000, "USD") is None
    assert infer_unit(3000, 4000, "EUR") == "month"
    assert infer_unit(20_000, 30_000, "XOF") is None
    assert infer_unit(20, 90_000, "USD") is None


def test_nobody_earns_a_hundred_thousand_an_hour() -> None:
    assert not plausible(100_000, "hour", "USD")
    assert plausible(100_000, "hour", "IDR")
    assert not plausible(1, "year", "EUR")
