"""Where a job is, compactly, and whether two postings can be for one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from jobspiders.items import Location
from jobspiders.matching.title import fold

#: Places kept of one posting; the first are the main ones on every board.
MAX_PLACES = 8

#: Words around a city's name that boards add, and parts of a place text that name no place.
_AROUND = re.compile(
    r"\b(?:greater|metropolitan|metro|area|region|county|city|district|downtown|remote|hybrid|onsite|on site|"
    r"in office|anywhere|worldwide|global|flexible|multiple|various|locations?|office|hq|or|and|the|of|de|"
    r"grossraum|umgebung|und|bei)\b"
)
_NO_NAME = re.compile(r"[\W\d_]+")
_BETWEEN_PLACES = re.compile(r"[;|/•]|\s(?:or|and|und|ou|oder)\s")


class Place(NamedTuple):
    """Folded names; empty where unknown. ``country`` is ISO 3166-1 alpha-2 in lower case, or what is written."""

    city: str = ""
    region: str = ""
    country: str = ""


class Nearness(Enum):
    """How the places of two postings stand to each other."""

    SAME = "same"
    WITHIN = "within"
    UNKNOWN = "unknown"
    OTHER = "other"


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    return " ".join(_NO_NAME.sub(" ", _AROUND.sub(" ", _NO_NAME.sub(" ", fold(text)))).split())


def read_places(locations: Iterable[Location], text: str | None) -> tuple[Place, ...]:
    """The places of a posting: as normalised, else the leading part of each place that its text names."""
    places: dict[Place, None] = {}
    for location in locations:
        place = Place(
            _name(location.city or ""), _name(location.region or ""), (location.country or "").casefold()
        )
        if not any(place) and location.text:
            place = Place(_name(location.text.split(",")[0]))
        if any(place):
            places[place] = None
    if not places and text:
        for part in _BETWEEN_PLACES.split(text.casefold()):
            name = _name(part.split(",")[0])
            if name:
                places[Place(name)] = None
    return tuple(places)[:MAX_PLACES]


def pack_places(places: Iterable[Place]) -> str:
    """One string for storage: ``city|region|country;...``."""
    return ";".join(["|".join(place) for place in places])


@lru_cache(maxsize=4096)
def unpack_places(packed: str) -> tuple[Place, ...]:
    """The places that ``pack_places`` wrote."""
    return tuple([Place(*part.split("|")) for part in packed.split(";")]) if packed else ()


def _compare(first: Place, second: Place) -> Nearness:
    if first.country and second.country and first.country != second.country:
        return Nearness.OTHER
    # A code ("CA") and a name ("California") of a region cannot be told to differ.
    both_regions = first.region and second.region and first.region != second.region
    if both_regions and (len(first.region) > 3) == (len(second.region) > 3):
        return Nearness.OTHER
    if first.city and second.city:
        return Nearness.SAME if _one_city(first.city, second.city) else Nearness.OTHER
    if first.city or second.city:
        # "Netherlands" against "Amsterdam": within, when the wider one is known to hold the other.
        wide, narrow = (second, first) if first.city else (first, second)
        if (wide.region and narrow.region) or (wide.country and narrow.country):
            return Nearness.WITHIN
        return Nearness.UNKNOWN
    if bool(first.region) != bool(second.region):
        return Nearness.WITHIN
    return Nearness.SAME


def _one_city(first: str, second: str) -> bool:
    """Whether names are equal but for what they lie on: "frankfurt" and "frankfurt am main"."""
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return long.startswith(short) and long[len(short) :].startswith(_LIES_ON)


_LIES_ON = (" am ", " an ", " on ", " upon ", " sur ", " ob ", " im ", " in ")


@lru_cache(maxsize=8192)
def nearness(first: str, second: str) -> Nearness:
    """How two packed lists of places stand to each other: the nearest pair says."""
    if not first or not second:
        return Nearness.UNKNOWN
    if first == second:
        return Nearness.SAME
    found = {_compare(a, b) for a in unpack_places(first) for b in unpack_places(second)}
    for kind in (Nearness.SAME, Nearness.WITHIN, Nearness.UNKNOWN):
        if kind in found:
            return kind
    return Nearness.OTHER
