"""Whether a posting's own page must be read again, by what its listing row says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson
from xxhash import xxh3_64_hexdigest, xxh3_64_intdigest

from jobspiders.items import JobPosting

#: ``fresh``: the stored posting stands. All others are reasons to read the page.
Decision = Literal["fresh", "new", "closed", "unread", "changed", "due"]

#: A shorter text may be the piece that fits the words of a search, and differs from search to search.
EXCERPT = 600
#: What boards call the time of a posting's last change, in their own records.
_CHANGE_TIME = re.compile(
    r"(last_?)?(updated?|modified|changed|modification|modifikations?|aktualisierungs?)"
    r"_?(at|on|date|time|timestamp|datum)?",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{4}")
_TEXTS = (
    "title",
    "company",
    "location_text",
    "workplace_text",
    "salary_text",
    "employment_text",
    "department",
)
_MORE_TEXTS = ("team", "requisition_id", "workplace")


@dataclass(frozen=True, slots=True)
class KnownDetail:
    """What is stored of a posting: whether it is closed, and what its row said when its page was last read."""

    is_closed: bool
    listing_hash: str | None
    fetched_at: datetime | None


def listing_hash(posting: JobPosting) -> str:
    """A hash of what a listing row says of a posting, without what differs from crawl to crawl.

    That is addresses (tracking), relative dates and pieces of the description. A time of change in the board's
    own record counts: the row may not show what has changed.
    """
    pay = posting.salary
    parts = [
        *(" ".join(str(getattr(posting, name) or "").split()) for name in (*_TEXTS, *_MORE_TEXTS)),
        sorted(map(str, posting.tags)),
        sorted(map(str, posting.employment_types)),
        [astuple(place) for place in posting.locations],
        None if pay is None else [pay.min, pay.max, pay.currency, pay.unit],
        _fixed_date(posting.date_posted),
        _fixed_date(posting.valid_through),
        _long_text(posting),
        list(_change_times(posting.raw)),
    ]
    return xxh3_64_hexdigest(orjson.dumps(parts, default=str))


def decide(
    known: KnownDetail | None, row_hash: str, key: str, now: datetime, refetch_days: float
) -> Decision:
    """Whether the page of a posting must be read, and why.

    A page is read again after ``refetch_days`` at the latest, and after half of them at the earliest: ``key``,
    which names the posting, spreads what was read on one day over that time.
    """
    if known is None:
        return "new"
    if known.is_closed:
        return "closed"
    if known.listing_hash is None or known.fetched_at is None:
        return "unread"
    if known.listing_hash != row_hash:
        return "changed"
    share = xxh3_64_intdigest(key.encode("utf-8", "replace")) / 2**64
    if now - known.fetched_at >= timedelta(days=refetch_days * (1 - share / 2)):
        return "due"
    return "fresh"


def _fixed_date(value: Any) -> str | None:
    """A date that names its year; "3 days ago" says something else each day."""
    if isinstance(value, str):
        return value if _DATED.search(value) else None
    return None if value is None else str(value)


def _long_text(posting: JobPosting) -> str | None:
    text = posting.description_html or posting.description or ""
    return (
        xxh3_64_hexdigest(" ".join(text.split()).encode("utf-8", "replace")) if len(text) > EXCERPT else None
    )


def _change_times(raw: Any) -> Iterator[tuple[str, str]]:
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if isinstance(value, str | int | float) and _CHANGE_TIME.fullmatch(str(name)):
                yield str(name), str(value)
