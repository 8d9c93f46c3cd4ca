from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Location
from jobspiders.matching.place import Nearness, Place, nearness, pack_places, read_places, unpack_places


def packed(*places: tuple[str, str, str]) -> str:
    return pack_places([Place(*place) for place in places])


LEEDS, BATH = ("leeds", "england", "gb"), ("bath", "england", "gb")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (packed(LEEDS), packed(LEEDS), Nearness.SAME),
        (packed(LEEDS), packed(("leeds", "", "")), Nearness.SAME),
        (packed(LEEDS), packed(BATH), Nearness.OTHER),
        (packed(LEEDS), packed(BATH, LEEDS), Nearness.SAME),
        (packed(LEEDS), packed(("", "", "gb")), Nearness.WITHIN),
        (packed(LEEDS), packed(("", "england", "gb")), Nearness.WITHIN),
        (packed(LEEDS), packed(("", "", "de")), Nearness.OTHER),
        (packed(LEEDS), "", Nearness.UNKNOWN),
        ("", "", Nearness.UNKNOWN),
        (packed(("springfield", "ohio", "us")), packed(("springfield", "oregon", "us")), Nearness.OTHER),
        (packed(("springfield", "oh", "us")), packed(("springfield", "ohio", "us")), Nearness.SAME),
        (packed(("frankfurt", "", "de")), packed(("frankfurt am main", "hesse", "de")), Nearness.SAME),
        (packed(("york", "", "gb")), packed(("new york", "", "us")), Nearness.OTHER),
        (packed(("dublin", "", "ie?")), packed(("dublin", "california", "us")), Nearness.SAME),
        (packed(("", "victoria", "au?")), packed(("victoria", "british columbia", "ca")), Nearness.SAME),
        (packed(("dublin", "", "ie?")), packed(("", "", "us")), Nearness.UNKNOWN),
        (packed(("europe", "", "")), packed(("asia", "", "")), Nearness.OTHER),
    ],
)
def test_how_places_stand_to_each_other(first: str, second: str, expected: Nearness) -> None:
    assert nearness(first, second) is expected
    assert nearness(second, first) is expected


def test_normalised_places_come_before_the_text() -> None:
    location = Location("Leeds, United Kingdom", "Leeds", "England", "GB")
    assert read_places([location], "anything") == (Place(*LEEDS),)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Leeds, UK", ["leeds"]),
        ("Greater Leeds Area", ["leeds"]),
        ("Leeds; Bath", ["leeds", "bath"]),
        ("Leeds or Bath", ["leeds", "bath"]),
        ("Remote", []),
        ("Hybrid - Leeds (2)", ["leeds"]),
        ("Zürich", ["zurich"]),
    ],
)
def test_unread_texts_give_their_leading_names(text: str, names: list[str]) -> None:
    assert [place.city for place in read_places([], text)] == names


def test_the_country_of_a_bare_city_is_only_a_guess() -> None:
    guessed = read_places([Location("Cambridge", "Cambridge", "England", "GB")], "Cambridge")
    said = read_places([Location("Cambridge, MA", "Cambridge", "Massachusetts", "US")], "Cambridge, MA")
    assert nearness(pack_places(guessed), pack_places(said)) is Nearness.SAME


names = st.sampled_from(["", "leeds", "bath", "new york", "york", "england"])
places = st.lists(st.builds(Place, names, names, st.sampled_from(["", "gb", "us", "gb?"])), max_size=4)


@given(places)
def test_packing_loses_nothing(some: list[Place]) -> None:
    kept = [place for place in some if any(place)]
    assert list(unpack_places(pack_places(kept))) == kept


@given(places, places)
def test_nearness_is_symmetric(first: list[Place], second: list[Place]) -> None:
    one, two = (pack_places([p for p in some if any(p)]) for some in (first, second))
    assert nearness(one, two) is nearness(two, one)
