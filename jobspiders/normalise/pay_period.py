"""The unit of time that pay is stated in, and pay by the year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobspiders.items import SalaryUnit
from jobspiders.normalise.currency import CURRENCIES, EXACT, WORDS, Marker, merge
from jobspiders.normalise.pay_words import FILLER, JOINTS, UNITS_AFTER_JOINT, VOCABULARY, Role

#: Raised whenever ANNUAL_FACTORS changes, so that stored values can be told from newer ones.
ANNUAL_TABLE_VERSION = 1

#: How many of a unit make a year: 52 weeks of 40 hours and of 5 days, 12 months.
ANNUAL_FACTORS: dict[SalaryUnit, int] = {"hour": 2080, "day": 260, "week": 52, "month": 12, "year": 1}

#: A year's pay in US dollars outside of which a figure is a slip or no pay at all.
PLAUSIBLE_YEAR = (400.0, 6_000_000.0)
#: The same where the unit was only guessed from words further away.
LIKELY_YEAR = (3_000.0, 2_000_000.0)


def annualise(amount: float, unit: SalaryUnit) -> float:
    """What ``amount`` a unit comes to in a year of full-time work, to the cent."""
    return round(amount * ANNUAL_FACTORS[unit], 2)


def dollars_a_year(amount: float, unit: SalaryUnit, currency: str | None) -> float | None:
    """The rough worth in US dollars a year; None for a currency of which we keep no rate."""
    if currency is None:
        return amount * ANNUAL_FACTORS[unit]
    known = CURRENCIES.get(currency)
    return None if known is None else amount * ANNUAL_FACTORS[unit] / known.per_usd


def plausible(
    amount: float, unit: SalaryUnit, currency: str | None, band: tuple[float, float] = PLAUSIBLE_YEAR
) -> bool:
    """Whether anybody is paid that much or that little; an unknown currency gets the benefit of doubt."""
    worth = dollars_a_year(amount, unit, currency)
    if worth is None:
        return amount > 0
    if currency is None:
        return band[0] / 10 <= worth <= band[1] * 100
    return band[0] <= worth <= band[1]


_UNKNOWN_YEAR = (20_000.0, 999_999.0)


def infer_unit(low: float, high: float, currency: str | None) -> SalaryUnit | None:
    """The only unit such figures can be of, by the currency's unmistakable bands; None where that is open."""
    if currency is None:
        return "year" if _UNKNOWN_YEAR[0] <= low and high <= _UNKNOWN_YEAR[1] else None
    known = CURRENCIES.get(currency)
    if known is None:
        return None
    for unit, (least, most) in known.bands.items():
        if least <= low and high <= most:
            return unit
    return None


@dataclass(slots=True)
class Tail:
    """What is written behind a figure: its unit, where that ends, and whether it is per something else."""

    end: int
    unit: SalaryUnit | None = None
    #: The unit is tied to the figure ("per month", "/h"), not merely next to it ("monthly").
    joined: bool = False
    marker: Marker | None = None
    per_other: bool = False
    #: A slash and a word that names nothing we know: "150/shift".
    per_unknown: bool = False


_TOKEN = re.compile(
    r"([ \u00a0\u202f\t,()\[\]+*:|'’–—-]{0,4})"
    r"(p\.?[ ]?[ahmdw](?:\.|(?![^\W_]))|/|[0-9]|[^\W\d_]{1,24})\.?",
)
_INITIALS: dict[str, SalaryUnit] = {"a": "year", "h": "hour", "m": "month", "d": "day", "w": "week"}
_PER = frozenset({"per", "pro", "par", "each", "every"})
_NOT_PER = frozenset({"rata", "forma", "nach", "the", "our", "your", "their", "convenio", "rapport"})
_MOST_TOKENS = 7


def read_tail(text: str, end: int, marker: Marker | None) -> Tail:
    """Read on from the end of a figure as far as units and words that go with them are written."""
    tail = Tail(end)
    position, joint = end, ""
    for _ in range(_MOST_TOKENS):
        match = _TOKEN.match(text, position)
        if match is None:
            break
        gap, raw = match.groups()
        word = raw.lower()
        position = match.end()
        if word == "/":
            joint = "/"
            continue
        if word.isdigit():
            tail.per_other = joint in _PER
            break
        initials = word.rstrip(".")
        if word[0] == "p" and initials[-2:-1] in (".", " "):
            tail.unit, tail.end, tail.joined = _INITIALS[initials[-1]], position, True
            break
        unit = UNITS_AFTER_JOINT.get(word) if joint and (len(word) > 1 or joint == "/") else None
        unit = unit or VOCABULARY[word][1]
        if not joint and "  " in gap and word not in JOINTS:
            break
        if unit is not None and (joint or "," not in gap):
            tail.unit, tail.joined = unit, bool(joint)
            tail.end = match.end(2)
            break
        code = EXACT.get(raw) or (WORDS.get(word) if len(word) == 3 else None)
        if code is not None and word not in JOINTS and merge(marker, code)[1]:
            tail.marker = code
        elif word in JOINTS:
            if joint not in ("/", "per", "pro", "par", "each", "every"):
                joint = word
            continue
        elif word in ("rata", "forma") and joint == "pro":
            joint = ""
        elif word not in FILLER:
            near = VOCABULARY[word][0] in (Role.NEAR, Role.EXTRA, Role.ELSEWHERE)
            if joint == "/":
                tail.per_other, tail.per_unknown = near, not near
            else:
                tail.per_other = joint in _PER and word not in _NOT_PER
            break
        if joint == "/":
            joint = ""
        if not joint:
            tail.end = match.end(2)
    return tail
