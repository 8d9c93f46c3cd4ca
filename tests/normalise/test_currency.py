"""Currency markers and the table behind them."""

from __future__ import annotations

from itertools import pairwise

import pycountry
import pytest

from jobspiders.normalise.currency import CURRENCIES, ISO_CODES, merge, read_code, resolve


def test_the_table_names_real_currencies_and_every_active_one() -> None:
    known = {currency.alpha_3 for currency in pycountry.currencies}
    assert known >= ISO_CODES
    assert set(CURRENCIES) <= ISO_CODES
    assert all(currency.per_usd > 0 for currency in CURRENCIES.values())


def test_the_bands_of_a_currency_do_not_overlap() -> None:
    for currency in CURRENCIES.values():
        bands = sorted(currency.bands.values())
        assert all(one[1] < other[0] for one, other in pairwise(bands)), currency.code


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [
        ("usd", None, "USD"),
        ("€", None, "EUR"),
        ("CA$", "US", "CAD"),
        ("$", "MX", "MXN"),
        ("Euro", None, "EUR"),
        ("kr", "NO", "NOK"),
        ("kr", None, None),
        ("KZT", None, "KZT"),
        ("XXQ", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_what_a_board_calls_its_currency_is_read(
    written: str | None, country: str | None, code: str | None
) -> None:
    assert read_code(written, country) == code


def test_a_code_says_more_than_a_symbol_and_two_codes_do_not_mix() -> None:
    assert merge("$", "CAD") == ("CAD", True)
    assert merge("USD", "CAD") == ("USD", False)
    assert merge(None, "EUR") == ("EUR", True)


def test_yen_and_yuan_are_told_apart_by_country_or_size() -> None:
    assert resolve("¥", "JP", 300_000) == "JPY"
    assert resolve("¥", "CN", 30_000) == "CNY"
    assert resolve("¥", None, 6_000_000) == "JPY"
    assert resolve("¥", None, 30_000) is None
