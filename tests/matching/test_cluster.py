from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.items import JobPosting
from jobspiders.matching.cluster import Merge, Plan, Split, assign
from jobspiders.matching.fingerprint import Candidate
from tests.matching.builders import BATH, LEEDS, OTHER_TEXT, TEXT, candidate, posting
from tests.matching.replay import replay

SNIPPET = TEXT[:420] + "…"


def clustered(*members: Candidate, new: set[int] | None = None, changed: set[int] = frozenset()) -> Plan:
    """All against all of which one is new or changed."""
    minted = count(-1, -1)
    new = {member.id for member in members} if new is None else new
    met = [(a.id, b.id) for a in members for b in members if a.id < b.id and {a.id, b.id} & (new | changed)]
    return assign(
        {member.id: member for member in members}, met, new=new, changed=changed, mint=lambda: next(minted)
    )


def ats(number: str, **said: Any) -> Candidate:
    return candidate(board="greenhouse", scope="harrow", external_id=number, **said)


def test_a_new_copy_joins_the_stored_job_and_says_why() -> None:
    stored, copy = ats("1"), candidate(board="linkedin")
    plan = clustered(stored, copy, new={copy.id})
    assert plan.assignments == {copy.id: stored.job_id}
    assert not plan.merges
    assert not plan.splits
    (link,) = plan.links
    assert (link.first, link.second, link.relation) == (stored.id, copy.id, "duplicate")
    assert link.score > 0.9
    assert "same company" in link.reasons


def test_a_stored_job_keeps_its_name_against_a_new_posting_that_was_numbered_earlier() -> None:
    early, stored = candidate(board="linkedin"), ats("1")
    assert early.id < stored.id
    plan = clustered(early, stored, new={early.id})
    assert plan.assignments == {early.id: stored.job_id}
    assert not plan.merges


def test_a_stranger_stays_alone() -> None:
    plan = clustered(ats("1"), candidate(board="linkedin", title="Nurse", description=OTHER_TEXT))
    assert plan == Plan()


def test_of_new_postings_the_oldest_names_the_job() -> None:
    first, second, third = ats("1"), candidate(board="linkedin"), candidate(board="glassdoor")
    plan = clustered(first, second, third)
    assert plan.assignments == {second.id: first.job_id, third.id: first.job_id}
    assert len(plan.links) == 2


def test_a_posting_that_brings_two_jobs_together_merges_them_into_the_oldest() -> None:
    headed = candidate(board="linkedin", description=TEXT[: len(TEXT) // 2], title="Fitter")
    tailed = candidate(board="glassdoor", description=TEXT[len(TEXT) // 2 :], title="Fitter", locations=[])
    whole = ats("1", title="Fitter")
    assert not clustered(headed, tailed).assignments
    plan = clustered(headed, tailed, whole, new={whole.id})
    assert plan.assignments == {tailed.id: headed.job_id, whole.id: headed.job_id}
    assert plan.merges == [Merge(headed.job_id, tailed.job_id)]


def test_two_postings_of_a_tenant_are_never_chained_through_a_copy() -> None:
    one, two = ats("1"), ats("2", date_posted=datetime(2026, 3, 20, tzinfo=UTC))
    copy = candidate(board="linkedin", description=SNIPPET)
    plan = clustered(one, two, copy)
    assert plan.assignments == {copy.id: one.job_id}


def test_a_posting_that_fits_two_rivals_alike_joins_neither() -> None:
    leeds, bath = ats("1", locations=[LEEDS]), ats("2", locations=[BATH])
    nowhere = candidate(board="linkedin", locations=[])
    assert clustered(leeds, bath, nowhere).assignments == {}


def test_a_better_rival_takes_a_posting_over_and_the_split_is_logged() -> None:
    leeds, nowhere = (
        ats("1", locations=[LEEDS]),
        candidate(board="linkedin", locations=[], date_posted=datetime(2026, 4, 1, tzinfo=UTC)),
    )
    nowhere.job_id = leeds.job_id
    bath = ats("2", locations=[BATH], date_posted=datetime(2026, 4, 1, tzinfo=UTC))
    plan = clustered(leeds, nowhere, bath, new={bath.id})
    assert plan.assignments == {nowhere.id: bath.job_id}
    assert plan.splits == [Split(leeds.job_id, bath.job_id, (nowhere.id,))]


def test_a_changed_posting_that_no_longer_fits_leaves_with_a_minted_job() -> None:
    leeds, moved = ats("1"), candidate(board="linkedin", locations=[BATH])
    moved.job_id = leeds.job_id
    plan = clustered(leeds, moved, new=set(), changed={moved.id})
    assert plan.assignments == {moved.id: -1}
    assert plan.splits == [Split(leeds.job_id, -1, (moved.id,))]


def test_a_changed_posting_that_still_fits_changes_nothing() -> None:
    leeds, edited = ats("1"), candidate(board="linkedin", description=TEXT[:1500])
    edited.job_id = leeds.job_id
    plan = clustered(leeds, edited, new=set(), changed={edited.id})
    assert (plan.assignments, plan.merges, plan.splits) == ({}, [], [])


def test_a_changed_posting_that_fits_another_job_merges_its_own_into_it() -> None:
    leeds, edited = ats("1"), candidate(board="linkedin", description=TEXT[:1500])
    plan = clustered(leeds, edited, new=set(), changed={edited.id})
    assert plan.assignments == {edited.id: leeds.job_id}
    assert plan.merges == [Merge(leeds.job_id, edited.job_id)]


def test_a_repost_is_linked_and_not_joined() -> None:
    old = ats("1", closed=20_600)
    new = ats("2", date_posted=datetime(2026, 7, 1, tzinfo=UTC))
    plan = clustered(old, new)
    assert plan.assignments == {}
    assert [link.relation for link in plan.links] == ["repost"]


def test_nothing_makes_an_empty_plan() -> None:
    assert assign({}, [], new=set(), mint=lambda: 0) == Plan()


def _pool() -> list[JobPosting]:
    """Twelve postings in which dates keep every fit unequal."""
    made = []
    for number, (title, place, text) in enumerate(
        (
            ("Fitter", LEEDS, TEXT),
            ("Fitter", BATH, TEXT),
            ("Senior Fitter", LEEDS, TEXT),
            ("Editor", BATH, OTHER_TEXT),
        )
    ):
        day = datetime(2026, 3, 2 + 7 * number, tzinfo=UTC)
        same: dict[str, Any] = {"title": title, "date_posted": day}
        made += [
            posting(
                board="greenhouse",
                scope="harrow",
                external_id=str(number),
                locations=[place],
                description=text,
                **same,
            ),
            posting(board="linkedin", external_id=f"l{number}", locations=[], description=text[:500], **same),
            posting(
                board="indeed", external_id=f"i{number}", locations=[place], description=text[700:], **same
            ),
        ]
    return made


@settings(max_examples=40)
@given(st.permutations(_pool()), st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_neither_order_nor_batches_change_the_clusters(order: list[JobPosting], sizes: list[int]) -> None:
    expected = replay(_pool(), 100).clusters()
    assert len(expected) == 4
    assert replay(order, sizes[0]).clusters() == expected


@pytest.mark.parametrize("seed", range(4))
def test_a_posting_keeps_its_job_while_others_join_it(seed: int) -> None:
    pool = _pool()
    first, rest = pool[0], pool[1:]
    random.Random(seed).shuffle(rest)
    run = replay([first], 1)
    name = first.board, first.external_id
    job = run.job_of(name)
    for each in rest:
        run.add([each])
        assert run.job_of(name) == job
