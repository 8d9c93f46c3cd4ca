from __future__ import annotations

from typing import Any

import pytest

from jobspiders.items import Salary
from jobspiders.parsing.jsonld_pay import salary_from_jsonld, salary_text_from_jsonld
from jobspiders.parsing.record import Record


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            {"currency": "EUR", "value": {"minValue": 40, "maxValue": 50, "unitText": "HOUR"}},
            Salary(40, 50, "EUR", "hour", source="stated"),
        ),
        (
            {"currency": "usd", "value": {"value": "52000", "unitText": "YEAR"}},
            Salary(52000, 52000, "USD", "year", source="stated"),
        ),
        ({"currency": "USD", "value": 52000}, Salary(52000, 52000, "USD", source="stated")),
        (
            {"currency": "GBP", "minValue": 3, "maxValue": 2, "unitText": "day"},
            Salary(2, 3, "GBP", "day", source="stated"),
        ),
        (
            [{"currency": "USD", "value": {"maxValue": 9, "unitText": "FORTNIGHT"}}],
            Salary(4.5, 4.5, "USD", "week", source="stated"),
        ),
        (52000, Salary(52000, 52000, source="stated")),
        (
            {"@type": "PriceSpecification", "minPrice": "3", "maxPrice": 4, "priceCurrency": "EUR"},
            Salary(3, 4, "EUR", source="stated"),
        ),
        ("52.000", Salary(52000, 52000, source="stated")),
        (
            {"currency": "EUR", "value": {"value": "17,50", "unitCode": "HUR"}},
            Salary(17.5, 17.5, "EUR", "hour", source="stated"),
        ),
        (
            {
                "currency": "EUR",
                "value": [{"minValue": "1.800,00", "maxValue": ["2200"], "unitText": "monthly"}],
            },
            Salary(1800, 2200, "EUR", "month", source="stated"),
        ),
        (
            {"currency": "$", "value": {"minValue": 20, "maxValue": 25, "unitText": "HOUR"}},
            Salary(20, 25, None, "hour", source="stated"),
        ),
        (
            {
                "currency": "USD",
                "percentile10": 40000,
                "percentile90": 90000,
                "median": 60000,
                "duration": "P1Y",
            },
            Salary(40000, 90000, "USD", source="stated"),
        ),
        ({"currency": "EUR", "value": {"value": "competitive", "unitText": "YEAR"}}, None),
        ("$52,000 a year", None),
        ({"value": {"minValue": 0, "maxValue": 0}}, None),
        (None, None),
    ],
)
def test_base_salary_in_every_shape(base: Any, expected: Salary | None) -> None:
    assert salary_from_jsonld(Record({"baseSalary": base})) == expected


def test_an_estimate_is_kept_apart() -> None:
    salary = salary_from_jsonld(
        Record({"estimatedSalary": [{"currency": "USD", "value": {"minValue": 1, "maxValue": 2}}]})
    )
    assert salary == Salary(1, 2, "USD", source="estimated")


def test_salary_text_is_kept_as_text() -> None:
    assert salary_text_from_jsonld(Record({"baseSalary": "$52,000 a year"})) == "$52,000 a year"


@pytest.mark.parametrize(
    ("base", "text"),
    [
        ({"currency": "EUR", "value": {"value": "50k - 60k", "unitText": "YEAR"}}, "EUR 50k - 60k per YEAR"),
        ({"currency": "EUR", "value": "50k EUR"}, "50k EUR"),
        ({"value": {"minValue": "from 50k", "maxValue": "60k"}}, "from 50k - 60k"),
        (
            {"currency": "$", "value": {"minValue": 20, "maxValue": 25, "unitText": "HOUR"}},
            "$ 20 - 25 per HOUR",
        ),
        ({"currency": "USD", "value": {"minValue": "20", "maxValue": 25}}, None),
        (52000, None),
        ({"currency": "$"}, None),
    ],
)
def test_pay_in_words_keeps_its_currency_and_period(base: Any, text: str | None) -> None:
    assert salary_text_from_jsonld(Record({"baseSalary": base})) == text
