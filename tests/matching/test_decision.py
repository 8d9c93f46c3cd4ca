from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.matching.decision import Decision, decide
from jobspiders.matching.fingerprint import Candidate, read_fingerprint
from jobspiders.matching.signature import sign
from tests.matching.builders import BATH, ENGLAND, LEEDS, OTHER_TEXT, TEXT, candidate

SNIPPET = "Apply on our site. " + TEXT[:420] + "…"
BASE: dict[str, Any] = {"board": "greenhouse", "scope": "harrow", "external_id": "7001"}


def judged(first: dict[str, Any], second: dict[str, Any]) -> Decision:
    one, two = candidate(**first), candidate(**{"external_id": "2", "board": "linkedin", **second})
    decision = decide(one, two)
    assert decision == decide(two, one)
    return decision


@pytest.mark.parametrize(
    "copy",
    [
        {},
        {"title": "MAINTENANCE FITTER (m/w/d) #01846"},
        {"title": "Maintenence Fitter"},
        {"title": "Maintenance Fitter - Leeds"},
        {"title": "Harrow Mill: Maintenance Fitter"},
        {"title": "Maintenance Fitter - United Kingdom"},
        {"title": "Maintenance Fitter (UK, Leeds Area)", "locations": []},
        {"company": "Harrow Mill Technologies"},
        {"locations": []},
        {"locations": [], "location_text": "Leeds"},
        {"locations": [ENGLAND]},
        {"locations": [LEEDS, BATH]},
        {"description": SNIPPET},
        {"description": SNIPPET, "locations": []},
        {"description": None},
        {"description": TEXT[: len(TEXT) // 3]},
        {"description": TEXT[len(TEXT) // 4 :] + " Show more. Report this job."},
        {"company": None},
        {"company": "Confidential", "description": SNIPPET},
        {"company": "Brightwater Recruitment"},
        {"company": None, "locations": []},
        {"date_posted": datetime(2026, 3, 30, tzinfo=UTC)},
        {"date_posted": None},
    ],
)
def test_copies_are_one_job(copy: dict[str, Any]) -> None:
    decision = judged(BASE, copy)
    assert decision.same, decision
    assert decision.relation == "duplicate"
    assert decision.reasons


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"title": "Senior Maintenance Fitter"}, "other seniority"),
        ({"title": "Maintenance Fitter II"}, "other seniority"),
        ({"title": "Maintenance Electrician"}, "other title"),
        ({"locations": [BATH]}, "other place"),
        ({"salary": Salary(90_000, 99_000, "GBP", "year", 90_000, 99_000, "stated")}, "salaries"),
        ({"description": OTHER_TEXT * 2}, "another text"),
        ({"board": "greenhouse", "scope": "harrow", "external_id": "7002"}, "two postings of one tenant"),
        ({"apply_url": "https://harrow.example/apply?gh_jid=7002"}, "two postings of one tenant"),
    ],
)
def test_contradictions_make_other_jobs_for_good(other: dict[str, Any], reason: str) -> None:
    pay = Salary(50_000, 60_000, "GBP", "year", 50_000, 60_000, "stated")
    decision = judged({**BASE, "salary": pay, "description": TEXT * 2}, {"description": TEXT * 2, **other})
    assert not decision.same
    assert decision.veto
    assert any(reason in each for each in decision.reasons)


@pytest.mark.parametrize(
    "other",
    [
        {"company": "Quarry Lane", "description": OTHER_TEXT},
        {"company": "Quarry Lane", "description": None},
        {"company": None, "description": None},
        {"company": None, "locations": [], "description": TEXT[:60]},
        {"title": "Maintenance Fitter, Night Boiler Crew", "description": SNIPPET},
        {"locations": [], "description": None, "date_posted": None},
    ],
)
def test_too_little_is_not_enough(other: dict[str, Any]) -> None:
    assert not judged(BASE, other).same


def test_titles_that_name_two_places_are_two_jobs() -> None:
    """A city and a country are not known to exclude each other, until the titles name them."""
    singapore = {"title": "Fitter, Singapore", "locations": [Location("Singapore", "Singapore", None, "SG")]}
    manila = {"title": "Fitter, Philippines", "locations": [Location("Philippines", None, None, "PH")]}
    assert "other title: philippine / singapore" in judged(singapore, manila).reasons
    assert judged({**singapore, "title": "Fitter"}, singapore).same


def test_one_ats_posting_is_one_job_whatever_else_differs() -> None:
    decision = judged(
        BASE,
        {
            "title": "Craftsman",
            "company": None,
            "locations": [BATH],
            "description": OTHER_TEXT,
            "apply_url": "https://harrow.example/job?gh_jid=7001",
        },
    )
    assert decision.same
    assert "greenhouse:harrow:7001" in decision.reasons[0]


def test_identical_rows_of_one_tenant_stay_two_jobs() -> None:
    assert not judged(BASE, {**BASE, "external_id": "7002"}).same


