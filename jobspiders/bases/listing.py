"""What a reading of a page yields, and where in a board's list a crawl stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request

from jobspiders.items import JobPosting


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a paged list: ``page`` counts from 1, ``offset`` is the rows actually seen before it."""

    page: int = 1
    offset: int = 0
    cursor: str | None = None


@dataclass(slots=True)
class Listing:
    """A page of a board's list as one source gives it.

    ``rows`` are the board's own records and ``read`` turns one into a posting (None for an advert or
    another row that is no posting). ``last`` is the board's own word on whether this is the last page;
    None where it does not say. ``follow`` holds further listing requests, such as one per facet.
    ``partial`` says that the board shows only some of its postings: the scope is then not complete.
    ``overlaps`` says that other lists of the scope may hold the same rows and that this one ends by itself:
    a page without a new row is then no repetition.
    ``around`` is all that ``read`` looks at besides the row itself, as JSON: a row that is the same within the same
    is the same posting, and need not be read again. None: there is more, or nobody has said.
    """

    rows: Sequence[Any]
    read: Callable[[Any], JobPosting | None]
    total: int | None = None
    cursor: str | None = None
    last: bool | None = None
    follow: Iterable[Request] = field(default_factory=tuple)
    partial: bool = False
    overlaps: bool = False
    around: Any = None
