from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Experience, JobPosting, Location
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.record import Record

URL = "https://example.com/jobs/7"


def read(**fields: Any) -> JobPosting:
    return posting_from_jsonld(Record({"@type": "JobPosting", "title": "Crane Operator", **fields}), URL)


def test_several_places_with_and_without_country_codes() -> None:
    posting = read(
        jobLocation=[
            {
                "address": {"addressLocality": "Hull", "addressRegion": "Yorkshire", "addressCountry": "GB"},
                "geo": {"latitude": 53.7},
            },
            {"address": {"addressLocality": "Bonn", "addressCountry": {"name": "Germany"}}},
            {"address": "Quay 3, Riga"},
            "Oslo",
            {"address": {"addressLocality": "Anywhere", "addressCountry": "Anywhere"}},
            None,
        ]
    )
    assert posting.locations == [
        Location("Hull, Yorkshire, GB", "Hull", "Yorkshire", "GB", 53.7),
        Location("Bonn, Germany", "Bonn"),
        Location("Quay 3, Riga"),
        Location("Oslo"),
    ]
    assert posting.location_text == "Hull, Yorkshire, GB; Bonn, Germany; Quay 3, Riga; Oslo"


def test_places_with_one_address_and_names_of_their_own_are_told_by_these() -> None:
    address = {"addressLocality": "Hull", "addressCountry": "GB"}
    places = [{"name": "Hull, UK", "address": address}, {"name": "Bonn, Germany", "address": address}]
    assert read(jobLocation=places).locations == [Location("Hull, UK"), Location("Bonn, Germany")]
    assert read(jobLocation=[places[0], places[0]]).locations == [Location("Hull, GB", "Hull", None, "GB")]


def test_places_that_come_in_lists() -> None:
    posting = read(
        jobLocation=[
            {"address": [{"addressLocality": ["Pune"], "addressRegion": "", "addressCountry": ["IN"]}]},
            {
                "address": {
                    "addressLocality": ["Hull", "Goole"],
                    "addressRegion": "N/A",
                    "addressCountry": "GB",
                }
            },
        ]
    )
    assert posting.locations == [
        Location("Pune, IN", "Pune", None, "IN"),
        Location("Hull, Goole, GB", None, None, "GB"),
    ]


def test_telecommute_and_where_applicants_may_be() -> None:
    posting = read(
        jobLocationType="TELECOMMUTE", applicantLocationRequirements=[{"name": "US"}, {"name": "Canada"}]
    )
    assert posting.workplace == "remote"
    assert posting.remote_countries == ["US", "CA"]
    assert posting.location_text == "US, Canada"
    assert read(jobLocationType=None).workplace is None


@pytest.mark.parametrize(
    ("organization", "name"),
    [
        ({"name": "Dock &amp; Sons", "sameAs": ""}, "Dock & Sons"),
        ("Acme", "Acme"),
        ([{"name": "Acme"}], "Acme"),
        (7, None),
    ],
)
def test_the_organisation_in_every_shape(organization: Any, name: str | None) -> None:
    assert read(hiringOrganization=organization).company == name


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ({"@type": "PropertyValue", "name": "Acme", "value": "R-7"}, "R-7"),
        (4711, "4711"),
        ("x", "x"),
        ({"name": "Acme"}, ""),
        (None, ""),
    ],
)
def test_the_identifier_is_never_the_company(identifier: Any, expected: str) -> None:
    assert read(identifier=identifier).external_id == expected


def test_escaped_descriptions_are_unescaped_once() -> None:
    assert read(description="&lt;p&gt;R&amp;amp;D&lt;/p&gt;").description_html == "<p>R&amp;D</p>"
    assert read(description="<p>&lt;b&gt;</p>").description_html == "<p>&lt;b&gt;</p>"


def test_a_relative_url_does_not_replace_the_pages_own() -> None:
    assert read(url="/jobs/7").url == URL
    assert read(url="https://example.com/j/7").url == "https://example.com/j/7"


@pytest.mark.parametrize(
    ("given_fields", "url"),
    [
        ({"mainEntityOfPage": {"@id": "https://example.com/j/8"}}, "https://example.com/j/8"),
        ({"@id": "https://example.com/j/9"}, "https://example.com/j/9"),
        ({"@id": "https://example.com/#posting"}, URL),
        ({"@id": "#posting", "mainEntityOfPage": True}, URL),
        ({"url": "https://example.com/"}, URL),
        ({"url": "https://example.com/?job=7"}, "https://example.com/?job=7"),
        ({"url": "mailto:jobs@example.com"}, URL),
        ({"url": "http://[odd"}, URL),
    ],
)
def test_the_address_is_the_postings_own_or_the_pages(given_fields: dict[str, Any], url: str) -> None:
    assert read(**given_fields).url == url


@pytest.mark.parametrize(
    ("kind", "workplace"),
    [
        ("TELECOMMUTE", "remote"),
        (["TELECOMMUTE"], "remote"),
        ("Hybrid", "hybrid"),
        ("ON_SITE", "onsite"),
        ("odd", None),
    ],
)
def test_the_kind_of_workplace(kind: Any, workplace: str | None) -> None:
    assert read(jobLocationType=kind).workplace == workplace


def test_what_stands_beside_the_description_is_part_of_it() -> None:
    posting = read(
        description="<p>You steer cranes.</p><p>Two years on cranes.</p>",
        responsibilities=["Steer", "Oil &lt;b&gt;"],
        qualifications="Two years on  cranes.",
        educationRequirements={"credentialCategory": "bachelor degree"},
        experienceRequirements={"monthsOfExperience": "30", "description": "On ships, too"},
        jobBenefits=7,
    )
    assert posting.description_html == (
        "<p>You steer cranes.</p><p>Two years on cranes.</p>\n"
        "<h3>Responsibilities</h3>Steer<br>Oil <b>\n"
        "<h3>Experience</h3>On ships, too\n"
        "<h3>Benefits</h3>7"
    )
    assert posting.education == "bachelor"
    assert posting.experience == Experience(min=2)
    assert read(experienceRequirements="none").experience is None


def test_employment_types_that_are_schema_orgs_are_values() -> None:
    posting = read(employmentType=["full_time", "Freelance"])
    assert posting.employment_types == ["FULL_TIME"]
    assert posting.employment_text == "full_time, Freelance"


KEYS = [
    "title",
    "baseSalary",
    "jobLocation",
    "hiringOrganization",
    "identifier",
    "employmentType",
    "description",
    "url",
]
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "value", "address", "minValue", "currency"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS), odd))
def test_no_shape_raises(data: dict[str, Any]) -> None:
    assert isinstance(posting_from_jsonld(Record(data), URL), JobPosting)


def test_texts_in_pieces_and_in_several_languages() -> None:
    posting = read(title=["Crane Operator"], description=["<p>Lift.</p>", "<p>Lower.</p>"])
    assert (posting.title, posting.description_html) == ("Crane Operator", "<p>Lift.</p><br><p>Lower.</p>")
    assert read(title={"en": "Rigger", "de": "Anschläger"}).title == "Rigger"
