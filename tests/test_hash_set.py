"""The small set holds what a large one holds."""

from __future__ import annotations

import random
import sys

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.hash_set import HashSet


@given(
    st.lists(
        st.one_of(st.integers(0, 40), st.integers(0, 2**64 - 1)).filter(lambda key: key != 1), max_size=300
    )
)
def test_it_is_a_set(keys: list[int]) -> None:
    ours, theirs = HashSet(), set[int]()
    for key in keys:
        assert ours.add(key) is (key not in theirs)
        theirs.add(key)
        assert key in ours
    assert len(ours) == len(theirs)
    assert all((key in ours) is (key in theirs) for key in range(2, 60))


def test_a_hundred_thousand_take_little_more_than_two_megabytes() -> None:
    drawn = random.Random(1)
    ours = HashSet()
    for _ in range(100_000):
        ours.add(drawn.getrandbits(64))
    assert len(ours) == 100_000
    assert sys.getsizeof(ours._table) < 2_500_000
