from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Location
from jobspiders.matching.decision import decide
from jobspiders.matching.fingerprint import Candidate, Fingerprint, read_fingerprint
from jobspiders.matching.keys import (
    MAX_CANDIDATES,
    MAX_FOUND,
    MAX_KEYS,
    MAX_PER_KEY,
    MAX_PER_LOOSE_KEY,
    choose_candidates,
    consistent,
    entry_of,
    exact_keys,
    has_little_chance,
    loose_keys,
    posting_in,
    share_key,
)
from jobspiders.matching.signature import sign
from tests.matching.builders import BATH, LEEDS, TEXT, posting

FRANKFURT = Location("Frankfurt, DE", "Frankfurt", None, "DE")
FRANKFURT_AM_MAIN = Location("Frankfurt am Main, DE", "Frankfurt am Main", None, "DE")
_RANKS = st.sampled_from(["", "Senior", "Junior", "Lead", "Senior Staff"])
_PLACES = st.sampled_from([LEEDS, BATH, FRANKFURT, FRANKFURT_AM_MAIN, Location("Germany", None, None, "DE")])


def fingerprint(**said: Any) -> Fingerprint:
    return read_fingerprint(posting(**said), sign(None))


def chosen(number: int, exact: list[int], loose: list[int], found: dict[int, list[int]]) -> list[int]:
    """Candidates among postings of one kind."""
    alike = fingerprint()
    entries = {key: [entry_of(other, alike) for other in others] for key, others in found.items()}
    return choose_candidates(entry_of(number, alike), exact, loose, entries)


def keys(**said: object) -> tuple[set[int], set[int]]:
    made = posting(**said)
    signature = sign(made.description)
    read = read_fingerprint(made, signature)
    return set(exact_keys(read)), set(loose_keys(read, signature))


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


def test_an_entry_says_of_which_posting_it_is_and_grows_with_it() -> None:
    seniors = fingerprint(title="Senior Fitter")
    assert [posting_in(entry_of(number, seniors)) for number in (0, 7, 1 << 38)] == [0, 7, 1 << 38]
    assert entry_of(8, fingerprint(title="Fitter", locations=[])) > entry_of(7, seniors)
    assert entry_of(1 << 38, seniors) < 1 << 63


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, False),
        ({"title": "Senior Fitter"}, {}, True),
        ({"title": "Senior Fitter"}, {"title": "Sr. Fitter"}, False),
        ({"locations": [LEEDS]}, {"locations": [BATH]}, True),
        ({"locations": [LEEDS]}, {"locations": [LEEDS, BATH]}, False),
        ({"locations": [LEEDS]}, {"locations": [], "location_text": None}, False),
        ({"locations": [LEEDS]}, {"locations": [Location("England", None, "England", "GB")]}, False),
        ({"locations": [FRANKFURT]}, {"locations": [FRANKFURT_AM_MAIN]}, False),
    ],
)
def test_other_ranks_and_other_cities_contradict(
    one: dict[str, Any], other: dict[str, Any], expected: bool
) -> None:
    first, second = fingerprint(**one), fingerprint(**other)
    entries = [entry_of(1, first), entry_of(2, second)]
    assert consistent(entries[0], entries[1:]) == ([] if expected else entries[1:])
    assert consistent(entries[1], entries[:1]) == ([] if expected else entries[:1])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {"company": "Brightwater Recruitment"}, True),
        ({}, {"company": "Harrow Mill Group"}, False),
        ({}, {"company": None}, False),
        ({"company": None}, {"company": None}, False),
    ],
)
def test_whole_texts_of_two_companies_have_little_chance(
    one: dict[str, Any], other: dict[str, Any], expected: bool
) -> None:
    first, second = fingerprint(**one), fingerprint(**other)
    whole = [entry_of(number, replace(each, letters=9000)) for number, each in enumerate((first, second))]
    assert has_little_chance(*whole) is expected
    assert has_little_chance(*whole[::-1]) is expected
    assert not has_little_chance(whole[0], entry_of(1, replace(second, letters=300)))


@given(st.lists(st.tuples(_RANKS, st.lists(_PLACES, max_size=2)), min_size=2, max_size=2))
def test_what_a_mark_contradicts_no_decision_joins(said: list[tuple[str, list[Location]]]) -> None:
    first, second = (
        Candidate(
            number, number, fingerprint(title=f"{rank} Fitter", locations=places, board=f"board{number}")
        )
        for number, (rank, places) in enumerate(said)
    )
    if not consistent(entry_of(0, first.fingerprint), [entry_of(1, second.fingerprint)]):
        assert decide(first, second).veto


def test_an_over_full_loose_key_leads_nowhere_and_an_exact_one_to_the_newest() -> None:
    many = list(range(1000, 999 - max(MAX_PER_KEY, MAX_PER_LOOSE_KEY), -1))
    assert chosen(1, [], [1], {1: many}) == []
    assert chosen(1, [], [1], {1: many[:MAX_PER_LOOSE_KEY]}) == many[:MAX_PER_LOOSE_KEY]
    assert chosen(1, [1], [], {1: many}) == many[: min(MAX_PER_KEY, MAX_CANDIDATES)]


def test_a_posting_under_its_own_key_neither_counts_nor_is_compared_with_itself() -> None:
    many = list(range(1000, 1000 - MAX_PER_LOOSE_KEY - 1, -1))
    assert chosen(many[3], [], [1], {1: many}) == [*many[:3], *many[4:]]
    assert chosen(many[3], [1], [], {1: many}) == [*many[:3], *many[4:]][:MAX_PER_KEY]


def test_under_a_key_the_newest_come_first_whether_stored_or_of_the_batch() -> None:
    assert share_key([5, 6], []) == [6, 5]
    assert share_key([8, 9], [7, 3]) == [9, 8, 7, 3]
    assert share_key([2, 9], [7, 3]) == [9, 7, 3, 2]
    assert share_key(range(100, 200), range(50, 0, -1)) == list(range(199, 199 - MAX_FOUND, -1))


def test_candidates_that_share_most_keys_come_first() -> None:
    assert chosen(1, [1], [2, 3, 4, 5], {1: [7], 2: [8, 9], 3: [9], 4: [9]}) == [9, 7, 8]


def test_who_is_contradicted_is_passed_over_but_under_an_ats_address() -> None:
    mine = entry_of(1, fingerprint(title="Senior Fitter"))
    others = [entry_of(number, fingerprint(title="Fitter")) for number in (9, 8)]
    alike = entry_of(7, fingerprint(title="Senior Fitter"))
    found = {1: others[:1], 2: [*others, alike]}
    assert choose_candidates(mine, [1], [2], found, certain=1) == [9, 7]
    assert choose_candidates(mine, [1], [2], found) == [7]


def test_who_has_little_chance_is_compared_where_more_than_a_title_in_a_place_is_shared() -> None:
    mine, theirs = (
        replace(fingerprint(company=company), letters=9000) for company in ("Harrow Mill", "Brightwater")
    )
    entry, others = entry_of(1, mine), [entry_of(number, theirs) for number in (9, 8)]
    found = {1: others, 2: others[:1]}
    assert choose_candidates(entry, [], [1, 2], found, placed=True) == [9]
    assert choose_candidates(entry, [], [1, 2], found) == [9, 8]
