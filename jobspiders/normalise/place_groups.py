"""Which segments of a location field belong to one place."""

from __future__ import annotations

from collections.abc import Set

from .gazetteer import City, gazetteer
from .place_reading import LARGE_CITY, Reading
from .place_segments import COMMA, DASH, PAREN, PIPE, STRONG, TIGHT, Segment

#: Further segments of one place add nothing to it.
_MOST_SEGMENTS = 10
#: Places smaller than this are rather a part of the next than in a list with it.
_TOWN = 50_000
#: Degrees within which one place is taken for a part of another.
_NEAR = 0.5
#: A city of more than this share of the one beside it is rather a second one than a part of it.
_PART = 2.5
#: A city so many times larger than its namesake in a country is not that one, where the country is written before
#: and where it is written after the name.
_DWARFED, _DWARFED_BEFORE_COUNTRY = 60, 500
#: Codes of states that also stand for their city in lists.
_CITY_CODES = {"NY", "DC", "LA"}
#: Territories with a code of their own, and the state that is often written with them.
PARENTS = {
    **dict.fromkeys(("HK", "MO", "TW"), "CN"),
    **dict.fromkeys(("PR", "GU", "VI", "AS", "MP"), "US"),
    **dict.fromkeys(("JE", "GG", "IM", "GI", "BM", "KY"), "GB"),
    **dict.fromkeys(("RE", "GP", "MQ", "GF", "NC", "PF", "YT"), "FR"),
    **dict.fromkeys(("AW", "CW", "SX"), "NL"),
    **dict.fromkeys(("FO", "GL"), "DK"),
    "AX": "FI",
}


def places_apart(found: list[Segment]) -> list[list[Segment]]:
    """The segments of a field, those of one place together."""
    groups: list[list[Segment]] = []
    for segment in found:
        if segment.reading.postal and not segment.reading.code:
            continue
        if groups and not _begins_place(groups[-1], segment):
            if len(groups[-1]) < _MOST_SEGMENTS:
                groups[-1].append(segment)
        else:
            groups.append([segment])
    return [part for group in groups for part in _main_parts(group)]


def _begins_place(group: list[Segment], segment: Segment) -> bool:
    separator, reading = segment.separator, segment.reading
    if reading.noise and separator not in (STRONG, PIPE):
        return False
    placed = [other.reading for other in group if not other.reading.noise]
    cities = [other for other in placed if other.cities and not other.countries]
    areas = [other for other in placed if other.area]
    if separator == COMMA and segment.compound and cities and areas:
        return True
    if separator in (STRONG, PIPE):
        return not _continues(placed, cities, areas, reading, separator)
    if not placed or separator in (TIGHT, PAREN):
        return False
    if separator != COMMA:
        return reading.only_area and _other_country(placed, areas, reading)
    if reading.countries:
        if areas or reading.only_area:
            return _other_country(placed, areas, reading)
        return bool(cities) and all(_far_apart(other, reading) for other in cities)
    if not reading.cities:
        return _other_region(placed, cities, areas, reading)
    if reading.code and _is_code_of_region(reading.code, placed[-1]):
        return False
    regions = _regions_of(placed)
    if placed[0].countries:
        named_in = (area for other in placed for area in other.areas if area.country in placed[0].countries)
        regions.update(area.region for area in named_in if area.region)
    if any(city.region in regions for city in reading.cities):
        return False
    if reading.area:
        named = _regions_of([reading])
        if not named or any(city.region in named for city in placed[0].cities) or named & regions:
            return False
        if reading.only_area:
            return _other_region(placed, cities, areas, reading)
    if not cities:
        inside = {region[:2] for region in _regions_of([reading])} & _countries_of(areas)
        if not areas or not reading.large or inside:
            return False
        return bool(regions) or not _may_be_in(reading, _countries_of(areas), _DWARFED)
    closed = placed[-1].area and bool(placed[0].cities) and not placed[0].only_area
    return closed or all(_far_apart(other, reading) for other in cities)


def _is_code_of_region(code: str, reading: Reading) -> bool:
    """Whether a code is that of the region in which a city of the name before it lies."""
    region_of_code = gazetteer().region_of_code
    return any(city.region and region_of_code(city.country, code) == city.region for city in reading.cities)


def _other_country(placed: list[Reading], areas: list[Reading], reading: Reading) -> bool:
    """Whether a country cannot be that of the place before it."""
    countries = reading.countries
    if not countries:
        return False
    if areas:
        if any(_may_be_in(other, countries, _DWARFED_BEFORE_COUNTRY) for other in areas):
            return False
        before = _countries_of(placed)
        return not countries & before and not _related(countries, before)
    return placed[-1].large and not _may_be_in(placed[-1], countries, _DWARFED_BEFORE_COUNTRY)


