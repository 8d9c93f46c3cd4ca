from __future__ import annotations

from jobspiders.storage.full_keys import SLOTS, FullKeys


def test_keys_are_remembered_until_they_are_forgotten() -> None:
    full = FullKeys()
    full.add([7, -(1 << 63), (1 << 63) - 1])
    assert full.among([7, 8, -(1 << 63), (1 << 63) - 1]) == [7, -(1 << 63), (1 << 63) - 1]
    full.forget([7, 8])
    assert full.among([7, (1 << 63) - 1]) == [(1 << 63) - 1]


def test_nothing_is_remembered_of_nothing() -> None:
    full = FullKeys()
    full.add([])
    full.forget([])
    assert full.among([]) == []
    assert full.among([0, 1]) == []


def test_of_two_keys_in_one_slot_the_later_stays() -> None:
    full = FullKeys()
    full.add([7])
    full.add([7 + SLOTS])
    full.forget([7])
    assert full.among([7, 7 + SLOTS]) == [7 + SLOTS]
