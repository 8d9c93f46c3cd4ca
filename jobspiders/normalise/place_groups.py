"""Which segments of a location field belong to one place."""

from __future__ import annotations

from .gazetteer import City, gazetteer
from .place_segments import CODED, COMMA, DASH, PAREN, PIPE, STRONG, TIGHT, Reading, Segment, is_area

#: A city this large is what its name means, beside a region of that name or a city that is written with it.
LARGE_CITY = 100_000
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
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [part for group in groups for part in _main_parts(group)]


def _begins_place(group: list[Segment], segment: Segment) -> bool:
    separator, reading = segment.separator, segment.reading
    if reading.noise and separator not in (STRONG, PIPE):
        return False
    placed = [other.reading for other in group if not other.reading.noise]
    cities = [other for other in placed if other.cities]
    areas = [other for other in placed if is_area(other)]
    if separator == COMMA and segment.compound and cities and areas:
        return True
    if separator in (STRONG, PIPE):
        return not _continues(placed, cities, areas, reading, separator)
    if not placed or separator in (TIGHT, PAREN):
        return False
    countries = {area.country for area in reading.areas if not area.region}
    if countries and _is_only_area(reading):
        before = _countries_of(placed)
        return bool(areas) and not countries & before and not _related(countries, before)
    if separator != COMMA or not reading.cities or countries:
        return False
    closed = bool(areas) and is_area(placed[-1]) and bool(placed[0].cities) and not _is_only_area(placed[0])
    if is_area(reading):
        regions = _regions_of([reading])
        inside = any(city.region in regions for city in placed[0].cities)
        if _is_only_area(reading) or not regions or regions & _regions_of(placed) or inside:
            return False
    return closed or (len(placed) == len(cities) == 1 and _far_apart(placed[0], reading))


def _regions_of(readings: list[Reading]) -> set[str]:
    """Regions that are named outright or by a code that needs no country."""
    found = {area.region for reading in readings for area in reading.areas if area.telling and area.region}
    for reading in readings:
        if reading.code:
            found.update(
                filter(None, (gazetteer().region_of_code(country, reading.code) for country in CODED))
            )
    return found


def _continues(
    placed: list[Reading], cities: list[Reading], areas: list[Reading], reading: Reading, separator: int
) -> bool:
    """Whether a place goes on over ";" or "|": its region or country comes after it, or its city after the region."""
    if not placed:
        return separator == PIPE
    if cities and not areas and _is_only_area(reading):
        return bool(_countries_of([placed[0]], large=0) & _countries_of([reading]))
    if areas and not cities and not any(other.namelike for other in placed if not is_area(other)):
        regional = all(_is_only_area(other) and not _is_country(other) for other in placed)
        if not (regional or separator == PIPE):
            return False
        return not is_area(reading) and (separator == PIPE or bool(reading.cities))
    return separator == PIPE and not is_area(reading) and not reading.cities


def _is_only_area(reading: Reading) -> bool:
    return is_area(reading) and not any(city.population >= LARGE_CITY for city in reading.cities)


def _is_country(reading: Reading) -> bool:
    return any(not area.region for area in reading.areas) or (
        len(reading.code) == 3 and bool(reading.code_country)
    )


def _countries_of(readings: list[Reading], *, large: int = LARGE_CITY) -> set[str]:
    """Countries that the areas (or, where there are none, the larger cities) of a place can be in."""
    found: set[str] = set()
    for reading in readings:
        found.update(area.country for area in reading.areas)
        if reading.code_country:
            found.add(reading.code_country)
        if reading.code:
            found.update(country for country in CODED if gazetteer().region_of_code(country, reading.code))
    if not found:
        found.update(
            city.country for reading in readings for city in reading.cities if city.population >= large
        )
    return found


def _related(countries: set[str], others: set[str]) -> bool:
    return any(PARENTS.get(country) in others for country in countries) or any(
        PARENTS.get(other) in countries for other in others
    )


def _far_apart(reading: Reading, other: Reading) -> bool:
    """Whether two names are two large cities rather than a city and a part of it."""
    one, two = largest(reading.cities), largest(other.cities)
    if one is None or two is None or min(one.population, two.population) < LARGE_CITY:
        return False
    (latitude, longitude), (latitude2, longitude2) = map(gazetteer().coordinates, (one.number, two.number))
    return abs(latitude - latitude2) > 0.5 or abs(longitude - longitude2) > 0.7


def largest(cities: tuple[City, ...]) -> City | None:
    """The most populous of them."""
    return max(cities, key=lambda city: city.population, default=None)


def _main_parts(group: list[Segment]) -> list[list[Segment]]:
    """Of "Our branch - Oakdale, MN" the part that is whole by itself; the group where no part is, or all are levels."""
    separators = {segment.separator for segment in group[1:]}
    if not separators >= {COMMA, DASH}:
        return [group]
    if is_area(group[0].reading) and not group[0].reading.noise:
        return [group]
    parts: list[list[Segment]] = []
    for segment in group:
        if segment.separator == DASH or not parts:
            parts.append([])
        parts[-1].append(segment)
    whole = [
        part for part in parts if len(part) > 1 and any(is_area(segment.reading) for segment in part[1:])
    ]
    others = [part for part in parts if part not in whole]
    if not whole or any(
        segment.reading.cities for part in others for segment in part if not whole[0][0].reading.cities
    ):
        return [group]
    areas = [part[0] for part in parts if len(part) == 1 and _is_only_area(part[0].reading)]
    return [[*part, *areas] for part in whole]
