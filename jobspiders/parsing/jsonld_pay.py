"""Pay of a schema.org JobPosting in every shape that pages give it. See https://schema.org/baseSalary"""

from __future__ import annotations

import re
from typing import Any, Literal

from jobspiders.items import Salary
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.record import Record, as_number, as_text, joined

_KEYS: tuple[tuple[str, Literal["stated", "estimated"]], ...] = (
    ("baseSalary", "stated"),
    ("estimatedSalary", "estimated"),
)
#: https://unece.org/trade/documents/2021/06/uncefact-rec20: codes of periods, in the words that periods have.
_CODES = {"HUR": "hour", "DAY": "day", "WEE": "week", "MON": "month", "ANN": "year"}
#: ``60.000`` and ``60,000.50``, ``60.000,50`` and ``12,50``.
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+,\d{1,2}")


def salary_from_jsonld(data: Record) -> Salary | None:
    """Pay from ``baseSalary`` or ``estimatedSalary``: MonetaryAmount, QuantitativeValue or a bare number.

    Of a distribution the middle eighty in a hundred count.
    """
    for key, source in _KEYS:
        amount, value = _amount(data, key)
        single = (
            _figure(value, "value", "median", "price") or _figure(amount, "value") or _number(data.get(key))
        )
        low = _figure(value, "minValue", "minPrice", "percentile10")
        high = _figure(value, "maxValue", "maxPrice", "percentile90")
        salary = stated_pay(
            low or single, high or single, _currency(data, amount, value), _unit(amount, value), source
        )
        if salary is not None:
            return salary
    return None


def salary_text_from_jsonld(data: Record) -> str | None:
    """Pay in words, with the currency and period that stand apart; None where the figures say it all."""
    amount, value = _amount(data, "baseSalary")
    single = data.text("baseSalary") or amount.text("value") or value.text("value") or data.text("salary")
    ends = (value.text("minValue"), value.text("maxValue"))
    written = joined(*ends, separator=" - ") or single
    if written is None:
        return None
    currency, unit = _currency(data, amount, value), _unit(amount, value)
    plain = currency is None or re.fullmatch("[A-Za-z]{3}", currency) is not None
    figures = [text for text in ends if text] or [written]
    if plain and all(_number(text) is not None for text in figures):
        return None
    known = currency if currency and currency.lower() not in written.lower() else None
    return joined(known, written, f"per {unit}" if unit else None, separator=" ")


def _amount(data: Record, key: str) -> tuple[Record, Record]:
    """What holds the currency, and what holds the figures."""
    amount = data.record(key) or data.record(key, 0)
    return amount, amount.record("value") or amount.record("value", 0) or amount


def _currency(data: Record, amount: Record, value: Record) -> str | None:
    named = (amount.text("currency"), value.text("currency"), amount.text("priceCurrency"))
    return next((text for text in named if text), None) or data.text("salaryCurrency")


def _unit(amount: Record, value: Record) -> str | None:
    code = (value.text("unitCode") or amount.text("unitCode") or "").upper()
    return value.text("unitText") or amount.text("unitText") or _CODES.get(code)


def _figure(record: Record, *keys: str) -> float | None:
    """The first of these that is a figure; 0 is what some write for none."""
    return next((number for key in keys if (number := _number(record.get(key)))), None)


def _number(value: Any) -> float | None:
    """A figure, also written as in ``60.000`` or ``12,50``; a list counts by its only element."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = as_text(value) or ""
    if isinstance(value, str) and _DOTTED.fullmatch(text):
        return as_number(text.replace(".", "").replace(",", "."))
    return as_number(value)
