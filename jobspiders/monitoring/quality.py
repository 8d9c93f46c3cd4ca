"""How good the postings are that boards bring: counts of a day, and the rates that they make. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: Fields whose presence makes a posting complete, as the table names them.
FIELDS = (
    *("company", "description", "locations", "country", "date_posted", "workplace", "employment_types"),
    *("salary", "seniority", "skills", "language", "apply_url"),
)
#: What every posting should have; the others are what boards have or have not.
EXPECTED = ("company", "description", "locations", "date_posted", "employment_types")

#: What makes a posting invalid.
FAULTS: Mapping[str, str] = {
    "posted_in_future": "date_posted lies in the future",
    "expired": "valid_through had passed when it was first seen",
    "ends_before_it_begins": "valid_through lies before date_posted",
    "salary_upside_down": "the least salary is more than the most",
    "no_country": "a place is named, and no country could be found",
    "poor": "quality below 50 of 100",
}
#: What is possible and still hardly true.
OUTLIERS: Mapping[str, str] = {
    "pay_too_high": "a year's pay above two million of a strong currency, or twenty times the usual in its currency",
    "pay_too_low": "a year's pay below a thousand of a strong currency, or a twentieth of the usual in its currency",
    "wide_pay": "the most pay is more than ten times the least",
    "long_title": "a title of more than 150 characters",
    "old": "posted more than a year before it was first seen",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A posting that stands for an outlier. ``what`` is a key of OUTLIERS."""

    what: str
    title: str
    url: str
    value: str


@dataclass(frozen=True, slots=True)
class QualityDay:
    """A day (UTC) of a board: of ``postings`` first seen on it how many have a field, a fault, are outliers.

    ``copies`` are those of a job that another posting showed before; ``ages`` (median, in days) is that of the
    postings when they were first seen, None where no date was known; ``fresh`` were at most a week old of ``dated``.
    ``repeats`` and ``rejected`` are what crawls of the day counted.
    """

    board: str
    day: date
    postings: int
    fields: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    outliers: Mapping[str, int] = field(default_factory=dict)
    copies: int = 0
    dated: int = 0
    fresh: int = 0
    age: float | None = None
    quality: float | None = None
    seen: int = 0
    rejected: int = 0
    repeats: int = 0
    examples: tuple[Example, ...] = ()

    @property
    def completeness(self) -> float | None:
        """The share of expected fields that are there."""
        return _share(sum(self.fields.get(name, 0) for name in EXPECTED), self.postings * len(EXPECTED))

    @property
    def freshness(self) -> float | None:
        """The share of dated postings that were at most a week old when they were first seen."""
        return _share(self.fresh, self.dated)

    @property
    def validity(self) -> float | None:
        """The share of postings without the fault that most of them have."""
        worst = max(self.faults.values(), default=0)
        return None if not self.postings else 1 - worst / self.postings

    @property
    def duplication(self) -> float | None:
        """The share of postings whose job another posting had shown before."""
        return _share(self.copies, self.postings)

    @property
    def strangeness(self) -> float | None:
        """Outliers of each kind, by postings."""
        return _share(sum(self.outliers.values()), self.postings)

    @property
    def rejection(self) -> float | None:
        """The share of rows that crawls set aside."""
        return _share(self.rejected, self.seen + self.rejected)


def together(days: Iterable[QualityDay]) -> list[QualityDay]:
    """The days of each board as one, dated with the last of them, by board; ages and quality weigh by postings."""
    by_board: dict[str, list[QualityDay]] = {}
    for day in days:
        by_board.setdefault(day.board, []).append(day)
    return [_sum(found) for _, found in sorted(by_board.items())]


def _sum(days: list[QualityDay]) -> QualityDay:
    last = max(days, key=lambda day: day.day)
    return QualityDay(
        board=last.board,
        day=last.day,
        postings=sum(day.postings for day in days),
        fields=_added(day.fields for day in days),
        faults=_added(day.faults for day in days),
        outliers=_added(day.outliers for day in days),
        copies=sum(day.copies for day in days),
        dated=sum(day.dated for day in days),
        fresh=sum(day.fresh for day in days),
        age=_weighed((day.age, day.dated) for day in days),
        quality=_weighed((day.quality, day.postings) for day in days),
        seen=sum(day.seen for day in days),
        rejected=sum(day.rejected for day in days),
        repeats=sum(day.repeats for day in days),
        examples=tuple(example for day in sorted(days, key=lambda day: day.day) for example in day.examples)[
            -8:
        ],
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, number in each.items():
            total[name] = total.get(name, 0) + number
    return total


def _weighed(values: Iterable[tuple[float | None, int]]) -> float | None:
    known = [(value, weight) for value, weight in values if value is not None and weight]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def from_figures(board: str, day: date, postings: int, figures: Mapping[str, Any]) -> QualityDay:
    """A row of quality_days."""
    known = {name: figures[name] for name in QualityDay.__dataclass_fields__ if name in figures}
    known["examples"] = tuple(Example(**example) for example in figures.get("examples", ()))
    return QualityDay(board, day, postings, **known)
