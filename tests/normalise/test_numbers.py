"""Numbers with the separators of several languages."""

from __future__ import annotations

import pytest

from jobspiders.normalise.numbers import NUMBER, read_number


@pytest.mark.parametrize(
    ("token", "value"),
    [
        ("45000", 45_000),
        ("45,000", 45_000),
        ("45.000", 45_000),
        ("45 000", 45_000),
        ("45\u00a0000", 45_000),
        ("45\u202f000", 45_000),
        ("45'000", 45_000),
        ("45’000", 45_000),
        ("12,345.67", 12_345.67),
        ("12.345,67", 12_345.67),
        ("12 345,67", 12_345.67),
        ("1'234.50", 1234.5),
        ("31,2", 31.2),
        ("18.5", 18.5),
        ("12,00,000", 1_200_000),
        ("1,20,000", 120_000),
        ("1.234.567", 1_234_567),
        ("0.67", 0.67),
    ],
)
def test_separators_are_told_from_decimal_marks(token: str, value: float) -> None:
    match = NUMBER.fullmatch(token)
    assert match is not None
    number = read_number(token)
    assert number is not None
    assert number[0] == value


@pytest.mark.parametrize(
    "token", ["1.2.3", "12.05", "1.23.456", "1,2,3", "12.34.56", "1234.567.890", "9" * 30]
)
def test_versions_dates_and_noise_are_no_grouped_numbers(token: str) -> None:
    number = read_number(token)
    assert number is None or number == (12.05, False)


def test_a_number_ends_where_a_group_is_not_of_three() -> None:
    assert [match.group() for match in NUMBER.finditer("2024 100 and 12.05.2026, 10 20 300")] == [
        "2024 100",
        "12.05",
        "2026",
        "10",
        "20 300",
    ]