def test_a_board_may_show_one_job_twice_but_only_in_the_same_words() -> None:
    twice = {"board": "indeed", "external_id": "a"}
    assert judged(twice, {"board": "indeed", "external_id": "b"}).same
    assert not judged(twice, {"board": "indeed", "external_id": "b", "description": SNIPPET}).same
    assert not judged(twice, {"board": "indeed", "external_id": "b", "locations": []}).same


def test_equal_requisitions_make_up_for_a_longer_title() -> None:
    longer = {"title": "Maintenance Fitter, Night Boiler Crew", "description": SNIPPET}
    assert judged({**BASE, "requisition_id": "R-77120"}, {**longer, "requisition_id": "R77120"}).same


def test_other_requisitions_of_one_form_are_other_jobs() -> None:
    first, second = {"requisition_id": "R-77120"}, {"requisition_id": "R-77121", "description": SNIPPET}
    assert not judged({**BASE, **first}, second).same
    assert judged({**BASE, **first}, {"requisition_id": "4711", "description": SNIPPET}).same


def test_texts_in_two_languages_do_not_contradict() -> None:
    assert judged(
        {**BASE, "language": "en", "description": TEXT * 2},
        {"language": "de", "description": OTHER_TEXT * 2},
    ).same


def test_a_new_id_after_the_old_one_closed_is_a_repost() -> None:
    old = candidate(**BASE, closed=20_600)
    new = candidate(**{**BASE, "external_id": "7002", "date_posted": datetime(2026, 7, 1, tzinfo=UTC)})
    decision = decide(old, new)
    assert decision.relation == "repost"
    assert not decision.same
    assert decision.veto
    assert decide(new, old) == decision


def test_another_job_of_the_tenant_after_one_closed_is_no_repost() -> None:
    old = candidate(**BASE, closed=20_600)
    later = {"external_id": "7002", "date_posted": datetime(2026, 7, 1, tzinfo=UTC)}
    assert decide(old, candidate(**{**BASE, **later, "locations": [BATH]})).relation == "different"


def test_a_copy_may_appear_shortly_after_the_end_but_not_months_later() -> None:
    old = candidate(**BASE, closed=20_515)
    soon = candidate(board="linkedin", external_id="2", date_posted=datetime(2026, 3, 5, tzinfo=UTC))
    late = candidate(board="linkedin", external_id="3", date_posted=datetime(2026, 9, 5, tzinfo=UTC))
    assert decide(old, soon).relation == "duplicate"
    assert decide(old, late).relation == "repost"


def test_a_contradiction_need_not_be_explained() -> None:
    one, two = candidate(**BASE), candidate(board="linkedin", external_id="2", locations=[BATH])
    brief = decide(one, two, explain=False)
    assert (brief.score, brief.same, brief.veto) == (decide(one, two).score, False, True)


word = st.sampled_from(["senior", "fitter", "nurse", "II", "(m/w/d)", "#123", "Leeds", "remote", ""])
any_posting = st.builds(
    JobPosting,
    board=st.sampled_from(["", "lever", "indeed", "ats"]),
    external_id=st.sampled_from(["", "1", "2"]),
    url=st.sampled_from(["", "https://boards.greenhouse.io/a/jobs/1", "https://x.example/?gh_jid=2"]),
    apply_url=st.sampled_from([None, "", "https://boards.greenhouse.io/a/jobs/2"]),
    requisition_id=st.sampled_from([None, "R-1", "R-2"]),
    title=st.lists(word, max_size=4).map(" ".join),
    company=st.sampled_from([None, "", "Harrow", "Harrow Technologies", "Quarry Lane"]),
    scope=st.sampled_from([None, "a"]),
    locations=st.lists(st.sampled_from([LEEDS, BATH, ENGLAND, Location()]), max_size=2),
    location_text=st.sampled_from([None, "Leeds", "Remote"]),
    description=st.sampled_from([None, "", TEXT, TEXT[:400], OTHER_TEXT, TEXT[900:]]),
    salary=st.sampled_from(
        [None, Salary(), Salary(1, 2, "GBP", "year", 1, 2), Salary(0, 0, "GBP", "year", 0, 0)]
    ),
    date_posted=st.sampled_from([None, datetime(2026, 3, 2, tzinfo=UTC), datetime(2025, 3, 2, tzinfo=UTC)]),
    language=st.sampled_from([None, "en", "de"]),
)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    made = draw(any_posting)
    day = st.sampled_from([None, 20_000, 20_514, 20_900])
    fingerprint = read_fingerprint(made, sign(made.description))
    return Candidate(1, 1, fingerprint, first_seen=draw(day), closed=draw(day))


@settings(deadline=None)
@given(candidates(), candidates())
def test_a_decision_is_symmetric_deterministic_and_sound(first: Candidate, second: Candidate) -> None:
    decision = decide(first, second)
    assert decision == decide(second, first) == decide(first, second)
    assert 0.0 < decision.score < 1.0
    assert decision.reasons
    assert decision.same == (decision.relation == "duplicate")
    assert not (decision.same and decision.veto)
    brief = decide(first, second, explain=False)
    assert (brief.score, brief.same, brief.relation, brief.veto) == (
        decision.score,
        decision.same,
        decision.relation,
        decision.veto,
    )
