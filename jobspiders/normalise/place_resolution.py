"""Where the segments of one place are: the country under which they fit together best.

Every country for which the text says something is judged by points for what fits and against what does not; a
text that says nothing of countries is decided by the caller's hint and the size of the cities of that name.
"""

from __future__ import annotations

from typing import NamedTuple

from .city_text import city_text, tidy, told_region
from .gazetteer import ALTERNATE, City, gazetteer
from .lone_place import by_city_alone, lone_code
from .place import Place
from .place_countries import candidate_countries, rather_city_elsewhere
from .place_groups import PARENTS, largest
from .place_reading import ALSO_WRITTEN, CODED, LARGE_CITY, Reading, read
from .place_segments import COMMA, DASH, TIGHT, Segment

# Points for what speaks for a country. Only their order matters: a name outweighs a code, a city in the region
# that is written beside it outweighs a larger one elsewhere, and what does not fit takes away.
_NAME, _ALPHA3, _ALPHA2, _ALSO_WRITTEN, _ALPHA2_INSIDE = 100, 60, 40, 20, 15
_REGION, _STATE_CODE, _OTHER_CODE, _SHARED_NAME = 50, 42, 36, 45
_REGION_OF_COUNTRY, _CODE_OF_COUNTRY = 45, 30
_CITY_IN_REGION, _CITY_IN_COUNTRY, _UNKNOWN_CITY = 55, 40, 3
_UNFIT_NAME, _UNFIT_CODE, _UNFIT_STATE, _UNUSED_CODE = -25, -10, -60, -2
_HINTED = 35
#: The best country must lead by this much, or the country stays empty.
_CLEAR = 4
#: States whose code is also that of a country with many more small places that the gazetteer lacks.
_COUNTRY_BEFORE_STATE = {"US-DE", "US-IN"}
_NOT_THAT_STATE = 6
#: Degrees between a city and what is called by a name of its own inside it.
_NEAR = 0.3
#: Countries that are one city; the name stands for both.
_CITY_STATES = {"SG", "HK", "MO", "MC", "GI"}
#: A city of this size is meant rather than its region of the same name.
_NAMESAKE = 15_000
#: Regions that are meant rather than the city of the same name.
_REGION_RATHER = {"CA-QC", "US-WA", "BR-GO"}


def resolve(group: list[Segment], hint: str, context: str) -> Place | None:
    """The place that a group names; None where it names none.

    ``hint`` is the caller's country or "", ``context`` that or the only country that the rest of the text names.
    """
    readings = [segment.reading for segment in group]
    placed = [reading for reading in readings if not reading.noise]
    if len(placed) == 1 and placed[0].code and not hint:
        place = lone_code(placed[0])
        if place is not None:
            return place
    candidates = candidate_countries(readings, hint)
    if not candidates:
        return by_city_alone(readings, context, certain=bool(hint))
    judged = sorted((_judge(country, group, hint) for country in candidates), key=lambda place: -place.points)
    best = judged[0]
    if best.points <= 0:
        return by_city_alone(readings, context, certain=bool(hint))
    if best.city is None and rather_city_elsewhere(best.country, placed):
        return by_city_alone(placed, context, certain=bool(hint))
    clear = _CLEAR if best.number is not None else 1
    if len(judged) > 1 and judged[1].points > best.points - clear:
        for place in judged:
            if place.country == context and place.points > best.points - clear:
                return place
        return Place(best.city, "", "", None) if best.city else None
    return best


class _Role(NamedTuple):
    position: int
    points: int
    region: str = ""
    city: City | None = None
    telling: bool = True


def _judge(country: str, group: list[Segment], hint: str) -> Place:
    """How well the segments of a group fit together in a country, and what they name there."""
    readings = [segment.reading for segment in group]
    last = max((n for n, reading in enumerate(readings) if not reading.noise), default=0)
    stated = {
        n: points
        for n, reading in enumerate(readings)
        if (points := _country_points(country, reading, n, last))
    }
    points = max(stated.values(), default=1 if country == hint else 0)
    regions = [
        role
        for n, reading in enumerate(readings)
        for role in _region_roles(country, reading, n, points, group)
    ]
    best: tuple[int, _Role | None, _Role | None] = (-1_000, None, None)
    for region in (*regions, None):
        city = _city_role(country, group, region, stated, regions)
        total = (region.points if region else 0) + (city.points if city else 0)
        total += _unfit(country, group, region, city, stated)
        if region is None and any(city is None or role.position != city.position for role in regions):
            total += _UNFIT_STATE
        if total > best[0] or (total == best[0] and city and best[2] and city.position < best[2].position):
            best = (total, region, city)
    total, region, city = best
    code = region.region if region else ""
    points += total + (_HINTED if country == hint else 0)
    if city is None:
        return _whole_area(country, code, readings, stated, regions, points)
    if code == "US-DC" and city.city is None:
        return Place("Washington", code, country, None, points)
    found = city.city
    number = found.number if found else None
    if found and not code:
        found, code = told_region(readings[city.position], country, found)
        number = found.number if found else None
    return Place(city_text(readings[city.position], city.city), code, country, number, points)


