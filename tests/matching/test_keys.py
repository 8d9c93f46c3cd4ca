from __future__ import annotations

import pytest

from jobspiders.items import Location
from jobspiders.matching.fingerprint import read_fingerprint
from jobspiders.matching.keys import (
    MAX_CANDIDATES,
    MAX_FOUND,
    MAX_KEYS,
    MAX_PER_KEY,
    MAX_PER_LOOSE_KEY,
    choose_candidates,
    exact_keys,
    loose_keys,
    share_key,
)
from jobspiders.matching.signature import sign
from tests.matching.builders import BATH, LEEDS, TEXT, posting


def keys(**said: object) -> tuple[set[int], set[int]]:
    made = posting(**said)
    signature = sign(made.description)
    fingerprint = read_fingerprint(made, signature)
    return set(exact_keys(fingerprint)), set(loose_keys(fingerprint, signature))


def test_keys_are_bounded_and_signed() -> None:
    exact, loose = keys(
        board="greenhouse",
        scope="harrow",
        external_id="1",
        url="https://jobs.lever.co/harrow/0f8fad5b-d9cb-469f-a165-70867728950e",
        apply_url="https://harrow.recruitee.com/o/fitter",
        requisition_id="R-1",
        locations=[LEEDS, BATH, Location("Hull", "Hull", None, "GB")],
        description=TEXT * 3,
    )
    assert len(exact) + len(loose) <= MAX_KEYS
    assert all(-(1 << 63) <= key < 1 << 63 for key in exact | loose)


def test_copies_meet_under_company_and_title() -> None:
    first, _ = keys(title="Sr. Fitter (m/w/d)", company="Harrow Mill GmbH", locations=[], description=None)
    second, _ = keys(title="Senior Fitter", company="HARROW MILL", description=None)
    assert first & second


@pytest.mark.parametrize(
    "title",
    [
        "Harrow Mill - Fitter",
        "Fitter | Harrow Mill",
        "Fitter at Harrow Mill",
        "Fitter in Leeds",
        "Fitter (Leeds, UK)",
        "Fitter - United Kingdom",
    ],
)
def test_company_and_place_in_a_title_do_not_hide_it(title: str) -> None:
    first, first_loose = keys(title=title, description=None)
    second, second_loose = keys(title="Fitter", description=None)
    assert len(first & second) == 2
    assert first_loose & second_loose


def test_a_title_that_is_nothing_but_company_and_place_stays() -> None:
    first, _ = keys(title="Harrow Mill Leeds", description=None)
    second, _ = keys(title="Fitter", description=None)
    assert not first & second


def test_half_a_company_in_a_title_stays() -> None:
    first, _ = keys(title="Mill Fitter", description=None)
    second, _ = keys(title="Fitter", description=None)
    assert not first & second


def test_an_agency_copy_meets_under_place_and_title() -> None:
    _, first = keys(description=None)
    _, second = keys(company="Brightwater Recruitment", description=None)
    assert first & second


def test_a_snippet_meets_its_text_under_opening_and_title() -> None:
    _, whole = keys()
    _, snippet = keys(company=None, locations=[], description="Apply now! " + TEXT[:300] + "…")
    assert whole & snippet


def test_a_retitled_copy_meets_under_passages() -> None:
    _, first = keys()
    _, second = keys(title="Craftsman wanted", company=None)
    assert first & second


def test_addresses_of_one_ats_posting_meet() -> None:
    first, _ = keys(title="A", company=None, locations=[], apply_url="https://harrow.example/?gh_jid=7")
    second, _ = keys(title="B", company=None, locations=[], url="https://boards.greenhouse.io/harrow/jobs/7")
    assert first & second


def test_an_over_full_loose_key_leads_nowhere_and_an_exact_one_to_the_newest() -> None:
    many = list(range(1000, 999 - max(MAX_PER_KEY, MAX_PER_LOOSE_KEY), -1))
    assert choose_candidates(1, [], [1], {1: many}) == []
    assert choose_candidates(1, [], [1], {1: many[:MAX_PER_LOOSE_KEY]}) == many[:MAX_PER_LOOSE_KEY]
    assert choose_candidates(1, [1], [], {1: many}) == many[: min(MAX_PER_KEY, MAX_CANDIDATES)]


def test_a_posting_under_its_own_key_neither_counts_nor_is_compared_with_itself() -> None:
    many = list(range(1000, 1000 - MAX_PER_LOOSE_KEY - 1, -1))
    assert choose_candidates(many[3], [], [1], {1: many}) == [*many[:3], *many[4:]]
    assert choose_candidates(many[3], [1], [], {1: many}) == [*many[:3], *many[4:]][:MAX_PER_KEY]


def test_under_a_key_the_newest_come_first_whether_stored_or_of_the_batch() -> None:
    assert share_key([5, 6], []) == [6, 5]
    assert share_key([8, 9], [7, 3]) == [9, 8, 7, 3]
    assert share_key([2, 9], [7, 3]) == [9, 7, 3, 2]
    assert share_key(range(100, 200), range(50, 0, -1)) == list(range(199, 199 - MAX_FOUND, -1))


def test_candidates_that_share_most_keys_come_first() -> None:
    found = {1: [7], 2: [8, 9], 3: [9], 4: [9]}
    assert choose_candidates(1, [1], [2, 3, 4, 5], found) == [9, 7, 8]
