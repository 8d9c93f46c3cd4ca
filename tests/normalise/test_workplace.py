from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.normalise.workplace import (
    derive_workplace,
    parse_workplace,
    placed_workplace,
    titled_workplace,
)

FIELDS = {
    "remote": [
        *(
            "TELECOMMUTE",
            "Remote",
            "REMOTE",
            "Fully remote",
            "FullyRemote",
            "fully_remote",
            "100% Remote",
            "Remote (US)",
        ),
        *(
            "LOCATION_TYPE_NAME_REMOTE",
            "Work from home",
            "WFH",
            "Home-based",
            "100% Homeoffice",
            "Home Office",
        ),
        *(
            "Télétravail total",
            "100% télétravail",
            "teletrabajo",
            "Solo teletrabajo",
            "Remoto",
            "100% remoto",
            "da remoto",
        ),
        *(
            "Praca zdalna",
            "zdalna",
            "volledig op afstand",
            "Distans",
            "Uzaktan",
            "удалённо",
            "フルリモート",
            "재택근무",
        ),
        *("Flexible / Remote", "Work from anywhere", "Telearbeit", "Fjernarbejde", "远程"),
    ],
    "hybrid": [
        *(
            "Hybrid",
            "HYBRID",
            "hybrid_remote",
            "Hybride",
            "Híbrido",
            "hybrydowa",
            "Hibrit",
            "Flex",
            "Remote or On-site",
        ),
        *(
            "Partially remote",
            "Télétravail partiel",
            "Télétravail ponctuel",
            "Homeoffice möglich",
            "Teilweise Home-Office",
        ),
        *(
            "50% remote",
            "2 Tage Homeoffice",
            "Telework eligible",
            "semipresencial",
            "Smart working",
            "ハイブリッド",
        ),
    ],
    "onsite": [
        *(
            "On-site",
            "OnSite",
            "ONSITE",
            "on_site",
            "In person",
            "In-office",
            "Office",
            "Office based",
            "Vor Ort",
            "presencial",
        ),
        *(
            "Sur site",
            "présentiel",
            "stacjonarna",
            "på plats",
            "in sede",
            "op locatie",
            "No remote",
            "Not remote",
        ),
        *("Pas de télétravail", "kein Homeoffice", "Remote: no", "Sin teletrabajo", "0% remote"),
    ],
    None: [
        *(
            "",
            " ",
            "unspecified",
            "Sin especificar",
            "none",
            "0",
            "1",
            "Temporarily remote",
            "On the road",
            "Full time",
        ),
        *("Berlin", "Officer", "Homeoffices-R-Us", "promote", "hybridization"),
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, kind) for kind, texts in FIELDS.items() for text in texts]
)
def test_fields_of_boards(text: str, expected: str | None) -> None:
    assert parse_workplace(text) == expected


def test_no_field_is_no_workplace() -> None:
    assert parse_workplace(None) is None


TITLES = {
    "remote": [
        *(
            "Senior Engineer (Remote)",
            "Remote Software Engineer",
            "Engineer, Remote",
            "Engineer - Remote - Germany",
        ),
        *(
            "Data Scientist [100% Remote]",
            "Sales Manager (m/w/d) - Home Office",
            "QA Tester | Remote | EU",
            "Editor Remote",
        ),
    ],
    "hybrid": ["Engineer - Hybrid", "Designer (Hybrid)", "Entwickler (m/w/d) (Homeoffice möglich)"],
    "onsite": ["Engineer (On-site)", "Nurse - Onsite"],
    None: [
        *(
            "Remote Sensing Scientist",
            "Hybrid Cloud Architect",
            "Remote Support Engineer",
            "Office Manager",
            "Head of Remote",
        ),
        *(
            "Front Office Manager",
            "Virtual Assistant",
            "Engineer",
            "",
            "Remote Pilot",
            "Flexible Worker",
            "Home Care Nurse",
        ),
    ],
}


@pytest.mark.parametrize(
    ("title", "expected"), [(text, kind) for kind, texts in TITLES.items() for text in texts]
)
def test_titles(title: str, expected: str | None) -> None:
    assert titled_workplace(title) == expected


