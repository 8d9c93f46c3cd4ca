"""The commonest shapes of location fields, read without weighing countries against each other.

"Berlin", "Germany", "San Jose, CA", "Toronto, ON, CA, M5V 2T3" and "Lyon, France" are most of what boards give. Where
such a text has one reading that fits, it is the one that place_resolution.py would find, at a tenth of the cost;
everything else is left to that.
"""

from __future__ import annotations

import re

from .city_text import city_text, told_region
from .gazetteer import ALTERNATE, City, gazetteer
from .lone_place import by_city_alone
from .place import Place
from .place_reading import Reading, read
from .place_segments import SEPARATED

_LONGEST = 60
#: A US postal code after the code of its state.
_ZIP = re.compile(r"(?<= [A-Z]{2}) \d{5}(?:-\d{4})?$")
_MOST_LEVELS = 3
#: As in place_groups.py: a larger namesake makes it doubtful that a country belongs to the name before it.
_DWARFED = 50
#: A city of a country that is so many times larger than that of a state with the same code is doubtful.
_AS_LARGE = 8


def plain_place(text: str, hint: str) -> Place | None:
    """The place of a text of a common shape; None where the text needs a closer look."""
    if len(text) > _LONGEST or SEPARATED.search(text):
        return None
    text = _ZIP.sub("", text)
    readings = [reading for reading in map(read, text.split(",")) if not reading.postal]
    if not 1 <= len(readings) <= _MOST_LEVELS:
        return None
    first = readings[0]
    in_lower_case = first.text[:1].islower() and not text.islower()
    if first.noise or first.code or first.spoken or first.text[-1:].isdigit() or in_lower_case:
        return None
    if len(readings) == 1:
        return _single(readings, hint)
    if not first.cities or any(area.telling for area in first.areas) or any(map(_unclear, readings[1:])):
        return None
    if len(readings) == 2:
        return _in_state(first, readings[1]) if readings[1].states else _in_country(first, None, readings[1])
    return _in_country(first, readings[1], readings[2])


def _single(readings: list[Reading], hint: str) -> Place | None:
    reading = readings[0]
    if not reading.areas:
        return by_city_alone(readings, hint, certain=bool(hint)) if reading.cities else None
    area = reading.areas[0]
    if len(reading.areas) > 1 or area.region or not reading.only_area:
        return None
    return Place(None, "", area.country, None, 1)


def _unclear(reading: Reading) -> bool:
    """Whether a later level is anything but the name or code of one region or country."""
    only_a_city = bool(reading.cities) and not reading.only_area
    if reading.noise or reading.spoken or len(reading.areas) > 1 or only_a_city:
        return True
    return not reading.areas and len(reading.code) < 2


def _in_state(first: Reading, second: Reading) -> Place | None:
    """A city and a code such as "CA": the state, where the country of that code has no larger such city."""
    found = [(city, state) for state in second.states for city in first.cities if city.region == state]
    if len(found) != 1:
        return None
    city, state = found[0]
    if any(
        other.country == second.code and other.population > city.population * _AS_LARGE
        for other in first.cities
    ):
        return None
    return _place(first, state[:2], state)


def _in_country(first: Reading, middle: Reading | None, last: Reading) -> Place | None:
    """A city, perhaps its region, and its country."""
    area = last.areas[0] if last.areas else None
    country = last.code_country if area is None else ("" if area.region else area.country)
    if not country or middle is None:
        return _place(first, country, "") if country else None
    if middle.areas:
        region = middle.areas[0].region if middle.areas[0].country == country else ""
    else:
        region = gazetteer().region_of_code(country, middle.code) or ""
    return _place(first, country, region) if region else None


def _place(reading: Reading, country: str, region: str) -> Place | None:
    """The city of that name which lies there, if there is one and no larger namesake makes it doubtful."""
    found: City | None = None
    for city in reading.cities:
        if city.country != country or (region and city.region != region):
            continue
        if city.kind == ALTERNATE and any(
            other.country == country and other != city for other in reading.cities
        ):
            return None
        if found is None or city.population > found.population:
            found = city
    if found is None or any(city.population > found.population * _DWARFED for city in reading.cities):
        return None
    if region:
        return Place(city_text(reading, found), region, country, found.number, 1)
    told, own = told_region(reading, country, found)
    return Place(city_text(reading, found), own, country, told.number if told else None, 1)
