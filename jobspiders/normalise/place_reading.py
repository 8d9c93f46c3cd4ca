"""What one segment of a location field can stand for when it is read by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .gazetteer import ALTERNATE, Area, City, Spoken, cities_named, fold, gazetteer
from .place_words import (
    COUNTED,
    NEVER_IN_NAMES,
    NO_CITY_ENDS_SO,
    NO_CITY_WITH,
    NOT_PLACES,
    POSTAL_ONLY,
    SURROUNDINGS,
)

#: Countries whose states and provinces are written as codes without the country.
CODED = ("US", "CA", "AU")
#: Codes that are also written for a country that has another.
ALSO_WRITTEN = {"SA": "ZA"}
#: A city this large is what its name means, beside a region of that name or a city that is written with it.
LARGE_CITY = 100_000
#: What is no part of a name at the ends of a segment.
STRIPPED = ' \t.,;:-–—_*"“”!?#>'

_LETTER = re.compile(r"[^\W\d_]")
_ODD = re.compile(
    r"[\d#@%$€£!?=]|\b(?:street|road|avenue|ave|blvd|suite|ste|floor|rd|dr|str|straße|strasse)\b", re.I
)
_DOTTED_CODE = re.compile(r"[A-Z]\.[A-Z]\.?")
#: Letters of scripts that are written without blanks.
UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_UNITS = ("특별자치시", "특별시", "광역시", "市", "都", "府", "區", "区", "县", "縣", "州", "시")
#: ISO 3166-1 alpha-3 codes that mean something else in location fields.
_NOT_ALPHA3 = {"EST", "AND", "COM", "IOT"}


class Reading(NamedTuple):
    """One segment read by itself. ``text`` is the name as written, without what was taken off.

    ``code`` is the text if it may be a code, else ""; ``code_country`` the country of an ISO 3166-1 code and
    ``states`` the regions of CODED countries that it abbreviates. ``countries`` are named outright, by a name that
    no region shares. ``area`` says that it can be a country, or a region that is written without its country;
    ``large`` that it is a large city's own name; ``noise`` that it names no place, or only by accident; ``postal``
    that it is digits or a postal code; ``namelike`` that it looks like a place's name, known or not.
    """

    text: str
    key: str
    areas: tuple[Area, ...] = ()
    cities: tuple[City, ...] = ()
    spoken: Spoken | None = None
    code: str = ""
    code_country: str = ""
    states: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    area: bool = False
    large: bool = False
    noise: bool = False
    postal: bool = False
    namelike: bool = False

    @property
    def known(self) -> bool:
        """Whether it can be a place, or says in so many words that it is none."""
        return bool(
            self.areas or self.cities or self.code_country or self.noise or self.postal or self.spoken
        )

    @property
    def only_area(self) -> bool:
        """Whether it can be a region or country and not well a city."""
        large = [city for city in self.cities if city.population >= LARGE_CITY]
        states = {area.region for area in self.areas if area.telling and area.region[:2] in CODED}
        return self.area and (
            not large or (bool(states) and not any(city.region in states for city in large))
        )

    def without_cities(self) -> Reading:
        """The same segment where it cannot be a city."""
        return self._replace(cities=(), large=False)


@lru_cache(maxsize=16_384)
def read(text: str) -> Reading:
    """Read one segment as it stands."""
    stripped = text.strip(STRIPPED)
    if stripped[:1] == "'" == stripped[-1:]:
        stripped = stripped.strip("'")
    key = fold(stripped)
    if not _LETTER.search(key):
        return Reading(stripped, key, code=key if key.isdigit() and len(key) <= 2 else "", postal=True)
    places = gazetteer()
    code, code_country, states = _code(stripped)
    areas = places.areas(key)
    spoken = places.spoken(key)
    cities = () if len(key) < 3 and key.isascii() and spoken is None else cities_named(key)
    if not cities and UNSPACED.search(key):
        cities = _without_unit(key)
    telling = any(area.telling for area in areas)
    shared = any(area.telling and area.region for area in areas)
    noise = key in NOT_PLACES or COUNTED.fullmatch(stripped) is not None
    postal = not (areas or cities or code_country) and POSTAL_ONLY.fullmatch(stripped) is not None
    return Reading(
        text=stripped,
        key=key,
        areas=areas,
        cities=cities,
        spoken=spoken,
        code=code,
        code_country=code_country,
        states=states,
        countries=frozenset() if shared else frozenset(area.country for area in areas if not area.region),
        area=telling or bool(code_country) or bool(states),
        large=any(city.population >= LARGE_CITY and city.kind != ALTERNATE for city in cities),
        noise=noise,
        postal=postal,
        namelike=not noise and not postal and _looks_like_name(stripped, key),
    )


def _code(text: str) -> tuple[str, str, tuple[str, ...]]:
    """A code, the country that it is the code of, and the states."""
    if len(text) > 4:
        return "", "", ()
    code = text.replace(".", "") if _DOTTED_CODE.fullmatch(text) else text
    if not (code.isascii() and code.isalnum() and code == code.upper()):
        return "", "", ()
    places = gazetteer()
    country = ""
    if len(code) == 2 and places.is_country(code):
        country = code
    elif len(code) == 3 and code not in _NOT_ALPHA3:
        country = places.alpha3.get(code, "")
    states = (places.region_of_code(coded, code) for coded in CODED) if len(code) > 1 else ()
    return code, country, tuple(filter(None, states))


def _without_unit(key: str) -> tuple[City, ...]:
    for unit in _UNITS:
        if key.endswith(unit) and len(key) > len(unit):
            return cities_named(key[: -len(unit)])
    return ()


def _looks_like_name(text: str, key: str) -> bool:
    words = key.split()
    return (
        len(words) <= 5
        and 2 < len(text) <= 40
        and not _ODD.search(text)
        and not text[0].islower()
        and not (text.isupper() and len(text) <= 3)
        and NEVER_IN_NAMES.isdisjoint(words)
        and words[-1] not in NO_CITY_ENDS_SO
        and words[-1] not in NO_CITY_WITH
        and words[0] not in NO_CITY_WITH
        and not all(word in SURROUNDINGS or word in NOT_PLACES for word in words)
    )
