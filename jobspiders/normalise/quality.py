"""How complete and sound a posting is, from 0 to 100, with the reasons why not 100.

A score says nothing about the job: only what a reader of the database can do with the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from jobspiders.items import JobPosting, Salary

_SHORT_DESCRIPTION = 250
_LONG_TITLE = 150
_OLD = timedelta(days=365)
_CLOCKS_DIFFER = timedelta(days=1)
# A year's pay outside of these is a mistake of the board or of the reading, whatever the currency is.
_LEAST_PAY, _MOST_PAY = 500, 1e9

_PLACEHOLDER = re.compile(
    r"\A\W*(?:test|testing|sdf|asdf\w*|lorem ipsum.*|xxx+|n/a|tbd|dummy|untitled|job title|new job"
    r"|\W*)\W*\Z",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+", re.IGNORECASE)


def _title(posting: JobPosting) -> Iterator[tuple[int, str]]:
    title = (posting.title or "").strip()
    if not title:
        yield 30, "no title"
    elif _PLACEHOLDER.match(title[:_LONG_TITLE]):
        yield 30, "placeholder title"
    elif len(title) > _LONG_TITLE:
        yield 10, "overlong title"


def _description(posting: JobPosting) -> Iterator[tuple[int, str]]:
    text = (posting.description or "").strip()
    if not text:
        yield 25, "no description"
    elif _PLACEHOLDER.match(text[:200]):
        yield 25, "placeholder description"
    elif len(text) < _SHORT_DESCRIPTION:
        yield 12, "short description"


def _addresses(posting: JobPosting) -> Iterator[tuple[int, str]]:
    if not _ADDRESS.match(posting.url or ""):
        yield 15, "no absolute url"
    if posting.apply_url and not (
        _ADDRESS.match(posting.apply_url) or posting.apply_url.startswith("mailto:")
    ):
        yield 3, "odd apply_url"


def _place(posting: JobPosting) -> Iterator[tuple[int, str]]:
    countries = [place.country for place in posting.locations if place.country] or posting.remote_countries
    if not posting.locations and not posting.location_text and posting.workplace != "remote":
        yield 15, "no place"
    elif not countries and posting.workplace != "remote":
        yield 8, "no country"
    if posting.workplace is None:
        yield 4, "no workplace"


def _dates(posting: JobPosting, now: datetime) -> Iterator[tuple[int, str]]:
    posted, until = posting.date_posted, posting.valid_through
    if not isinstance(posted, datetime) or posted.tzinfo is None:
        yield 8, "no date_posted"
    elif posted > now + _CLOCKS_DIFFER:
        yield 8, "date_posted in the future"
    elif posted < now - _OLD:
        yield 5, "posted over a year ago"
    if isinstance(until, datetime) and until.tzinfo is not None:
        if until < now:
            yield 10, "expired"
        elif isinstance(posted, datetime) and posted.tzinfo is not None and until < posted:
            yield 5, "valid_through before date_posted"


def _is_sound(salary: Salary) -> bool:
    figures = [figure for figure in (salary.min, salary.max) if figure is not None]
    annual = [figure for figure in (salary.annual_min, salary.annual_max) if figure is not None]
    return (
        bool(figures)
        and salary.currency is not None
        and figures == sorted(figures)
        and all(figure > 0 for figure in figures)
        and all(_LEAST_PAY <= figure <= _MOST_PAY for figure in annual)
    )


def _pay(posting: JobPosting) -> Iterator[tuple[int, str]]:
    if posting.salary is None:
        yield 6, "no salary"
    elif not _is_sound(posting.salary):
        yield 6, "unsound salary"
    elif posting.salary.source == "estimated":
        yield 3, "estimated salary"


def _rest(posting: JobPosting) -> Iterator[tuple[int, str]]:
    company = (posting.company or "").strip()
    if not company or _PLACEHOLDER.match(company[:100]):
        yield 12, "no company"
    for value, penalty, reason in (
        (posting.employment_types, 3, "no employment_types"),
        (posting.skills, 3, "no skills"),
        (posting.language, 2, "no language"),
    ):
        if not value:
            yield penalty, reason


def quality(posting: JobPosting, *, now: datetime) -> tuple[int, list[str]]:
    """The score and the reasons, the gravest first. ``now`` is aware; the posting is a normalised one."""
    flaws = [
        *_title(posting),
        *_description(posting),
        *_addresses(posting),
        *_place(posting),
        *_dates(posting, now),
        *_pay(posting),
        *_rest(posting),
    ]
    flaws.sort(key=lambda flaw: -flaw[0])
    return max(0, 100 - sum(penalty for penalty, _ in flaws)), [reason for _, reason in flaws]
