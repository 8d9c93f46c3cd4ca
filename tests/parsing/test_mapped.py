"""Records read by maps of fields, and the parts that maps are made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Location, Salary
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

PATHS = {
    "external_id": "id",
    "title": "name|title",
    "workplace": "kind",
    "language": "language.code",
    "tags": "tags|level",
    "salary.min": "pay.from",
    "salary.max": "pay.to",
    "salary.currency": "pay.currency",
    "salary.unit": "pay.per",
}
PLACE = {
    "city": "city",
    "region": "state",
    "country": "country",
    "country_code": "code",
    "name": "name",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_a_map_fills_texts_values_and_pay() -> None:
    posting = mapped_posting(
        Record(
            {
                "id": 7,
                "title": " Baker ",
                "kind": "On-Site",
                "language": {"code": "de-AT"},
                "tags": ["bread", "night"],
                "level": "senior",
                "pay": {"from": "20", "to": 25, "currency": "eur", "per": "hourly"},
            }
        ),
        PATHS,
    )
    assert (posting.external_id, posting.title, posting.workplace, posting.language) == (
        "7",
        "Baker",
        "onsite",
        "de",
    )
    assert posting.tags == ["bread", "night", "senior"]
    assert posting.salary == Salary(20, 25, "EUR", "hour", source="stated")


@given(st.dictionaries(st.sampled_from(["id", "name", "kind", "language", "tags", "pay"]), json_values))
def test_any_record_can_be_read(record: dict[str, Any]) -> None:
    mapped_posting(Record(record), PATHS)
    place_in(Record(record), PLACE)


@pytest.mark.parametrize(
    ("low", "high", "period", "expected"),
    [
        (0, 0, "year", None),
        (None, None, "year", None),
        (50, None, "1 HOUR", Salary(50, 50, "USD", "hour", source="stated")),
        (90, 70, "year", Salary(70, 90, "USD", "year", source="stated")),
        (1000, 1200, "bi-week-salary", Salary(500, 600, "USD", "week", source="stated")),
        (10, 20, "one-time", Salary(10, 20, "USD", None, source="stated")),
    ],
)
def test_stated_pay(low: float | None, high: float | None, period: str, expected: Salary | None) -> None:
    assert stated_pay(low, high, "USD", period) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (
            {"city": "Ghent", "state": "East Flanders", "country": "Belgium", "code": "be"},
            Location("Ghent, East Flanders, Belgium", "Ghent", "East Flanders", "BE"),
        ),
        ({"city": "", "country": "nl"}, Location("nl", country="NL")),
        ({"city": "xxxx", "name": "Head office"}, Location("Head office")),
        ({"city": None}, None),
    ],
)
def test_places_of_parts(record: dict[str, Any], expected: Location | None) -> None:
    assert place_in(Record(record), PLACE) == expected


def test_written_places_lose_their_empty_parts() -> None:
    place = place_in(Record({"full": "Warsaw, , Poland"}), {"text": "full"})
    assert place == Location("Warsaw, Poland")


def test_places_are_told_once_and_in_order() -> None:
    places = distinct([Location("Ghent", country="BE"), None, Location("Delft"), Location("Ghent")])
    assert places == [Location("Ghent", country="BE"), Location("Delft")]
    assert places_text(places) == "Ghent; Delft"


def test_sections_without_text_have_no_heading() -> None:
    assert sections(("Pay & more", "<p>a</p>"), ("None", None), (None, "<p>b</p>")) == (
        "<h3>Pay &amp; more</h3><p>a</p>\n<p>b</p>"
    )
    assert sections(("None", "")) is None
