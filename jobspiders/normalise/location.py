"""Location text to places: city, region, country and coordinates.

The text is cut into segments (place_segments.py), these are grouped into places, and of each group the country
is looked for under which most of its segments fit together: "Palmira, CO" is in Colombia because Colorado has
no Palmira. What is written in the text counts before the hint of the caller, and that before the size of cities.
Where countries fit about equally well the country stays empty.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..items import Location
from .gazetteer import gazetteer
from .place import Place
from .place_countries import stated_countries
from .place_groups import places_apart
from .place_reading import CODED
from .place_resolution import resolve
from .place_segments import Segment, segments
from .plain_place import plain_place

#: Longer texts are no location fields; only so many characters are looked at.
LONGEST = 400
LONGEST_LIST = 4_000
_MOST_PLACES = 60
#: A text longer than this may be a sentence.
_SENTENCE = 30
_CITY_AND_STATE = re.compile(
    r"(?P<city>[A-Z][\w.'’-]{1,30}(?: [A-Z][\w.'’-]{1,30}){0,3}), ?(?P<code>[A-Z]{2,3})\b"
)


@lru_cache(maxsize=16_384)
def _places(text: str, hint: str, longest: int) -> tuple[tuple[str, Place], ...]:
    """Every place of a text with the words it was read from."""
    place = plain_place(text, hint)
    return ((text.strip(), place),) if place is not None else _weighed(text, hint, longest)


def _weighed(text: str, hint: str, longest: int) -> tuple[tuple[str, Place], ...]:
    groups = places_apart(_names_only(segments(text[:longest]), text))
    stated = {country for group in groups for country in stated_countries(group)}
    context = hint or (next(iter(stated)) if len(stated) == 1 else "")
    found: list[tuple[str, Place]] = []
    for group in groups[:_MOST_PLACES]:
        place = resolve(group, hint, context)
        if place is None or not (place.city or place.region or place.country):
            continue
        if not any(_same(place, other) for _, other in found):
            found.append((", ".join(segment.reading.text for segment in group), place))
    if len(text) > _SENTENCE and not any(place.city for _, place in found):
        found = _in_sentence(text[:longest], hint) or found
    return tuple(found)


def _names_only(found: list[Segment], text: str) -> list[Segment]:
    """The segments without cities read out of common words of a text that knows capitals."""
    if text.islower():
        return found
    return [
        Segment(segment.separator, segment.reading.without_cities(), segment.compound)
        if segment.reading.cities and segment.reading.text[0].islower() and segment.reading.text.isalpha()
        else segment
        for segment in found
    ]


def _in_sentence(text: str, hint: str) -> list[tuple[str, Place]]:
    """A city and the code of its state in the middle of a sentence."""
    for match in _CITY_AND_STATE.finditer(text):
        words = match["city"].split()
        for start in range(len(words)):
            written = f"{' '.join(words[start:])}, {match['code']}"
            place = resolve(segments(written), hint, hint)
            if place is not None and place.number is not None and place.country in CODED:
                return [(written, place)]
    return []


def parse_location(text: str, *, country: str | None = None) -> Location:
    """The first place of a location field.

    ``country`` (ISO 3166-1 alpha-2) is where the board, the tenant or the posting's text points to; it decides
    between places of one name and is never given out for a text that names no place. The city is given as
    written, the region by its English ISO 3166-2 name at the top level; all that is not clear stays None.
    """
    places = _places(text[:LONGEST], _known_country(country), LONGEST)
    written = text.strip() or None
    return _location(places[0][1], written) if places else Location(text=written)


def parse_locations(text: str, *, country: str | None = None) -> list[Location]:
    """All places of a location field, each with its part of the text; empty where it names none."""
    places = _places(text[:LONGEST_LIST], _known_country(country), LONGEST_LIST)
    if len(places) == 1:
        return [_location(places[0][1], text.strip())]
    return [_location(place, part) for part, place in places]


def _known_country(country: str | None) -> str:
    code = (country or "").strip().upper()
    return code if gazetteer().is_country(code) else ""


def _location(place: Place, text: str | None) -> Location:
    places = gazetteer()
    latitude, longitude = (None, None) if place.number is None else places.coordinates(place.number)
    return Location(
        text=text,
        city=place.city,
        region=places.region_names.get(place.region),
        country=place.country or None,
        latitude=latitude,
        longitude=longitude,
    )


def _same(place: Place, other: Place) -> bool:
    if place.number is not None and place.number == other.number:
        return True
    if place.city is None and not place.region and place.country == other.country and not other.points:
        return True
    return place[:3] == other[:3]
