from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.parsing.job_posting import posting_from_jsonld, salary_from_jsonld
from jobspiders.parsing.record import Record

URL = "https://example.com/jobs/7"


def read(**fields: Any) -> JobPosting:
    return posting_from_jsonld(Record({"@type": "JobPosting", "title": "Crane Operator", **fields}), URL)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            {"currency": "EUR", "value": {"minValue": 40, "maxValue": 50, "unitText": "HOUR"}},
            Salary(40, 50, "EUR", "hour", source="stated"),
        ),
        (
            {"currency": "usd", "value": {"value": "52000", "unitText": "YEAR"}},
            Salary(52000, 52000, "USD", "year", source="stated"),
        ),
        ({"currency": "USD", "value": 52000}, Salary(52000, 52000, "USD", source="stated")),
        (
            {"currency": "GBP", "minValue": 3, "maxValue": 2, "unitText": "day"},
            Salary(2, 3, "GBP", "day", source="stated"),
        ),
        (
            [{"currency": "USD", "value": {"maxValue": 9, "unitText": "FORTNIGHT"}}],
            Salary(9, 9, "USD", source="stated"),
        ),
        (52000, Salary(52000, 52000, source="stated")),
        ("$52,000 a year", None),
        ({"value": {"minValue": 0, "maxValue": 0}}, None),
        (None, None),
    ],
)
def test_base_salary_in_every_shape(base: Any, expected: Salary | None) -> None:
    assert salary_from_jsonld(Record({"baseSalary": base})) == expected


def test_an_estimate_is_kept_apart() -> None:
    salary = salary_from_jsonld(
        Record({"estimatedSalary": [{"currency": "USD", "value": {"minValue": 1, "maxValue": 2}}]})
    )
    assert salary == Salary(1, 2, "USD", source="estimated")


def test_salary_text_is_kept_as_text() -> None:
    assert read(baseSalary="$52,000 a year").salary_text == "$52,000 a year"


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
    assert posting.remote_countries == ["US"]
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
