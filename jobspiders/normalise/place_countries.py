"""Countries of which a location field says something."""

from __future__ import annotations

from .gazetteer import ALTERNATE, gazetteer
from .place_reading import ALSO_WRITTEN, CODED, Reading
from .place_segments import Segment

#: A city of this size may be meant rather than a region of the same name in another country.
_CITY_ELSEWHERE = 50_000


def stated_countries(group: list[Segment]) -> set[str]:
    """Countries that a group names outright."""
    return {
        country
        for reading in (segment.reading for segment in group)
        for country in (
            *(area.country for area in reading.areas if area.telling and len(reading.areas) == 1),
            *((reading.code_country,) if len(reading.code) == 3 and reading.code_country else ()),
        )
    }


def candidate_countries(readings: list[Reading], hint: str) -> list[str]:
    """Countries for which something is written in the text."""
    found: dict[str, None] = {}
    for reading in readings:
        if reading.noise:
            continue
        for area in reading.areas:
            if area.telling or area.country == hint:
                found[area.country] = None
        if reading.code_country:
            found[reading.code_country] = None
        if reading.code in ALSO_WRITTEN:
            found[ALSO_WRITTEN[reading.code]] = None
        found.update((state[:2], None) for state in reading.states)
    if hint and len(readings) > 1 and gazetteer().region_of_code(hint, readings[0].code):
        found[hint] = None
    if len(readings) > 1 and any(len(reading.code) == 2 for reading in readings):
        found.update((country, None) for country in _provincial(readings))
    return list(found)


def rather_city_elsewhere(country: str, placed: list[Reading]) -> bool:
    """Whether all that is written is a region's name that is also that of a city abroad: "Münster"."""
    if (
        len(placed) != 1
        or country in CODED
        or not any(area.region and area.country == country for area in placed[0].areas)
    ):
        return False
    return any(
        city.country != country and city.population >= _CITY_ELSEWHERE and city.kind != ALTERNATE
        for city in placed[0].cities
    )


def _provincial(readings: list[Reading]) -> set[str]:
    """Countries where one segment is a city and another the code of the region it lies in: "Torino, TO"."""
    places = gazetteer()
    return {
        city.country
        for reading in readings
        if len(reading.code) == 2
        for other in readings
        if other is not reading and all(city.country != reading.code_country for city in other.cities)
        for city in other.cities
        if city.region and places.region_of_code(city.country, reading.code) == city.region
    }
