from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import EMPLOYMENT_TYPES
from jobspiders.normalise.employment import parse_employment_types

FULL, PART, CONTRACT, TEMPORARY = "FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY"

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("FULLTIME", [FULL]),
        ("FullTime", [FULL]),
        ("FULL_TIME", [FULL]),
        ("full_time", [FULL]),
        ("Full-time: Remote", [FULL]),
        ("Regular Full Time (Salary)", [FULL]),
        ("1-Full-Time", [FULL]),
        ("Full-time, Contract", [FULL, CONTRACT]),
        ("FULL_TIME,PART_TIME", [FULL, PART]),
        ("fulltime_fixed_term", [FULL, TEMPORARY]),
        ("fulltime_permanent", [FULL]),
        ("Permanent, Full-time", [FULL]),
        ("PartTime", [PART]),
        ("CONTRACTOR", [CONTRACT]),
        ("contract_to_hire", [CONTRACT]),
        ("Contract (6 months)", [CONTRACT]),
        ("Permanent / Contract", [CONTRACT]),
        ("freelance", [CONTRACT]),
        ("B2B", [CONTRACT]),
        ("Temporary", [TEMPORARY]),
        ("Fixed Term Contract", [TEMPORARY]),
        ("Seasonal", [TEMPORARY]),
        ("INTERN", ["INTERN"]),
        ("Internship", ["INTERN"]),
        ("Apprenticeship", ["INTERN"]),
        ("Volunteer", ["VOLUNTEER"]),
        ("per-diem", ["PER_DIEM"]),
        ("PerDiem", ["PER_DIEM"]),
        ("PRN", ["PER_DIEM"]),
        ("OTHER", ["OTHER"]),
    ],
)
def test_shapes_of_boards(text: str, types: list[str]) -> None:
    assert parse_employment_types(text) == types


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Vollzeit", [FULL]),
        ("Festanstellung, Vollzeit", [FULL]),
        ("Voll- oder Teilzeit", [FULL, PART]),
        ("Vollzeit/Teilzeit", [FULL, PART]),
        ("Pensum 80-100%", [FULL, PART]),
        ("Werkstudent", [PART]),
        ("Teilzeit (befristet)", [PART, TEMPORARY]),
        ("Praktikum", ["INTERN"]),
        ("Ausbildung", ["INTERN"]),
        ("freiberuflich", [CONTRACT]),
        ("CDI - Temps plein", [FULL]),
        ("CDD", [TEMPORARY]),
        ("Intérim", [TEMPORARY]),
        ("stage", ["INTERN"]),
        ("Alternance", ["INTERN"]),
        ("Contrat à durée déterminée", [TEMPORARY]),
        ("jornada completa", [FULL]),
        ("Media jornada", [PART]),
        ("Prácticas", ["INTERN"]),
        ("Período integral", [FULL]),
        ("Tempo pieno", [FULL]),
        ("tempo indeterminato", []),
        ("tempo determinato", [TEMPORARY]),
        ("Pełny etat", [FULL]),
        ("umowa zlecenie", [CONTRACT]),
        ("Heltid", [FULL]),
        ("полная занятость", [FULL]),
        ("正社員", [FULL]),
        ("兼职", [PART]),
    ],
)
def test_languages(text: str, types: list[str]) -> None:
    assert parse_employment_types(text) == types


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Permanent",
        "CDI",
        "Festanstellung",
        "unbefristet",
        "indefinido",
        "Regular",
        "Permanent contract",
        "Talent Program",
        "100% remote",
        "Internal",
        "not_applicable",
    ],
)
def test_how_long_a_contract_lasts_is_no_type(text: str | None) -> None:
    assert parse_employment_types(text) == []


@given(TEXT)
def test_any_text_gives_known_types_each_once(text: str) -> None:
    types = parse_employment_types(text)
    assert len(types) == len(set(types))
    assert set(types) <= set(EMPLOYMENT_TYPES)
