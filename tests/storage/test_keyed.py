from __future__ import annotations

from jobspiders.matching.fingerprint import Fingerprint
from jobspiders.matching.keys import MAX_FOUND, entry_of, posting_in
from jobspiders.storage.keyed import Keyed
from jobspiders.storage.signatures import Signed

NOBODY = Fingerprint("indeed", "1")
SENIOR = Fingerprint("indeed", "1", ats="lever:harrow:1", ranks="senior")


def signed(exact: list[int], loose: list[int], fingerprint: Fingerprint = NOBODY) -> Signed:
    return Signed(fingerprint, exact, loose)


def entries(postings: list[int]) -> list[int]:
    return [entry_of(posting, NOBODY) for posting in postings]


def met(batch: dict[int, Signed], exact: dict[int, list[int]], loose: dict[int, list[int] | None]) -> Keyed:
    """``exact`` and ``loose``: the postings stored under each key."""
    keyed = Keyed(batch)
    keyed.meet(
        [(key, entry) for key, postings in exact.items() for entry in entries(postings)],
        [(key, None if postings is None else entries(postings)) for key, postings in loose.items()],
    )
    return keyed


def banded(keyed: Keyed) -> list[tuple[int, int]]:
    return sorted((key, posting_in(entry)) for key, entry in zip(*keyed.bands(), strict=True))


def test_each_key_of_a_batch_is_looked_up_once() -> None:
    keyed = Keyed({21: signed([1], [7, 8]), 20: signed([1, 2], [7])})
    assert sorted(keyed.exact) == [1, 2]
    assert sorted(keyed.loose) == [7, 8]


def test_postings_meet_those_stored_and_those_of_their_batch() -> None:
    batch = {20: signed([1], [7]), 21: signed([], [7]), 22: signed([], [9])}
    keyed = met(batch, {1: [5]}, {7: [4, 6]})
    assert keyed.candidates() == {20: [5, 21, 6, 4], 21: [20, 6, 4]}
    assert banded(keyed) == [(1, 20), (7, 20), (7, 21), (9, 22)]


def test_whom_its_mark_contradicts_a_posting_meets_under_one_ats_address_only() -> None:
    keyed = met({20: signed([1, 2], [7], SENIOR)}, {1: [5], 2: [6]}, {7: [4, 5]})
    assert keyed.candidates() == {20: [5]}


def test_a_full_loose_key_leads_nowhere_and_grows_no_more() -> None:
    full = list(range(MAX_FOUND, 0, -1))
    keyed = met({20: signed([1], [7]), 21: signed([], [7])}, {1: full}, {7: None})
    assert set(keyed.candidates()) == {20}
    assert banded(keyed) == [(1, 20)]


def test_a_key_known_to_be_full_is_not_looked_up_and_grows_no_more() -> None:
    keyed = Keyed({20: signed([1], [7, 8]), 21: signed([], [7])})
    keyed.pass_over([7])
    assert keyed.loose == [8]
    keyed.meet([], [])
    assert keyed.candidates() == {}
    assert banded(keyed) == [(1, 20), (8, 20)]


def test_a_batch_fills_a_loose_key_no_further_than_shows_that_it_is_full() -> None:
    keyed = met({number: signed([], [7]) for number in range(20, 60)}, {}, {7: [1, 2, 3]})
    assert keyed.candidates() == {}
    assert len(keyed.bands().keys) == MAX_FOUND - 3
