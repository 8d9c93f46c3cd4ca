"""No text makes the reading of places raise or hang, and what it gives out exists and stands in the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobspiders.items import Location
from jobspiders.normalise.gazetteer import gazetteer
from jobspiders.normalise.location import LONGEST, LONGEST_LIST, parse_location, parse_locations
from jobspiders.normalise.remote_scope import remote_countries

PIECES = st.sampled_from(
    [
        *(
            "Berlin",
            "San Jose",
            "London",
            "CA",
            "US",
            "IN",
            "Georgia",
            "New York",
            "Remote",
            "Hybrid",
            "DE",
            "10115",
        ),
        *(
            "Germany",
            "EU",
            "東京",
            "Köln",
            "HQ",
            "+3 more",
            "(Oder)",
            "🇩🇪",
            "NYC",
            "Any city",
            "Cedex",
            "Greater",
            "USA",
        ),
        *(", ", "; ", " - ", "-", " / ", " or ", " & ", " | ", "(", ")", "\n", " ", ".", "’", "..", "·"),
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map("".join))
HINTS = st.one_of(st.none(), st.sampled_from(["US", "DE", "FR", "IN", "xx", ""]), st.text(max_size=3))


@given(text=TEXTS, hint=HINTS)
@settings(deadline=None)
@example(text="-", hint=None)
@example(text="’’, ''", hint="US")
@example(text="St.", hint=None)
def test_any_text_gives_places_that_exist(text: str, hint: str | None) -> None:
    places = gazetteer()
    first, several = parse_location(text, country=hint), parse_locations(text, country=hint)
    for place in (first, *several):
        assert place.country is None or place.country in places.country_names
        assert place.region is None or place.region in places.region_names.values()
        assert (place.latitude is None) == (place.longitude is None)
        assert place.latitude is None or (
            -90 <= place.latitude <= 90 and -180 <= (place.longitude or 0) <= 180
        )
        assert place.latitude is None or place.city
        assert place.region is None or place.country
    assert all(place.city or place.region or place.country for place in several)
    if several and len(text) <= LONGEST:
        assert (first.city, first.region, first.country) == (
            several[0].city,
            several[0].region,
            several[0].country,
        )


@given(text=TEXTS)
@settings(deadline=None)
def test_any_text_gives_countries_that_exist(text: str) -> None:
    codes = remote_countries(text)
    assert set(codes) <= gazetteer().country_names.keys()
    assert codes == sorted(set(codes))


@pytest.mark.parametrize(
    "unit", ["a", "Berlin, ", "- ", "(", "1", "東", " ", "San ", "&amp;", "<b", "🇩🇪", "US-", "or "]
)
def test_of_a_million_characters_only_a_field_is_looked_at(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert _values(parse_location(text)) == _values(parse_location(text[:LONGEST]))
    assert list(map(_values, parse_locations(text))) == list(
        map(_values, parse_locations(text[:LONGEST_LIST]))
    )
    assert remote_countries(text) == remote_countries(text[:LONGEST])


def _values(place: Location) -> tuple[str | None, str | None, str | None]:
    return place.city, place.region, place.country
