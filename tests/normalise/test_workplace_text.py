from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.normalise.workplace_text import described_workplace

STATEMENTS = {
    "remote": [
        "This is a fully remote position.",
        "The role is 100% remote.",
        "this is a remote role and you report to the lead",
        "This position can be performed remotely.",
        "We offer a permanent, fully remote position in a small team.",
        "Location: Remote (US)",
        "Work location: Remote",
        "Work from anywhere!",
        "You will work fully remotely.",
        "Arbeite zu 100% remote.",
        "100 % Homeoffice",
        "100% télétravail possible",
        "Modalidad: remoto",
        "Vaga 100% remota",
        "Teletrabajo 100%",
        "Praca zdalna",
    ],
    "hybrid": [
        "Hybrid: 3 days a week in our Berlin office",
        "This is a hybrid role based in London.",
        "You will be in the office 3 days a week.",
        "three days per week in the Example City office",
        "We work on-site 2 days a week.",
        "2 Tage Homeoffice pro Woche",
        "3 jours de télétravail par semaine",
        "modalidad híbrida",
        "2 días de teletrabajo",
        "Ofrecemos un modelo híbrido",
        "praca hybrydowa",
        "PRACA HYBRYDOWA W WARSZAWIE",
        "Our hybrid working model suits you",
    ],
    "onsite": [
        "This role is on-site in Austin.",
        "You will be required to be in office 5 days/week.",
        "This is an in-person role.",
        "This position is not remote.",
        "This is not a remote or hybrid position and requires relocation.",
        "5 days a week in our office",
        "Remote work is not available for this role.",
        "Work Location: In person",
        "100% presencial",
    ],
    None: [
        "You will lead remote teams.",
        "managing fully remote teams",
        "Experience in remote sensing",
        "remote support for customers on site",
        "We have a hybrid cloud environment and build hybrid vehicles.",
        "ability to work remotely when needed",
        "no remote",
        "remote work stipend",
        "10 days in the office per year",
        "Work from anywhere for 4 weeks a year",
        "This role is not a fully remote position.",
        "We post on remote job boards.",
        "Our office is in the centre of the town.",
        "Unless approved for full remote work, come to us.",
        "This is a fully remote position. This is a hybrid role.",
        "",
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"), [(text, kind) for kind, texts in STATEMENTS.items() for text in texts]
)
def test_only_statements_on_the_job_count(text: str, expected: str | None) -> None:
    assert described_workplace(text) == expected
    filler = "We build software for laboratories and hospitals. " * 20
    assert described_workplace(filler + text + " " + filler) == expected


def test_no_description_states_nothing() -> None:
    assert described_workplace(None) is None


WORDS = [
    "remote",
    "hybrid",
    "this role is ",
    "3 days",
    " in the office ",
    "on-site",
    "not a ",
    "\n",
    ".",
    "télétravail",
    "100% ",
]


@given(text=st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map("".join)))
@settings(deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert described_workplace(text) in {None, "onsite", "hybrid", "remote"}


@pytest.mark.parametrize(
    "unit", ["remote ", "hybrid ", "office day ", "this role is ", "in the office 3 ", "a", "3 days "]
)
def test_long_repetitions_are_read(unit: str) -> None:
    assert described_workplace(unit * (1_000_000 // len(unit))) in {None, "onsite", "hybrid", "remote"}
