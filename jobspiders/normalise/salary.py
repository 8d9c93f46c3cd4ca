"""Pay from a salary field or out of a job description: figures, currency, unit, and pay by the year.

A figure is taken only where the words around it say that it is pay; a miss is better than a bonus, a funding
round or a benefits budget taken for a salary.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from jobspiders.items import Salary, SalaryUnit
from jobspiders.normalise.currency import (
    CURRENCIES,
    Marker,
    currency_of_country,
    merge,
    narrows,
    read_code,
    resolve,
)
from jobspiders.normalise.money_ranges import Figure, find_figures, is_money_word
from jobspiders.normalise.numbers import BLANKS
from jobspiders.normalise.pay_context import Evidence, weigh
from jobspiders.normalise.pay_period import (
    LIKELY_YEAR,
    Tail,
    annualise,
    dollars_a_year,
    infer_unit,
    plausible,
)
from jobspiders.normalise.pay_words import CONNECTORS, VOCABULARY, Role

#: A longer text is read at its beginning and its end only.
_LONGEST = 60_000
_HEAD = 40_000
#: A text up to this length is taken for a salary field: what it says need not be introduced as pay.
_FIELD = 100
_LONGEST_PASSAGE = 200
_LEAD = 80

#: The weight of evidence from which a figure is pay.
_THRESHOLD = 3
#: US dollars from which a range is as large as a year's pay.
_YEARLY_WORTH = 12_000
#: Nobody is paid so many millions; companies are.
_MOST_MILLIONS = 3_000_000
#: Without a unit more than so many US dollars are nobody's pay by any unit.
_MOST_UNITLESS = 1_000_000
#: Single figures belong together within so many characters, and up to this ratio.
_NEIGHBOURHOOD = 120
_NEIGHBOUR_RATIO = 2
#: What follows pay within so many characters may go on the list.
_LIST_REACH = 60
_LIST_FAVOUR = 2

_CEILING = re.compile(
    r"(?:up to|upto|up until|bis zu|bis|maximal|maximum(?: of)?|max\.?|jusqu['’]?\s?(?:à|a)|hasta|até|"
    r"fino a|tot|do|maximaal|maks\.?|under|less than|not exceed(?:ing)?)[ \u00a0\u202f]{0,2}(?:~|ca\.?)?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"\b[A-Z]{3}\b")


@dataclass(slots=True)
class _Find:
    """A figure that is pay; ``start`` and ``end`` bound what is written of it, its unit included."""

    start: int
    end: int
    low: float | None
    high: float
    is_range: bool
    currency: str | None
    unit: SalaryUnit | None
    evidence: Evidence


def parse_salary(text: str, *, country: str | None = None) -> Salary | None:
    """The pay that a text states: base before on-target earnings, and of several ranges the widest they span.

    A single figure gives ``min == max``, a ceiling ("up to") only ``max``. ``country`` (ISO 3166-1 alpha-2)
    settles which dollar, krone or rupee is meant. None where no pay is clearly stated; never raises.
    """
    text = _bounded(text)
    finds = _finds(text, country)
    if not finds:
        return None
    chosen = [find for find in finds if not find.evidence.total] or finds
    own = currency_of_country(country)
    if own is not None and any(find.currency == own for find in chosen):
        chosen = [find for find in chosen if find.currency == own]
    chosen = [find for find in chosen if find.is_range] or chosen
    first = chosen[0]
    alike = [find for find in chosen if (find.currency, find.unit) == (first.currency, first.unit)]
    if not first.is_range:
        alike = _neighbours(text, alike)
    salary = _salary(text, first)
    lows = [find.low for find in alike if find.low is not None]
    salary.min = min(lows) if lows else None
    salary.max = max(find.high for find in alike)
    if len(alike) > 1:
        ends = [0, *(find.end for find in alike)]
        passages = (_passage(text, find, floor) for find, floor in zip(alike, ends, strict=False))
        salary.text = " … ".join(dict.fromkeys(passages))[:_LONGEST_PASSAGE]
    return _with_year(salary)


def find_salaries(text: str, *, country: str | None = None) -> list[Salary]:
    """Every stated pay in order of appearance, places and levels apart; parse_salary picks one to keep."""
    text = _bounded(text)
    return [_salary(text, find) for find in _finds(text, country)]


def normalise_salary(salary: Salary, *, country: str | None = None) -> Salary | None:
    """A board's own numbers made sound, pay by the year filled in; None where nothing is left.

    Zero means unknown, swapped ends are put right, a currency that is no ISO code is read as symbol or name
    or dropped, a missing unit is taken from the size where that is unmistakable, and figures that nobody is
    paid are dropped. ``country`` (ISO 3166-1 alpha-2) settles which dollar or krone a mere symbol means.
    """
    currency = read_code(salary.currency, country)
    ends = [figure for figure in (salary.min, salary.max) if figure and math.isfinite(figure) and figure > 0]
    if not ends:
        return None
    unit = salary.unit or infer_unit(min(ends), max(ends), currency)
    low, high = salary.min, salary.max
    if low is not None and high is not None and len(ends) == 2 and low > high:
        low, high = high, low
    low, high = _paid(low, unit, currency), _paid(high, unit, currency)
    if low is None and high is None:
        return None
    stated = replace(
        salary,
        min=low,
        max=high,
        currency=currency,
        unit=unit,
        annual_min=None,
        annual_max=None,
        source=salary.source or "stated",
    )
    return _with_year(stated)


def _paid(figure: float | None, unit: SalaryUnit | None, currency: str | None) -> float | None:
    """The figure, if somebody may be paid it."""
    if figure is None or not math.isfinite(figure) or figure <= 0:
        return None
    return figure if unit is None or plausible(figure, unit, currency) else None


def _bounded(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_HEAD]}\n{text[_HEAD - _LONGEST :]}"


def _finds(text: str, country: str | None) -> list[_Find]:
    favour = _field_favour(text) if len(text) <= _FIELD else 0
    finds: list[_Find] = []
    for figure in find_figures(text):
        follows = bool(finds) and _continues(text, finds[-1], figure)
        find = _judge(text, figure, country, favour + (_LIST_FAVOUR if follows else 0))
        if find is not None:
            finds.append(find)
    return finds


def _continues(text: str, last: _Find, figure: Figure) -> bool:
    """Whether a figure goes on a list of pay by level or place that ``last`` is an entry of."""
    near = figure.low.start - last.end <= _LIST_REACH and "(" not in text[last.end : figure.low.start]
    high = figure.last.value
    return near and last.high <= _NEIGHBOUR_RATIO * high and high <= _NEIGHBOUR_RATIO * last.high


def _field_favour(text: str) -> int:
    """How far a short text is a salary field, where nothing need introduce pay: by its words of other things."""
    words = _WORD.findall(text)
    other = sum(_strangeness(word) for word in words if len(word) > 1)
    return max(0, _THRESHOLD - (other + 1) // 2)


def _strangeness(word: str) -> int:
    if is_money_word(word):
        return 0
    return 3 if VOCABULARY[word.lower()][0] in (Role.NEAR, Role.ELSEWHERE) else 1


def _judge(text: str, figure: Figure, country: str | None, favour: int) -> _Find | None:
    """The figure as pay, if the words around it and its size say so."""
    last, tail = figure.last, figure.tail
    low, high = figure.low.value, last.value
    if tail.per_other or last.scale >= 1e9:
        return None
    bare = last.marker is None and favour < _THRESHOLD
    if bare and tail.unit is None and not _ends_clean(text, last.end):
        return None
    worth = dollars_a_year(high, "year", resolve(last.marker, country, high)) or 0.0
    if last.scale == 1e6 and worth > _MOST_MILLIONS:
        return None
    large = worth >= _YEARLY_WORTH
    if tail.per_unknown and not large:
        return None
    wide = large and figure.high is not None
    weight = _weight(figure, tail, large) + favour
    evidence = weigh(
        text,
        figure.low.start,
        last.end,
        wide=wide or tail.unit == "hour",
        large=large,
        needed=_THRESHOLD - weight,
    )
    if evidence.against or (bare and not _introduced(text, figure, evidence)):
        return None
    currency = _currency(text, figure, tail, evidence, country)
    unit = _unit(low, high, currency, tail, evidence)
    score = evidence.score + weight
    if score < _THRESHOLD or not high:
        return None
    if unit is None and worth > _MOST_UNITLESS:
        return None
    if unit is None and (last.marker is None or (favour < _THRESHOLD and (large or score == _THRESHOLD))):
        return None
    if unit is not None and not _earned(low, high, unit, currency, in_prose=favour < _THRESHOLD):
        return None
    is_range = figure.high is not None
    ceiling = not is_range and _CEILING.search(text, max(0, figure.low.start - 20), figure.low.start)
    return _Find(
        start=figure.low.start,
        end=tail.end,
        low=None if ceiling or not low else low,
        high=high,
        is_range=is_range,
        currency=currency,
        unit=unit,
        evidence=evidence,
    )


def _earned(low: float, high: float, unit: SalaryUnit, currency: str | None, *, in_prose: bool) -> bool:
    """Whether somebody may be paid so; in prose, what comes to a quarter of the least year's pay is an extra."""
    if not (plausible(low or high, unit, currency) and plausible(high, unit, currency)):
        return False
    known = CURRENCIES.get(currency or "")
    least = known.bands.get("year") if known is not None else None
    return not in_prose or least is None or annualise(high, unit) >= least[0] / 4


