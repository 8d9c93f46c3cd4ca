"""Pay that a board gives as figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from jobspiders.items import Salary
from jobspiders.parsing.enumerated import pay_period
from jobspiders.parsing.record import Record, as_number


def stated_pay(
    low: float | None,
    high: float | None,
    currency: str | None,
    period: str | None,
    source: Literal["stated", "estimated"] = "stated",
) -> Salary | None:
    """Pay between two figures for the board's own ``period``; None without a figure, 0 being none.

    A single figure is both ends. Two weeks' or half a month's pay is brought to the week or the month.
    """
    unit, times = pay_period(period)
    known = [figure * times for figure in (low, high) if figure and figure > 0]
    if not known:
        return None
    code = (currency or "").strip().upper()
    return Salary(min(known), max(known), code if len(code) == 3 else None, unit, source=source)


def pay_in(record: Record, paths: Mapping[str, str]) -> Salary | None:
    """The pay whose ``min``, ``max``, ``currency`` and ``unit`` stand at ``paths`` (see ``Record.fields``)."""
    found = record.fields(paths)
    low, high = as_number(found.get("min")), as_number(found.get("max"))
    return stated_pay(low, high, found.get("currency"), found.get("unit"))
