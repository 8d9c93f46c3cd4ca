"""A whole posting from what its board says to values: the order in which the normalisers work.

A value that the board stated is never overwritten by a derived one; ``derived`` names the fields that are ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from jobspiders.items import DateValue, JobPosting
from jobspiders.normalise.dates import parse_date
from jobspiders.normalise.employment import parse_employment_types
from jobspiders.normalise.html import html_to_text, storable

#: Fields that are one line of text: blanks are folded.
LINES = (
    "external_id",
    "requisition_id",
    "title",
    "company",
    "location_text",
    "workplace_text",
    "salary_text",
    "employment_text",
    "department",
    "team",
)
ADDRESSES = ("url", "apply_url", "company_url", "company_logo")
_BLANKS = re.compile(r"\s+")

Count = Callable[[str], None]


def normalise(posting: JobPosting, *, now: datetime, count: Count) -> JobPosting:
    """Fill the values of a posting from its texts, in place. ``count`` takes the name of a stat."""
    clean_texts(posting)
    _description(posting)
    _dates(posting, now, count)
    _employment(posting, count)
    return posting


def clean_texts(posting: JobPosting) -> None:
    """Make every text storable: no NUL bytes or lone surrogates, single lines without runs of blanks."""
    for name in LINES:
        text = getattr(posting, name)
        if text:
            cleaned = _BLANKS.sub(" ", storable(str(text))).strip()
            setattr(posting, name, cleaned or ("" if name in ("external_id", "title") else None))
    for name in ADDRESSES:
        text = getattr(posting, name)
        if text:
            setattr(posting, name, storable(str(text)).strip())
    if posting.description_html:
        posting.description_html = storable(posting.description_html)
    posting.tags = list(dict.fromkeys(cleaned for tag in posting.tags if (cleaned := storable(tag).strip())))


def _description(posting: JobPosting) -> None:
    if posting.description is None and posting.description_html:
        posting.description = html_to_text(posting.description_html) or None
        _derive(posting, "description", posting.description)
    elif posting.description is not None:
        posting.description = storable(posting.description) or None


def _dates(posting: JobPosting, now: datetime, count: Count) -> None:
    for name in ("date_posted", "valid_through"):
        given: DateValue = getattr(posting, name)
        if given is None or given == "":
            setattr(posting, name, None)
            continue
        value = parse_date(given, now=now)
        if value is None:
            count(f"normalise/unreadable/{name}")
        setattr(posting, name, value.astimezone(UTC) if value is not None else None)


def _employment(posting: JobPosting, count: Count) -> None:
    if posting.employment_types or not posting.employment_text:
        return
    kinds = parse_employment_types(posting.employment_text)
    if not kinds:
        count("normalise/unreadable/employment_types")
    posting.employment_types = kinds
    _derive(posting, "employment_types", kinds)


def _derive(posting: JobPosting, name: str, value: object) -> None:
    if value not in (None, "", []) and name not in posting.derived:
        posting.derived.append(name)


