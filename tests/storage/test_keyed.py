from __future__ import annotations

from jobspiders.matching.fingerprint import Fingerprint
from jobspiders.matching.keys import MAX_FOUND
from jobspiders.storage.keyed import Keyed
from jobspiders.storage.signatures import Signed


def signed(exact: list[int], loose: list[int]) -> Signed:
    return Signed(Fingerprint("indeed", "1"), exact, loose)


def met(batch: dict[int, Signed], stored: dict[int, list[int] | None]) -> Keyed:
    keyed = Keyed(batch)
    keyed.meet(stored.items())
    return keyed


def test_each_key_of_a_batch_is_looked_up_once() -> None:
    keyed = Keyed({21: signed([1], [7, 8]), 20: signed([1, 2], [7])})
    assert sorted(keyed.exact) == [1, 2]
    assert sorted(keyed.loose) == [7, 8]


def test_postings_meet_those_stored_and_those_of_their_batch() -> None:
    keyed = met({20: signed([1], [7]), 21: signed([], [7]), 22: signed([], [9])}, {1: [5], 7: [6]})
    assert keyed.candidates() == {20: [5, 21, 6], 21: [20, 6]}
    assert sorted(zip(*keyed.bands(), strict=True)) == [(1, 20), (7, 20), (7, 21), (9, 22)]


def test_a_full_loose_key_leads_nowhere_and_grows_no_more() -> None:
    keyed = met({20: signed([1], [7]), 21: signed([], [7])}, {1: list(range(MAX_FOUND, 0, -1)), 7: None})
    assert set(keyed.candidates()) == {20}
    assert list(zip(*keyed.bands(), strict=True)) == [(1, 20)]


def test_a_batch_fills_a_loose_key_no_further_than_shows_that_it_is_full() -> None:
    keyed = met({number: signed([], [7]) for number in range(20, 60)}, {7: [3, 2, 1]})
    assert keyed.candidates() == {}
    assert len(keyed.bands().keys) == MAX_FOUND - 3