def _weight(figure: Figure, tail: Tail, large: bool) -> int:
    """What a figure's own shape says for pay: a range, as large as a year's pay, with a unit behind it."""
    is_range = figure.high is not None
    weight = is_range + (large and is_range)
    if tail.unit is not None:
        weight += 2 if tail.unit == "hour" or (tail.unit == "year" and (is_range or large)) else 1
    return weight


def _introduced(text: str, figure: Figure, evidence: Evidence) -> bool:
    """Whether a bare number stands right behind a word that says pay: "Salary: 120,000"."""
    words = _WORD.findall(text[evidence.clause_start : figure.low.start].lower())
    for word in reversed(words[-8:]):
        if VOCABULARY[word][0] in (Role.PAY, Role.TOTAL):
            return True
        if word not in CONNECTORS:
            break
    return evidence.pay_after and figure.last.grouped


def _ends_clean(text: str, end: int) -> bool:
    """Whether no noun of its own follows a bare number, as in "payroll for 3,000 employees"."""
    rest = text[end : end + 16].removeprefix("+")
    word = None if rest[:2].isspace() and len(rest) > 1 else _WORD.match(rest.lstrip(BLANKS).lower())
    return word is None or VOCABULARY[word.group()][0] in (Role.PAY, Role.LINK, Role.WEAK, Role.TOTAL)