def _country_points(country: str, reading: Reading, position: int, last: int) -> int:
    if reading.noise:
        return 0
    if any(area.country == country and not area.region for area in reading.areas):
        return _NAME if len(reading.areas) == 1 else _SHARED_NAME
    if reading.code_country != country:
        return _ALSO_WRITTEN if ALSO_WRITTEN.get(reading.code) == country else 0
    if len(reading.code) == 3:
        return _ALPHA3
    return _ALPHA2 if position in (0, last) else _ALPHA2_INSIDE


def _region_roles(
    country: str, reading: Reading, position: int, country_points: int, group: list[Segment]
) -> list[_Role]:
    if reading.noise:
        return []
    roles = []
    for area in reading.areas:
        if area.country == country and area.region:
            if area.telling:
                shared = any(other.country != country and other.telling for other in reading.areas)
                roles.append(_Role(position, _SHARED_NAME if shared else _REGION, area.region))
            elif country_points:
                roles.append(_Role(position, _REGION_OF_COUNTRY, area.region, telling=False))
    if reading.code and not roles and not (len(reading.code) == 3 and reading.code_country == country):
        region = gazetteer().region_of_code(country, reading.code)
        numbered = group[position].separator == TIGHT or _is_department(group, position, country_points)
        if region and (numbered or not reading.code.isdigit()):
            if len(reading.code) > 1 and country == "US":
                points = _STATE_CODE
            elif len(reading.code) > 1 and country in CODED:
                points = _OTHER_CODE
            else:
                points = _CODE_OF_COUNTRY if len(group) > 1 else 0
            if points:
                roles.append(_Role(position, points, region))
    return roles


def _is_department(group: list[Segment], position: int, country_points: int) -> bool:
    """Whether a number is that of the region before the city's name: "69 - LYON", where the country is known."""
    return country_points > 0 and position == 0 and len(group) > 1 and group[1].separator == DASH


def _city_role(
    country: str, group: list[Segment], region: _Role | None, stated: dict[int, int], regions: list[_Role]
) -> _Role | None:
    """The segment that names the city best, given the region."""
    best: _Role | None = None
    areas = {role.position for role in regions}
    for position, reading in enumerate(segment.reading for segment in group):
        if region is not None and position == region.position:
            continue
        role = _known_city(country, reading, position, region)
        if role is None and position not in stated and position not in areas:
            role = _unknown_city(country, group, position, region, stated)
        if position in stated and country not in _CITY_STATES and not _said_twice(group, position):
            role = None
        if role is not None and position in areas and (region is None or role.points < _CITY_IN_REGION):
            role = _own_region(role, [other for other in regions if other.position == position])
        if role is not None and (best is None or role.points - position > best.points - best.position):
            best = _part_of(country, best, role, group)
    return best


def _said_twice(group: list[Segment], position: int) -> bool:
    """Whether a name comes again later: the first "Luxembourg" of "Luxembourg, Luxembourg" is the city."""
    return any(segment.reading.key == group[position].reading.key for segment in group[position + 1 :])


def _part_of(country: str, earlier: _Role | None, role: _Role, group: list[Segment]) -> _Role:
    """The earlier of two names where a place of that name is close by: "Kreuzberg, Berlin" is in Kreuzberg."""
    if earlier is None or earlier.city is None or role.city is None:
        return role
    places = gazetteer()
    latitude, longitude = places.coordinates(role.city.number)
    for city in group[earlier.position].reading.cities:
        if city.country == country and city.kind != ALTERNATE:
            latitude2, longitude2 = places.coordinates(city.number)
            if abs(latitude - latitude2) < _NEAR and abs(longitude - longitude2) < _NEAR:
                return earlier._replace(points=role.points, region=city.region, city=city)
    return role


