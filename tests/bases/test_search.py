from __future__ import annotations

from typing import Any

import pytest

from jobspiders.bases.search import SearchSpider


class HarbourSpider(SearchSpider):
    name = "harbour"


def spider(**given: Any) -> HarbourSpider:
    return HarbourSpider(query="crane", **given)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, None),
        ({"location": "Rotterdam"}, "Rotterdam"),
        ({"country": "NL"}, "Netherlands"),
        ({"location": "Hamburg", "country": "DE"}, "Hamburg, Germany"),
        ({"location": "Taipei", "country": "TW"}, "Taipei, Taiwan"),
    ],
)
def test_place_joins_location_and_country(given: dict[str, Any], place: str | None) -> None:
    assert spider(**given).place() == place


def test_radius_is_at_least_a_mile() -> None:
    assert spider().miles() is None
    assert spider(radius_km="1").miles() == 1
    assert spider(radius_km="40").miles() == 25


def test_age_is_rounded_up_to_days() -> None:
    assert spider().arguments.days() is None
    assert [spider(posted_within_hours=hours).arguments.days() for hours in (1, 24, 25)] == [1, 1, 2]
