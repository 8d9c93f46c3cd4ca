from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.storage.closing import closing_allowed

counts = st.integers(0, 5000)


def test_a_first_crawl_and_a_steady_count_are_believed() -> None:
    assert closing_allowed([], 0)
    assert closing_allowed([100], 100)
    assert closing_allowed([100], 50)
    assert closing_allowed([2], 1)


def test_half_or_nothing_is_believed_the_second_time() -> None:
    assert not closing_allowed([100], 49)
    assert not closing_allowed([1], 0)
    assert not closing_allowed([9], 4)
    assert not closing_allowed([3], 1)
    assert closing_allowed([0], 0)
    assert closing_allowed([49], 49)


def test_more_confirmations_ask_more_crawls() -> None:
    assert not closing_allowed([0, 100], 0)
    assert closing_allowed([0, 0], 0)


def test_rows_without_an_id_make_absence_no_evidence() -> None:
    assert closing_allowed([100], 100, unidentified=5)
    assert not closing_allowed([100], 100, unidentified=6)


@given(st.lists(counts, max_size=3), counts)
def test_growth_is_always_believed(previous: list[int], count: int) -> None:
    assert closing_allowed(previous, max([count, *previous]))


@given(st.lists(counts, max_size=3), counts, st.integers(0, 100))
def test_a_larger_count_is_never_believed_less(previous: list[int], count: int, more: int) -> None:
    assert closing_allowed(previous, count + more) or not closing_allowed(previous, count)
