"""Pay out of salary fields and descriptions; every company and sentence here is invented."""

from __future__ import annotations

import pytest

from jobspiders.normalise.salary import parse_salary

FIELDS = [
    ("£45k - £50k pa", None, 45_000, 50_000, "GBP", "year"),
    ("12-16 Lacs PA", None, 1_200_000, 1_600_000, "INR", "year"),
    ("$100k – $180k • 0.05% – 0.25%", None, 100_000, 180_000, "USD", "year"),
    ("$31,2k- $52k", None, 31_200, 52_000, "USD", "year"),
    ("CA$152K – CA$190K", None, 152_000, 190_000, "CAD", "year"),
    ("$$23 - $26/hr", None, 23, 26, "USD", "hour"),
    ("Horaire de 12,00 Euros à 14,00 Euros sur 12 mois", None, 12, 14, "EUR", "hour"),
    ("Mensuel de 1882,00 Euros", None, 1882, 1882, "EUR", "month"),
    ("Up to €70.000", None, None, 70_000, "EUR", "year"),
    ("ab 3.200 € brutto/Monat", None, 3200, 3200, "EUR", "month"),
    ("$11.7K per month", None, 11_700, 11_700, "USD", "month"),
    ("15 900 - 21 000 PLN", None, 15_900, 21_000, "PLN", "month"),
    ("R$ 8.000", None, 8000, 8000, "BRL", "month"),
    ("¥6,000,000", None, 6_000_000, 6_000_000, "JPY", "year"),
    ("CHF 120'000", None, 120_000, 120_000, "CHF", "year"),
]


@pytest.mark.parametrize(("text", "country", "low", "high", "currency", "unit"), FIELDS)
def test_salary_fields_are_read(
    text: str, country: str | None, low: float | None, high: float, currency: str, unit: str
) -> None:
    salary = parse_salary(text, country=country)
    assert salary is not None
    assert (salary.min, salary.max, salary.currency, salary.unit) == (low, high, currency, unit)