def _currency(text: str, figure: Figure, tail: Tail, evidence: Evidence, country: str | None) -> str | None:
    last = figure.last
    marker: Marker | None = last.marker
    if tail.marker is not None:
        marker = merge(marker, tail.marker)[0]
    elif marker == "$":
        codes = _CODE.findall(text, evidence.clause_start, figure.low.start)
        marker = next((code for code in reversed(codes) if narrows("$", code)), marker)
    if marker is not None:
        return resolve(marker, country, last.value)
    own = currency_of_country(country)
    return own if tail.unit or infer_unit(figure.low.value, last.value, own) else None


def _unit(low: float, high: float, currency: str | None, tail: Tail, evidence: Evidence) -> SalaryUnit | None:
    """The stated unit; else one that words nearby name, if such pay is likely; else what the size says."""
    if tail.unit is not None:
        worth = dollars_a_year(high, tail.unit, currency)
        # "$100,000. Monthly reports": a unit merely next to the figure must not make a fortune of it
        if tail.joined or worth is None or worth <= LIKELY_YEAR[1]:
            return tail.unit
    hinted = evidence.unit
    if hinted is not None and _likely(low, high, hinted, currency):
        return hinted
    return infer_unit(low or high, high, currency) or tail.unit


def _likely(low: float, high: float, unit: SalaryUnit, currency: str | None) -> bool:
    return all(plausible(end, unit, currency, LIKELY_YEAR) for end in (low or high, high))


def _passage(text: str, find: _Find, floor: int = 0) -> str:
    """What was read, with the words that introduce it, from ``floor`` on."""
    begin = max(find.evidence.clause_start, floor)
    if find.start - begin > _LEAD:
        begin = text.find(" ", find.start - _LEAD, find.start) + 1 or find.start
    return " ".join(text[begin : find.end].split())[:_LONGEST_PASSAGE].strip(" ,.•·-–|;")


def _salary(text: str, find: _Find) -> Salary:
    passage = _passage(text, find)
    stated = Salary(
        min=find.low, max=find.high, currency=find.currency, unit=find.unit, source="text", text=passage
    )
    return _with_year(stated)


def _with_year(salary: Salary) -> Salary:
    if salary.unit is not None:
        salary.annual_min = None if salary.min is None else annualise(salary.min, salary.unit)
        salary.annual_max = None if salary.max is None else annualise(salary.max, salary.unit)
    return salary


def _neighbours(text: str, finds: list[_Find]) -> list[_Find]:
    """The single figures that stand together with the first, as those of several years or levels do."""
    first, together = finds[0], finds[:1]
    for find in finds[1:]:
        between = text[together[-1].end : find.start]
        near = len(between) <= _NEIGHBOURHOOD and between.count("(") <= between.count(")")
        if not near or max(find.high, first.high) > _NEIGHBOUR_RATIO * min(find.high, first.high):
            break
        together.append(find)
    return together
