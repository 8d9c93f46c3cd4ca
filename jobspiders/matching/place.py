"""Where a job is, compactly, and whether two postings can be for one place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import pycountry

from jobspiders.items import Location
from jobspiders.matching.title import fold, singular

#: Places kept of one posting; the first are the main ones on every board.
MAX_PLACES = 8

#: Words around a city's name that boards add, and parts of a place text that name no place.
_AROUND = re.compile(
    r"\b(?:greater|metropolitan|metro|area|region|county|city|district|downtown|remote|hybrid|onsite|on site|"
    r"in office|anywhere|worldwide|global|flexible|multiple|various|locations?|office|hq|or|and|the|of|de|"
    r"grossraum|umgebung|und|bei)\b"
)
_NO_NAME = re.compile(r"[\W\d_]+")
_SEGMENTED = re.compile(r"[,;/|()–-]")
_BETWEEN_PLACES = re.compile(r"[;|/•]|\s(?:or|and|und|ou|oder)\s")


GUESSED = "?"
_KINDS_OF_PLACES = ("city", "region", "area", "greater", "metro", "metropolitan")
#: What titles call countries, besides their names in ISO 3166-1.
_ALIASES = {
    "us": "america",
    "gb": "uk britain england",
    "ae": "uae",
    "nl": "holland nederland",
    "de": "deutschland",
    "at": "osterreich",
    "ch": "schweiz suisse",
    "es": "espana",
    "it": "italia",
    "br": "brasil",
}


class Place(NamedTuple):
    """Folded names; empty where unknown. ``country`` is ISO 3166-1 alpha-2 in lower case.

    A country that was guessed from the bare name of a city or region ends in ``GUESSED``.
    """

    city: str = ""
    region: str = ""
    country: str = ""


class Nearness(Enum):
    """How the places of two postings stand to each other."""

    SAME = "same"
    WITHIN = "within"
    UNKNOWN = "unknown"
    OTHER = "other"


@lru_cache(maxsize=2048)
def _name(text: str) -> str:
    return " ".join(_NO_NAME.sub(" ", _AROUND.sub(" ", _NO_NAME.sub(" ", fold(text)))).split())


@lru_cache(maxsize=2048)
def _read(text: str, city: str, region: str, country: str) -> Place:
    city, region, country = _name(city), _name(region), country.casefold()
    if not city and not region and not country:
        return Place(_name(text.split(",")[0]))
    if (city or region) and text and not _SEGMENTED.search(text):
        return Place(city, "" if city else region, country and country + GUESSED)
    return Place(city, region, country)


def read_places(locations: Iterable[Location], text: str | None) -> tuple[Place, ...]:
    """The places of a posting: as normalised, else the leading part of each place that its text names."""
    places = dict.fromkeys(
        [_read(each.text or "", each.city or "", each.region or "", each.country or "") for each in locations]
    )
    if not any(any(place) for place in places) and text:
        places = dict.fromkeys(
            [Place(_name(part.split(",")[0])) for part in _BETWEEN_PLACES.split(text.casefold())]
        )
    return tuple([place for place in places if any(place)])[:MAX_PLACES]


def pack_places(places: Iterable[Place]) -> str:
    """One string for storage: ``city|region|country;...``."""
    return ";".join(["|".join(place) for place in places])


@lru_cache(maxsize=2048)
def unpack_places(packed: str) -> tuple[Place, ...]:
    """The places that ``pack_places`` wrote."""
    return tuple([Place(*part.split("|")) for part in packed.split(";")]) if packed else ()


@lru_cache(maxsize=2048)
def words_of_places(packed: str) -> frozenset[str]:
    """The words by which a title names these places, in the form in which ``read_title`` gives them."""
    words = set(_KINDS_OF_PLACES) if packed else set()
    for place in unpack_places(packed):
        words.update(map(singular, f"{place.city} {place.region}".split()))
        words |= _words_of_country(place.country.rstrip(GUESSED))
    return frozenset(words)


@lru_cache(maxsize=512)
def _words_of_country(code: str) -> frozenset[str]:
    country = pycountry.countries.get(alpha_2=code.upper()) if code else None
    if country is None:
        return frozenset((code,) if code else ())
    names = f"{country.name} {getattr(country, 'common_name', '')} {code} {country.alpha_3}"
    return frozenset(map(singular, f"{_NO_NAME.sub(' ', fold(names))} {_ALIASES.get(code, '')}".split()))


def _compare(first: Place, second: Place) -> Nearness:
    if first.city and second.city and not _one_city(first.city, second.city):
        return Nearness.OTHER
    if GUESSED in first.country or GUESSED in second.country:
        if (first.city or first.region) == (second.city or second.region) or (first.city and second.city):
            return Nearness.SAME
        same_country = first.country.rstrip(GUESSED) == second.country.rstrip(GUESSED)
        if not same_country or (first.region and second.region and first.region != second.region):
            return Nearness.UNKNOWN
    elif first.country and second.country and first.country != second.country:
        return Nearness.OTHER
    # A code ("CA") and a name ("California") of a region cannot be told to differ.
    both_regions = first.region and second.region and first.region != second.region
    if both_regions and (len(first.region) > 3) == (len(second.region) > 3):
        return Nearness.OTHER
    if first.city and second.city:
        return Nearness.SAME
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


def nearness(first: str, second: str) -> Nearness:
    """How two packed lists of places stand to each other: the nearest pair says."""
    if not first or not second:
        return Nearness.UNKNOWN
    return Nearness.SAME if first == second else _nearest(first, second)


@lru_cache(maxsize=2048)
def _nearest(first: str, second: str) -> Nearness:
    found = {_compare(a, b) for a in unpack_places(first) for b in unpack_places(second)}
    for kind in (Nearness.SAME, Nearness.WITHIN, Nearness.UNKNOWN):
        if kind in found:
            return kind
    return Nearness.OTHER
