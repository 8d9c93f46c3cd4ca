"""Enumerated values of boards as ours: where one works, and what pay is counted by."""

from __future__ import annotations

import re

from jobspiders.items import SalaryUnit, Workplace

_WORKPLACES: dict[str, Workplace] = {
    "onsite": "onsite",
    "inoffice": "onsite",
    "inperson": "onsite",
    "hybrid": "hybrid",
    "remote": "remote",
    "fully": "remote",
    "fullyremote": "remote",
    "remotelocal": "remote",
    "remoteglobal": "remote",
    "remoteonly": "remote",
    "telecommute": "remote",
}
#: Stem -> our unit and how often the board's own period fits into it.
_PERIODS: dict[str, tuple[SalaryUnit, float]] = {
    "biweek": ("week", 0.5),
    "fortnight": ("week", 0.5),
    "semimonth": ("month", 2),
    "twiceamonth": ("month", 2),
    "quarter": ("year", 4),
    "hour": ("hour", 1),
    "day": ("day", 1),
    "daily": ("day", 1),
    "week": ("week", 1),
    "month": ("month", 1),
    "year": ("year", 1),
    "annual": ("year", 1),
    "annum": ("year", 1),
}
_NO_LETTER = re.compile(r"[^a-z]+")


def workplace_of(value: str | None) -> Workplace | None:
    """``on-site``, ``ON_SITE``, ``OnSite`` and the like; None for ``unspecified`` and free text."""
    return _WORKPLACES.get(_NO_LETTER.sub("", (value or "").lower()))


def pay_period(value: str | None) -> tuple[SalaryUnit | None, float]:
    """Our unit for ``per-year-salary``, ``1 YEAR``, ``hourly``, ``bi-week-salary`` ..., with the factor
    that brings figures to it: two weeks' pay counts half for a week. (None, 1) where it is neither."""
    word = _NO_LETTER.sub("", (value or "").lower())
    return next((found for stem, found in _PERIODS.items() if stem in word), (None, 1))
