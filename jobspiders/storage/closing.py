"""Whether a scope's absent postings may be closed. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def closing_allowed(previous: Sequence[int], count: int, unidentified: int = 0) -> bool:
    """Whether a healthy, complete crawl that saw ``count`` postings is believed about those it did not see.

    ``previous`` are the counts of the healthy, complete crawls of the scope before this one that must bear the
    count out; a count that collapsed against one of them waits until it has been seen often and long enough.
    ``unidentified`` rows were rejected without an id, so that what they were is not known: more than one in
    twenty makes absence no evidence.
    """
    if unidentified * 20 > count:
        return False
    return not any(collapsed(before, count) for before in previous)


def collapsed(before: int, count: int) -> bool:
    """Less than half of what there was, however little that was."""
    return 2 * count < before
