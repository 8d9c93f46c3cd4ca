"""Whether the end of a list is proof that all of it was shown. Pure."""

from __future__ import annotations

from typing import Literal

from jobspiders.bases.listing import Listing
from jobspiders.bases.scopes import Scope

Doubt = Literal["short", "unconfirmed_end"]


def note_page(scope: Scope, listing: Listing, fresh: int) -> None:
    """Remember of a page what ``doubt`` asks for."""
    if listing.rows and fresh:
        scope.filled_pages += 1
        scope.last_page = len(listing.rows)
        scope.longest_page = max(scope.longest_page, scope.last_page)


def doubt(scope: Scope, listing: Listing, fresh: int) -> Doubt | None:
    """Why postings may be missing from a list that ended with ``listing``, whose ``fresh`` rows were new.

    The board's own total counts most: fewer rows are not the whole list. Where a board tells neither a total nor
    that a page is the last one, a page that is not full is the end. After a full one an empty or repeated page may
    as well be a fault.
    """
    if listing.overlaps:
        return None
    if scope.total is not None:
        repeated = len(listing.rows) if not fresh else 0
        return "short" if scope.rows - repeated < scope.total else None
    if listing.last is not None or not scope.filled_pages or (listing.rows and fresh):
        return None
    full = scope.last_page == scope.longest_page and (
        scope.filled_pages > 1 or scope.last_page % 10 == 0 or scope.last_page % 25 == 0
    )
    return "unconfirmed_end" if full else None
