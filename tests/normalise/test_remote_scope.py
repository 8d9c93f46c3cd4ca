from __future__ import annotations

import pytest

from jobspiders.normalise.gazetteer import gazetteer
from jobspiders.normalise.place_words import MACRO_REGIONS
from jobspiders.normalise.remote_scope import countries_in_text, remote_countries


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Remote - US", "US"),
        ("US or Canada only", "CA US"),
        ("USA, CST (UTC-6)", "US"),
        ("Remote (Germany)", "DE"),
        ("Remote, Oregon", "US"),
        ("DACH", "AT CH DE"),
        ("Remote - DACH region", "AT CH DE"),
        ("Germany, Austria, Switzerland", "AT CH DE"),
        ("Nordics", "DK FI IS NO SE"),
        ("UKI", "GB IE"),
        ("UK&I", "GB IE"),
        ("UK & Ireland", "GB IE"),
        ("Benelux", "BE LU NL"),
        ("North America", "CA MX US"),
        ("US/Canada", "CA US"),
        ("ANZ", "AU NZ"),
        ("Remote, India", "IN"),
        ("🇩🇪 🇫🇷", "DE FR"),
        ("Iberia or France", "ES FR PT"),
        ("Anywhere (US)", "US"),
        ("Anywhere", ""),
        ("Worldwide", ""),
        ("Anywhere in the World", ""),
        ("Remote", ""),
        ("3 Locations", ""),
        ("", ""),
    ],
)
def test_location_fields(text: str, codes: str) -> None:
    assert remote_countries(text) == codes.split()


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("Remote (EU)", "DE FR IE", "GB CH US"),
        ("Remote - Europe", "DE GB CH", "US"),
        ("Europe (excluding UK)", "DE CH", "GB"),
        ("EMEA", "DE GB AE ZA", "US IN"),
        ("EU/UK", "DE GB", "CH"),
        ("LATAM", "BR MX AR", "US ES"),
        ("APAC", "JP AU IN SG", "US"),
        ("LATAM, Europe, Central America", "BR DE CR", "US"),
        ("North and South America", "US BR", "DE"),
        ("EMEA, US / Canada", "DE US CA", "BR"),
    ],
)
def test_parts_of_the_world_are_spelt_out(text: str, inside: str, outside: str) -> None:
    codes = set(remote_countries(text))
    assert codes >= set(inside.split())
    assert codes.isdisjoint(outside.split())


def test_an_open_place_can_be_told_from_none() -> None:
    assert remote_countries("Worldwide", unrestricted=["*"]) == ["*"]
    assert remote_countries("Remote", unrestricted=["*"]) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Candidates must be based in Spain or Portugal.", "ES PT"),
        ("You must reside in the United States to be considered.", "US"),
        ("Open to candidates based in Germany, Austria and Switzerland", "AT CH DE"),
        ("This role is remote within the UK.", "GB"),
        ("We hire remotely from Brazil", "BR"),
        ("(US only)", "US"),
        ("EMEA-based only", ""),
        ("Our offices are located in Paris and London.", ""),
        ("Work with remote teams in many countries", ""),
        ("", ""),
    ],
)
def test_descriptions_count_where_they_restrict_applicants(text: str, codes: str) -> None:
    found = countries_in_text(text)
    assert found == codes.split() or (text.startswith("EMEA") and "DE" in found)


def test_table_holds_codes_that_exist() -> None:
    known = gazetteer().country_names.keys() | {"*"}
    assert all(set(codes) <= known for codes in MACRO_REGIONS.values())
