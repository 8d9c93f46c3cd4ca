from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.normalise.quality import quality

NOW = datetime(2026, 8, 20, tzinfo=UTC)
FULL = JobPosting(
    board="loomboard",
    external_id="1",
    url="https://jobs.example/1",
    apply_url="https://jobs.example/1/apply",
    title="Weaver",
    company="Weverloom",
    description="You weave. " * 40,
    locations=[Location("Lyon", "Lyon", None, "FR")],
    workplace="onsite",
    date_posted=NOW - timedelta(days=3),
    valid_through=NOW + timedelta(days=30),
    salary=Salary(30_000, 35_000, "EUR", "year", 30_000, 35_000, "stated"),
    employment_types=["FULL_TIME"],
    skills=["Weaving"],
    language="en",
)


def test_a_full_and_sound_posting_has_all_points() -> None:
    assert quality(FULL, now=NOW) == (100, [])


def test_an_empty_posting_has_none() -> None:
    score, reasons = quality(JobPosting(), now=NOW)
    assert score == 0
    assert reasons[0] == "no title"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, "no title"),
        ({"title": "sdf"}, "placeholder title"),
        ({"title": "Weaver " * 40}, "overlong title"),
        ({"description": None}, "no description"),
        ({"description": "Lorem ipsum dolor sit amet"}, "placeholder description"),
        ({"description": "You weave."}, "short description"),
        ({"url": "/jobs/1"}, "no absolute url"),
        ({"apply_url": "javascript:apply()"}, "odd apply_url"),
        ({"locations": []}, "no place"),
        ({"locations": [Location("Lyon", "Lyon")]}, "no country"),
        ({"workplace": None}, "no workplace"),
        ({"date_posted": None}, "no date_posted"),
        ({"date_posted": "yesterday"}, "no date_posted"),
        ({"date_posted": NOW + timedelta(days=3)}, "date_posted in the future"),
        ({"date_posted": NOW - timedelta(days=500)}, "posted over a year ago"),
        ({"valid_through": NOW - timedelta(days=1)}, "expired"),
        ({"salary": None}, "no salary"),
        ({"salary": Salary(5, 3, "EUR", "hour")}, "unsound salary"),
        ({"salary": Salary(5, 6, None, "hour")}, "unsound salary"),
        ({"salary": Salary(1, 1, "EUR", "year", 1, 1)}, "unsound salary"),
        ({"salary": Salary(3, 5, "EUR", "hour", source="estimated")}, "estimated salary"),
        ({"company": ""}, "no company"),
        ({"employment_types": []}, "no employment_types"),
        ({"skills": []}, "no skills"),
        ({"language": None}, "no language"),
    ],
)
def test_each_flaw_costs_points_and_is_named(change: dict[str, object], reason: str) -> None:
    score, reasons = quality(replace(FULL, **change), now=NOW)  # type: ignore[arg-type]  # any field may be changed
    assert reasons == [reason]
    assert score < 100


def test_a_remote_job_needs_no_place() -> None:
    assert quality(replace(FULL, locations=[], workplace="remote"), now=NOW) == (100, [])


def test_the_gravest_reason_comes_first() -> None:
    _, reasons = quality(replace(FULL, language=None, description=None), now=NOW)
    assert reasons == ["no description", "no language"]


@given(
    st.builds(
        JobPosting,
        title=st.text(),
        url=st.text(),
        company=st.none() | st.text(),
        description=st.none() | st.text(),
        date_posted=st.none() | st.text() | st.datetimes() | st.integers(),
        valid_through=st.none() | st.datetimes(timezones=st.just(UTC)),
        salary=st.none() | st.builds(Salary, min=st.none() | st.floats(), max=st.none() | st.floats()),
    )
)
def test_any_posting_has_a_score(posting: JobPosting) -> None:
    score, reasons = quality(posting, now=NOW)
    assert 0 <= score <= 100
    assert (score == 100) == (not reasons)
