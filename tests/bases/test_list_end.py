from __future__ import annotations

from typing import Any

import pytest

from jobspiders.bases.list_end import doubt, note_page
from jobspiders.bases.listing import Listing
from jobspiders.bases.scopes import Scope


def ended(pages: list[int], *, fresh: bool = True, total: int | None = None, **last: Any) -> str | None:
    """What is doubted of a list with so many rows on its pages, whose last page is ``fresh`` or repeats."""
    scope = Scope("s", complete=True, total=total)
    listing = Listing([], lambda row: None)
    for place, rows in enumerate(pages):
        at_end = place == len(pages) - 1
        new = rows if fresh or not at_end else 0
        scope.rows += rows
        listing = Listing([None] * rows, lambda row: None, **(last if at_end else {}))
        note_page(scope, listing, new)
    return doubt(scope, listing, new)


@pytest.mark.parametrize(
    ("pages", "state"),
    [
        ([20, 20, 7], {"total": 47}),
        ([20, 20, 7], {"total": 45}),
        ([20, 20, 7, 0], {}),
        ([13, 0], {}),
        ([13, 13], {"fresh": False}),
        ([0], {}),
        ([20, 20], {"last": True}),
        ([20, 20, 0], {"last": True}),
        ([20, 20], {"total": 900, "overlaps": True}),
    ],
)
def test_the_end_of_a_list_is_believed(pages: list[int], state: dict[str, Any]) -> None:
    assert ended(pages, **state) is None


@pytest.mark.parametrize(
    ("pages", "state", "why"),
    [
        ([20, 20], {"total": 47}, "short"),
        ([20, 20, 7], {"total": 48, "last": True}, "short"),
        ([20, 20], {"total": 40, "fresh": False}, "short"),
        ([0], {"total": 12}, "short"),
        ([20, 20, 0], {}, "unconfirmed_end"),
        ([20, 0], {}, "unconfirmed_end"),
        ([25, 25], {"fresh": False}, "unconfirmed_end"),
    ],
)
def test_a_list_that_may_go_on_closes_nothing(pages: list[int], state: dict[str, Any], why: str) -> None:
    assert ended(pages, **state) == why
