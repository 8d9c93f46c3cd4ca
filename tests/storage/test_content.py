from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.storage.content import (
    GROUPS,
    changes,
    content,
    content_hash,
    is_partial,
    merged,
    squeeze,
    stable_url,
)
from tests.storage.crawling import posting

BASE = replace(
    posting(1),
    apply_url="https://apply.example/1?gh_jid=1",
    requisition_id="R-1",
    location_text="Uppsala; Lund",
    workplace_text="On site",
    employment_text="Full time",
    salary_text="SEK 30 000 a month",
    department="Greenhouses",
    team="North",
    valid_through=datetime(2026, 5, 1, 12, tzinfo=UTC),
    tags=["plants", "outdoor"],
)


@pytest.mark.parametrize(
    "same",
    [
        {"url": "https://jobs.example/1?trackingId=9"},
        {"apply_url": "https://apply.example/1?utm_source=x&gh_jid=1#top"},
        {"raw": {"updated_at": "now"}},
        {"date_posted": datetime(2026, 4, 1, tzinfo=UTC)},
        {"fetched_at": datetime(2026, 4, 1, tzinfo=UTC)},
        {"crawl_id": "other", "scope": "other", "source": "html", "listing_hash": "x", "quality": 3},
        {"location_text": "Lund ;Uppsala"},
        {"tags": ["outdoor", "plants"]},
        {"skills": ["grafting"], "seniority": "senior", "language": "sv"},
        {"description": "You\u00a0look  after\u200b greenhouse\r\nnumber 1."},
        {"description_html": "<div>You look after greenhouse number 1.</div>"},
        {"valid_through": datetime(2026, 5, 1, 23, tzinfo=UTC)},
        {
            "salary": Salary(30000, 30000, "SEK", "month", source="text"),
            "derived": ["locations", "skills", "salary"],
        },
        {"locations": [Location("Uppsala")], "derived": ["locations"]},
    ],
)
def test_what_is_no_change(same: dict[str, object]) -> None:
    other = replace(BASE, **same)  # type: ignore[arg-type]  # values of several fields
    assert content_hash(other) == content_hash(BASE)
    assert changes(BASE, other) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Head Gardener"),
        ("company", "Lindgren AB"),
        ("apply_url", "https://apply.example/1?gh_jid=2"),
        ("requisition_id", None),
        ("location_text", "Uppsala"),
        ("workplace_text", "Remote"),
        ("employment_text", None),
        ("salary_text", "SEK 31 000 a month"),
        ("salary", Salary(30000, 31000, "SEK", "month", source="stated")),
        ("description", "You look after nothing."),
        ("department", "Orchards"),
        ("team", None),
        ("valid_through", datetime(2026, 5, 2, tzinfo=UTC)),
        ("tags", ["plants"]),
    ],
)
def test_what_is_a_change(name: str, value: object) -> None:
    other = replace(BASE, **{name: value})  # type: ignore[arg-type]  # values of several fields
    assert content_hash(other) != content_hash(BASE)
    found = changes(BASE, other)
    assert found == {name: [getattr(BASE, name), value]}


def test_what_the_board_states_as_values_counts_where_it_gives_no_text() -> None:
    plain = JobPosting(
        board="b", external_id="1", title="Cook", workplace="onsite", employment_types=["FULL_TIME"]
    )
    assert content_hash(plain) != content_hash(replace(plain, workplace="remote"))
    assert content_hash(plain) != content_hash(replace(plain, employment_types=["PART_TIME"]))
    assert content_hash(plain) != content_hash(replace(plain, locations=[Location("Oslo")]))
    ours = replace(plain, derived=["workplace", "employment_types", "locations"])
    assert content_hash(ours) == content_hash(
        replace(ours, workplace="remote", employment_types=[], locations=[Location("Oslo")])
    )


def test_a_listing_row_changes_only_what_it_states() -> None:
    row = JobPosting(
        board=BASE.board, external_id="1", title="Head Gardener", company=BASE.company, skills=[]
    )
    assert is_partial(row)
    assert changes(BASE, row) == {"title": ["Gardener 1", "Head Gardener"]}
    whole = merged(BASE, row)
    assert whole == replace(BASE, title="Head Gardener")
    assert changes(BASE, replace(row, title=BASE.title)) == {}


def test_merging_keeps_track_of_whose_values_are_ours() -> None:
    old = replace(BASE, workplace="onsite", seniority="mid", derived=["seniority", "skills", "locations"])
    row = JobPosting(
        board="b",
        external_id="1",
        title="Cook",
        seniority="senior",
        workplace="remote",
        derived=["workplace"],
    )
    assert merged(old, row).derived == ["locations", "skills", "workplace"]


@given(st.text(), st.text(alphabet=" \t\r\n\u00a0\u200b\u2009\ufeff", max_size=5), st.integers(0, 50))
def test_white_space_anywhere_makes_no_difference(text: str, space: str, position: int) -> None:
    space = space.replace("\ufeff", "")
    spaced = text[:position] + space + text[position:]
    assert squeeze(spaced) == squeeze(text)


@given(st.text(max_size=200))
def test_squeezing_is_stable_and_never_fails(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once.decode()) == once


def test_hashes_that_are_stored_stay_what_they_are() -> None:
    assert content_hash(BASE).hex() == "549792d5c16a08c629c3bfd3a3aa10fd"
    places = [Location("Uppsala", city="Uppsala", country="SE", latitude=59.86)]
    stated = replace(BASE, location_text=None, locations=places, workplace_text=None, workplace="remote")
    assert content_hash(stated).hex() == "fac78aabc5aa98e625cbde4d4726230e"


def test_values_of_other_types_that_are_equal_are_told_apart() -> None:
    said = [content(replace(BASE, team=team))[list(GROUPS).index("team")] for team in (1, True, 1.0, "1")]  # type: ignore[arg-type]
    assert said == [b"1", b"True", b"1.0", b"1"]


def test_lone_surrogates_do_not_fail() -> None:
    assert squeeze("a\ud800b") == b"a?b"
    assert content_hash(replace(BASE, title="\udfff")) != content_hash(BASE)


def test_a_url_keeps_what_names_the_page() -> None:
    assert stable_url("https://a.example/viewjob?jk=1&from=serp&utm_campaign=x#frag") == (
        "https://a.example/viewjob?from=serp&jk=1"
    )
    assert stable_url("https://a.example/x?utm_source=1") == "https://a.example/x"
    assert stable_url("not a url ?") == "not a url "
    assert stable_url(None) is None


def test_dates_at_the_ends_of_time_do_not_fail() -> None:
    from datetime import timezone

    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    late = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))
    for moment in (early, late):
        assert content_hash(replace(BASE, valid_through=moment))


def test_what_was_read_in_a_description_outweighs_what_is_read_in_the_title_of_a_listing_row() -> None:
    old = replace(
        BASE, skills=["Python", "SQL"], language="de", quality=90, derived=["skills", "locations[0].city"]
    )
    row = replace(
        BASE,
        description=None,
        skills=["Python"],
        language="en",
        quality=60,
        locations=[Location("Uppsala", "Uppsala", country="SE")],
        derived=["skills", "language", "locations[0].country"],
    )
    both = merged(old, row)
    assert (both.skills, both.language, both.quality) == (["Python", "SQL"], "de", 90)
    assert both.derived == ["locations[0].country", "skills"]
    stated = merged(old, replace(row, skills=["Weeding"], derived=[]))
    assert stated.skills == ["Weeding"]
