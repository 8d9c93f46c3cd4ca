from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.storage.closing import ALL, Confirmation, ScopeEnd, closable

counts = st.integers(0, 5000)
FOUR_IN_A_WEEK = Confirmation(crawls=4, period=7.0)


def seen(age: float, postings: int, *, withheld: bool = False) -> ScopeEnd:
    """A healthy crawl so many days ago."""
    return ScopeEnd(postings, True, withheld, age)


def failed(age: float, postings: int) -> ScopeEnd:
    """A crawl so many days ago that did not come to a healthy end."""
    return ScopeEnd(postings, False, False, age)


def doubted(days: Sequence[int], postings: int = 0) -> list[ScopeEnd]:
    """Crawls on those days before this one that showed less than half."""
    return [seen(age, postings, withheld=True) for age in days]


def most(ends: Sequence[ScopeEnd], count: int, unidentified: int = 0) -> int:
    return closable(ends, count, FOUR_IN_A_WEEK, unidentified=unidentified)


def test_as_many_are_closed_as_are_there() -> None:
    assert most([], 0) == 0
    assert most([], 7) == 7
    assert most([seen(1, 100)], 100) == 100
    assert most([seen(1, 100)], 50) == 50
    assert most([seen(1, 2)], 1) == 1


def test_less_than_half_of_before_closes_nothing() -> None:
    assert most([seen(1, 100)], 49) == 0
    assert most([seen(1, 1)], 0) == 0
    assert most([seen(1, 9)], 4) == 0
    assert most([seen(1, 3)], 1) == 0
    assert most([seen(1, 20), seen(2, 40)], 19) == 0


def test_a_collapse_is_believed_when_it_is_a_week_old_and_seen_four_times() -> None:
    assert most([*doubted([1, 2, 3, 4, 5, 6]), seen(7, 20)], 0) == 0
    assert most([*doubted([1, 2, 3, 4, 5, 6, 7]), seen(8, 20)], 0) == ALL
    assert most([*doubted([7, 14]), seen(21, 20)], 0) == 0
    assert most([*doubted([7, 14, 21]), seen(28, 20)], 0) == ALL
    assert closable([], 0, Confirmation(crawls=1, period=0.0)) == ALL


def test_four_days_of_empty_lists_after_days_of_doubt_close_nothing() -> None:
    """Two faults of two days each came one after the other; the day after the list was whole again."""
    before = [seen(4, 21), *doubted([5]), seen(6, 20), seen(7, 19), *doubted([8], 5), seen(9, 20)]
    assert most([*doubted([1, 2, 3]), *before], 0) == 0


def test_days_on_which_nobody_saw_the_collapse_confirm_nothing() -> None:
    assert most([*doubted([1, 2, 3]), failed(5, 0), failed(6, 0), seen(9, 11)], 0) == 0


def test_a_list_that_showed_more_breaks_the_row_however_its_crawl_ended() -> None:
    assert most([*doubted([1, 2, 3], 2), failed(4, 4), *doubted([5, 6, 7, 8], 2)], 2) == ALL
    assert most([*doubted([1, 2, 3], 2), failed(4, 5), *doubted([5, 6, 7, 8], 2)], 2) == 1
    assert most([*doubted([1, 2, 3]), seen(4, 0), *doubted([5, 6, 7, 8])], 0) == 0


def test_a_few_rows_more_are_no_recovery() -> None:
    known, hidden = 6, 6
    assert most([*doubted([1], 5), seen(2, 12)], known) < hidden
    assert most([*doubted([1], 5), seen(2, 12)], 8) == 4


def test_rows_without_an_id_make_absence_no_evidence() -> None:
    assert most([seen(1, 100)], 100, unidentified=5) == 100
    assert most([seen(1, 100)], 100, unidentified=6) == 0
    assert most(doubted(range(1, 9)), 0, unidentified=1) == 0


@given(st.lists(counts, max_size=3), counts)
def test_growth_is_always_believed(previous: list[int], count: int) -> None:
    grown = max([count, *previous])
    assert most([seen(age, postings) for age, postings in enumerate(previous, 1)], grown) == grown


@given(st.lists(st.tuples(counts, st.booleans()), max_size=6), counts, st.integers(0, 100))
def test_no_crawl_that_is_not_confirmed_closes_more_than_it_shows(
    previous: list[tuple[int, bool]], count: int, more: int
) -> None:
    ends = [seen(age, postings, withheld=withheld) for age, (postings, withheld) in enumerate(previous, 1)]
    assert most(ends, count) <= count
    assert most(ends, count) <= most(ends, count + more)