PLACES = {
    "remote": [
        *(
            "Remote - US",
            "Remote (EU)",
            "London, Remote",
            "US-Remote",
            "Remote in Seattle, WA",
            "Anywhere",
            "Worldwide",
        ),
        *("Home office", "Toronto, Remote-Canada", "San Francisco or Remote", "Flexible / Remote"),
    ],
    "hybrid": ["Hybrid - London", "Paris (Hybride)", "Hybrid (UK)"],
    None: [
        "Berlin",
        "HQ - Torrance",
        "EMEA",
        "Office: Berlin",
        "Remoteville, TX",
        "3 Locations",
        "",
        "USA, CST (UTC-6)",
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, kind) for kind, texts in PLACES.items() for text in texts]
)
def test_location_fields(text: str, expected: str | None) -> None:
    assert placed_workplace(text) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"stated": "onsite"}, "onsite"),
        ({"workplace_text": "Hybrid"}, "hybrid"),
        ({"is_remote": True}, "remote"),
        ({"is_remote": False}, None),
        ({"stated": "onsite", "is_remote": True}, "onsite"),
        ({"stated": "onsite", "is_remote": True, "location_text": "Remote - US"}, "remote"),
        ({"stated": "onsite", "is_remote": True, "title": "Engineer (Remote)"}, "remote"),
        ({"stated": "onsite", "is_remote": True, "location_text": "Berlin"}, "onsite"),
        ({"stated": "remote", "is_remote": False}, "remote"),
        ({"stated": "remote", "is_remote": False, "title": "Engineer (On-site)"}, "onsite"),
        ({"stated": "hybrid", "is_remote": True}, "hybrid"),
        ({"stated": "hybrid", "is_remote": True, "title": "Engineer (Remote)"}, "hybrid"),
        ({"stated": "onsite", "location_text": "Remote - US"}, "onsite"),
        ({"stated": "onsite", "workplace_text": "Remote"}, "onsite"),
        ({"is_remote": True, "title": "Engineer (Hybrid)"}, "hybrid"),
        ({"is_remote": True, "location_text": "Hybrid - London"}, "hybrid"),
        ({"is_remote": False, "location_text": "Remote"}, "remote"),
        ({"is_remote": True, "description": "This role is on-site."}, "remote"),
        ({"title": "Engineer (Remote)", "description": "This is a hybrid role."}, "remote"),
        ({"description": "This is a fully remote position."}, "remote"),
        ({"is_remote": False, "description": "This is a hybrid role."}, "hybrid"),
    ],
)
def test_rule_for_contradictions(fields: dict[str, Any], expected: str | None) -> None:
    assert derive_workplace(**fields)[0] == expected


@pytest.mark.parametrize(
    ("fields", "countries"),
    [
        ({"location_text": "Remote - US"}, ["US"]),
        ({"location_text": "Remote (US, Canada or UK)"}, ["CA", "GB", "US"]),
        ({"is_remote": True, "location_text": "San Francisco, CA"}, ["US"]),
        ({"is_remote": True, "location_text": "Worldwide"}, []),
        ({"is_remote": True, "location_text": "Worldwide", "description": "You must be based in Spain."}, []),
        ({"is_remote": True, "title": "Engineer (Remote - Germany)"}, ["DE"]),
        ({"title": "Engineer (Remote, UK & Ireland)"}, ["GB", "IE"]),
        ({"is_remote": True, "description": "Candidates must be based in Spain or Portugal."}, ["ES", "PT"]),
        ({"is_remote": True, "location_text": "Remote", "description": "US only."}, ["US"]),
        ({"is_remote": True}, []),
        ({"stated": "hybrid", "location_text": "Berlin, Germany"}, []),
        ({"stated": "onsite", "location_text": "Remote - US"}, []),
    ],
)
def test_countries_are_given_for_remote_jobs_only(fields: dict[str, Any], countries: list[str]) -> None:
    assert derive_workplace(**fields)[1] == countries


@given(
    text=st.text(max_size=300),
    title=st.text(max_size=100),
    description=st.text(max_size=600),
    is_remote=st.sampled_from([None, True, False]),
)
@settings(deadline=None)
def test_any_text_gives_a_workplace_or_none(
    text: str, title: str, description: str, is_remote: bool | None
) -> None:
    kinds = {None, "onsite", "hybrid", "remote"}
    assert parse_workplace(text) in kinds
    workplace, countries = derive_workplace(
        is_remote=is_remote, workplace_text=text, title=title, location_text=text, description=description
    )
    assert workplace in kinds
    assert workplace == "remote" or countries == []
