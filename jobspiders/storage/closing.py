"""How many of a scope's absent postings may be closed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: More than any scope has.
ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What makes a collapsed count believed: so many healthy crawls in a row, the first of them ``period`` seconds ago.

    A week: a fault of a long weekend is noticed on the first working day.
    """

    crawls: int = 4
    period: float = 168 * 3600.0


@dataclass(frozen=True, slots=True)
class ScopeEnd:
    """How an earlier crawl of the scope ended, ``age`` seconds before this one.

    ``withheld`` says that postings were absent from it and stayed open.
    """

    postings: int
    healthy: bool
    withheld: bool
    age: float


def closable(
    ends: Sequence[ScopeEnd], count: int, confirmation: Confirmation, *, unidentified: int = 0
) -> int:
    """How many postings may be closed that a healthy, complete crawl did not see while it saw ``count``.

    ``ends`` are earlier ones, latest first. A crawl in which more are missing than it shows, or that shows less than
    half of what a recent one did, has collapsed: it closes nothing before the collapse is confirmed. While the latest
    one was withheld, a list is believed again only when two thirds are there: some rows more are no recovery.
    ``unidentified`` rows were rejected without an id, so that what they were is not known: more than one in twenty
    makes absence no evidence.
    """
    if unidentified * 20 > count:
        return 0
    if _is_confirmed(ends, count, confirmation):
        return ALL
    healthy = [end for end in ends if end.healthy]
    if any(collapsed(end.postings, count) for end in healthy):
        return 0
    return count // 2 if healthy and healthy[0].withheld else count


def collapsed(before: int, count: int) -> bool:
    """Less than half of what there was, however little that was."""
    return 2 * count < before


def _is_confirmed(ends: Sequence[ScopeEnd], count: int, confirmation: Confirmation) -> bool:
    """Days on which nobody saw the collapse confirm nothing: its age is that of the first crawl that did."""
    ages = list(_confirming(ends, count))
    first = max(ages, default=0.0)
    return len(ages) + 1 >= confirmation.crawls and first >= confirmation.period


def _confirming(ends: Sequence[ScopeEnd], count: int) -> Iterator[float]:
    """Ages of the crawls in a row that withheld as well; any that showed more breaks it, however it ended."""
    for end in ends:
        if collapsed(end.postings, count) or (end.healthy and not end.withheld):
            return
        if end.healthy:
            yield end.age