def _may_be_in(reading: Reading, countries: Set[str], dwarfed: int) -> bool:
    """Whether a city can be meant to be in these countries: its namesake there is not dwarfed by that elsewhere."""
    first = largest(reading.cities)
    return first is not None and any(
        (city.country in countries or PARENTS.get(city.country) in countries)
        and city.population * dwarfed > first.population
        for city in reading.cities
    )


def _other_region(
    placed: list[Reading], cities: list[Reading], areas: list[Reading], reading: Reading
) -> bool:
    """Whether a region or its code cannot be that of the place before it: "Maryland, Virginia", "SF, NY"."""
    regions = _regions_of([reading])
    if not regions or (reading.code_country and reading.code_country in _countries_of(placed)):
        return False
    if any(city.region in regions for other in cities for city in other.cities):
        return False
    if placed[-1].spoken is not None:
        return True
    if reading.code:
        return bool(cities) and reading.code in _CITY_CODES and not areas
    return bool(areas) and all(other.only_area and not _is_country(other) for other in placed)


def _regions_of(readings: list[Reading]) -> set[str]:
    """Regions that are named outright or by a code that needs no country."""
    found = {area.region for reading in readings for area in reading.areas if area.telling and area.region}
    for reading in readings:
        found.update(reading.states)
    return found


def _continues(
    placed: list[Reading], cities: list[Reading], areas: list[Reading], reading: Reading, separator: int
) -> bool:
    """Whether a place goes on over ";" or "|": its region or country comes after it, or its city after the region."""
    if not placed:
        return separator == PIPE
    if cities and not areas and reading.only_area:
        regions = _regions_of([reading])
        countries = {area.country for area in reading.areas if not area.region} | {reading.code_country}
        return any(city.region in regions or city.country in countries for city in placed[0].cities)
    if (
        areas
        and not cities
        and not reading.area
        and not any(other.namelike and not other.area for other in placed)
    ):
        regions = _regions_of(areas)
        if any(city.region in regions for city in reading.cities):
            return True
        return (separator == PIPE and not reading.cities) or (
            separator == PIPE and any(city.country in _countries_of(areas) for city in reading.cities)
        )
    return separator == PIPE and not reading.area and not reading.cities


def _is_country(reading: Reading) -> bool:
    if reading.code_country and not (len(reading.code) == 2 and reading.states):
        return True
    return any(not area.region for area in reading.areas)


def _countries_of(readings: list[Reading], *, large: int = LARGE_CITY) -> set[str]:
    """Countries that the areas (or, where there are none, the larger cities) of a place can be in."""
    found: set[str] = set()
    for reading in readings:
        found.update(area.country for area in reading.areas)
        if reading.code_country:
            found.add(reading.code_country)
        found.update(state[:2] for state in reading.states)
    if not found:
        found.update(
            city.country for reading in readings for city in reading.cities if city.population >= large
        )
    return found


def _related(countries: Set[str], others: Set[str]) -> bool:
    return any(PARENTS.get(country) in others for country in countries) or any(
        PARENTS.get(other) in countries for other in others
    )


def _far_apart(reading: Reading, other: Reading) -> bool:
    """Whether two names are those of two cities rather than of a city and a part of it."""
    one, two = largest(reading.cities), largest(other.cities)
    if one is None or two is None or min(one.population, two.population) < _TOWN:
        return False
    if _has_near(reading.cities, two):
        return one.population * _PART > two.population >= LARGE_CITY
    return not _has_near(other.cities, one)


def _has_near(cities: tuple[City, ...], other: City) -> bool:
    coordinates = gazetteer().coordinates
    latitude, longitude = coordinates(other.number)
    for city in cities:
        latitude2, longitude2 = coordinates(city.number)
        if abs(latitude - latitude2) < _NEAR and abs(longitude - longitude2) < _NEAR:
            return True
    return False


def largest(cities: tuple[City, ...]) -> City | None:
    """The most populous of them."""
    return max(cities, key=lambda city: city.population, default=None)


def _main_parts(group: list[Segment]) -> list[list[Segment]]:
    """Of "Our branch - Oakdale, MN" the part that is whole by itself; the group where no part is, or all are levels."""
    separators = {segment.separator for segment in group[1:]}
    if not separators >= {COMMA, DASH}:
        return [group]
    if group[0].reading.area and not group[0].reading.noise:
        return [group]
    parts: list[list[Segment]] = []
    for segment in group:
        if segment.separator == DASH or not parts:
            parts.append([])
        parts[-1].append(segment)
    whole = [part for part in parts if len(part) > 1 and any(segment.reading.area for segment in part[1:])]
    others = [part for part in parts if part not in whole]
    if not whole or any(
        segment.reading.cities for part in others for segment in part if not whole[0][0].reading.cities
    ):
        return [group]
    areas = [part[0] for part in parts if len(part) == 1 and part[0].reading.only_area]
    return [[*part, *areas] for part in whole]
