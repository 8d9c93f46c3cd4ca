"""A posting that was stored, read once more: what an earlier version derived gives way, what was stated stays."""

from __future__ import annotations

import re
from dataclasses import replace

from jobspiders.items import JobPosting, Salary
from jobspiders.normalise.posting import DERIVABLE, Count, normalise

#: An entry of ``derived`` for a part of a stated place.
_PART_OF_PLACE = re.compile(r"locations\[(\d+)\]\.(city|region|country|latitude|longitude)")


def normalise_again(stored: JobPosting, *, count: Count, country: str | None = None) -> JobPosting:
    """A copy of ``stored`` with the values that the normalisers of today give it.

    Takes values that an earlier ``normalise`` made and ``derived`` names; stated ones and all texts stay as
    they are. ``country`` is as for ``normalise``; the clock is that of when the posting was last seen.
    """
    assert stored.fetched_at is not None
    posting = as_stated(stored)
    normalise(posting, now=stored.fetched_at, count=count, country=country)
    if posting.salary is None and _is_stated(stored.salary) and not stored.salary_text:
        # the text that it was read from is not kept whole
        posting.salary = stored.salary
        posting.derived.append("salary")
    values = {name: getattr(posting, name) for name in (*DERIVABLE, "quality", "normaliser_version")}
    return replace(stored, **values, derived=posting.derived)


def as_stated(stored: JobPosting) -> JobPosting:
    """A copy of ``stored`` without the derived values that can be derived again."""
    posting = replace(
        stored,
        locations=[replace(place) for place in stored.locations],
        salary=None if stored.salary is None else replace(stored.salary),
        tags=list(stored.tags),
        derived=[],
    )
    posting.derived = [name for name in stored.derived if not _forget(posting, name)]
    return posting


def _forget(posting: JobPosting, name: str) -> bool:
    """Empty the derived value ``name``; False, and it stays, where there is nothing to derive it from again."""
    part = _PART_OF_PLACE.fullmatch(name)
    if part is not None and int(part[1]) < len(posting.locations):
        setattr(posting.locations[int(part[1])], part[2], None)
    elif name == "salary":
        posting.salary = _unread(posting.salary, posting.salary_text)
    elif name == "locations" and posting.location_text:
        posting.locations = []
    elif name == "description" and posting.description_html:
        posting.description = None
    elif name in ("remote_countries", "employment_types", "skills"):
        setattr(posting, name, [])
    elif name in ("workplace", "seniority", "experience", "education", "language"):
        setattr(posting, name, None)
    else:
        return False
    return True


def _unread(salary: Salary | None, text: str | None) -> Salary | None:
    """Pay as it was before it was read: the text of the board's field and whose figures they are."""
    if salary is None or not _is_stated(salary):
        return None
    return Salary(text=text or salary.text, source=salary.source)


def _is_stated(salary: Salary | None) -> bool:
    return salary is not None and salary.source in ("stated", "estimated")