def _known_city(country: str, reading: Reading, position: int, region: _Role | None) -> _Role | None:
    best: _Role | None = None
    for city in reading.cities:
        if city.country != country:
            continue
        size = city.population.bit_length() * 5 // 2 - (8 if city.kind == ALTERNATE else 0)
        if region is not None and city.region == region.region:
            points = _CITY_IN_REGION + size
        elif reading.noise:
            continue
        elif region is not None and (city.region or city.kind == ALTERNATE):
            points = _UNKNOWN_CITY
        else:
            points = _CITY_IN_COUNTRY + size
        if best is None or points > best.points:
            agrees = points > _UNKNOWN_CITY
            best = _Role(position, points, city.region, city if agrees else None)
    return best


def _unknown_city(
    country: str, group: list[Segment], position: int, region: _Role | None, stated: dict[int, int]
) -> _Role | None:
    """A name that the gazetteer lacks, or that begins with one it has."""
    separator, reading = group[position].separator, group[position].reading
    if reading.noise or reading.postal or reading.code_country:
        return None
    if region is None and max(stated.values(), default=0) == _SHARED_NAME:
        return None
    neighbours = {region.position} if region else set()
    neighbours.update(stated)
    before, after = position - 1, position + 1
    comma = after < len(group) and after in neighbours and group[after].separator == COMMA
    level = before in neighbours and (
        separator in (TIGHT, DASH) if region is not None and before == region.position else separator == TIGHT
    )
    level = level or (separator == COMMA and region is not None and before == region.position and before > 0)
    unknown = _UNKNOWN_CITY - (_NOT_THAT_STATE if region and region.region in _COUNTRY_BEFORE_STATE else 0)
    if reading.namelike and comma and all(segment.reading.postal for segment in group[:position]):
        return _Role(position, unknown)
    begun = _beginning(country, reading, region)
    if begun is not None:
        return _Role(position, _UNKNOWN_CITY + 1, begun.region, begun)
    if reading.namelike and (comma or level):
        return _Role(position, unknown)
    return None


def _beginning(country: str, reading: Reading, region: _Role | None) -> City | None:
    """The city of a country with which a segment begins: "Augusta Temporary"."""
    words = reading.text.split()
    for size in range(min(len(words) - 1, 4), 0, -1):
        for city in read(" ".join(words[:size])).cities:
            if city.country != country or city.kind == ALTERNATE:
                continue
            if (city.region == region.region) if region else (city.population >= 15_000):
                return city
    return None


def _own_region(role: _Role, regions: list[_Role]) -> _Role | None:
    """A segment that is a region and a city: the city, where it is a large one of that region."""
    city = role.city
    if city is None or any(other.region in _REGION_RATHER for other in regions):
        return None
    inside = any(other.region == city.region for other in regions)
    if any(other.telling for other in regions):
        foreign = city.kind == ALTERNATE and (city.country in CODED or city.population < LARGE_CITY)
        if foreign or city.population < _NAMESAKE or not inside:
            return None
    elif city.kind == ALTERNATE and not inside:
        return None
    return role._replace(points=max(role.points, _REGION + 1))


def _unfit(
    country: str, group: list[Segment], region: _Role | None, city: _Role | None, stated: dict[int, int]
) -> int:
    """Points taken away for what the text says and this country does not explain."""
    points = 0
    for position, (separator, reading, _) in enumerate(group):
        if reading.noise or position in stated:
            continue
        if (region and region.position == position) or (city and city.position == position):
            continue
        telling = [area for area in reading.areas if area.telling]
        if telling:
            inside = any(area.country == country or PARENTS.get(country) == area.country for area in telling)
            points += _UNFIT_CODE if inside else _UNFIT_NAME
            if inside and any(not area.region for area in telling):
                points -= _UNFIT_CODE
        elif len(reading.code) > 1 and gazetteer().region_of_code(country, reading.code):
            points += _UNUSED_CODE
        elif len(reading.code) == 2 and reading.states:
            state = position > 0 and separator == COMMA and reading.states[0].startswith("US-")
            points += _UNFIT_STATE if state and reading.code_country != country else _UNFIT_CODE
        elif reading.code_country and PARENTS.get(country) != reading.code_country:
            points += _UNFIT_CODE
    return points


def _whole_area(
    country: str,
    region: str,
    readings: list[Reading],
    stated: dict[int, int],
    regions: list[_Role],
    points: int,
) -> Place:
    """A country or region without a city; a city state is its own city."""
    if country in _CITY_STATES:
        for position in stated:
            reading = readings[position]
            if reading.areas and not reading.code:
                found = largest(tuple(city for city in reading.cities if city.country == country))
                name = (
                    tidy(reading.text)
                    if found is None or not found.kind
                    else gazetteer().city_name(found.number)
                )
                return Place(name, region, country, found.number if found else None, points)
    if len({role.region for role in regions}) > 1 and len({role.position for role in regions}) > 1:
        region = ""
    return Place(None, region, country, None, points)
