from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.storage.recheck_due import LONGEST_WAIT, is_due

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
OLDER = timedelta(days=3)


def due(seen: float, checked: float | None = None, attempts: int = 0) -> bool:
    """Whether a posting last seen and checked so many days ago is due."""
    at = None if checked is None else NOW - timedelta(days=checked)
    return is_due(NOW - timedelta(days=seen), at, attempts, now=NOW, older_than=OLDER)


@pytest.mark.parametrize(
    ("seen", "checked", "attempts", "expected"),
    [
        (2.9, None, 0, False),
        (3, None, 0, True),
        (30, 2.9, 1, False),
        (30, 3, 1, True),
        (30, 5.9, 2, False),
        (30, 6, 2, True),
        (90, 11, 3, False),
        # seen again since then: what failed before no longer counts
        (3, 4, 7, True),
    ],
)
def test_postings_fall_due_and_wait_longer_after_each_failure(
    seen: float, checked: float | None, attempts: int, expected: bool
) -> None:
    assert due(seen, checked, attempts) is expected


@given(st.integers(0, 10_000), st.floats(0, 400))
def test_everybody_has_a_turn_in_the_end(attempts: int, more: float) -> None:
    assert due(500 + more, LONGEST_WAIT.days + more / 2 + 0.01, attempts)
