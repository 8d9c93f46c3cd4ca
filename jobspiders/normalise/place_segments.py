"""What each piece of a location field can stand for.

A location field is cut at its separators into segments; each is read by itself into a `Reading`: the cities and
areas of that name, or that it names no place. Which of the readings holds is decided in location.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .gazetteer import Area, City, Spoken, cities_named, fold, gazetteer
from .place_words import (
    AND_MORE,
    CEDEX,
    COUNTED,
    KEPT_AFTER,
    NO_CITY_ENDS_SO,
    NOT_PLACES,
    POSTAL_AFTER,
    POSTAL_BEFORE,
    POSTAL_ONLY,
    SURROUNDINGS,
)

#: What stands before a segment. A STRONG separator ends a place ("; ", "|", " or "), a COMMA and a DASH go from
#: one level to the next, TIGHT is a hyphen without blanks ("US-CA-Irvine"), PAREN a bracket.
STRONG, COMMA, DASH, TIGHT, PAREN, PIPE = range(6)

_SEPARATOR = re.compile(
    r"\s*(?:(?P<pipe>\|+)|(?P<strong>[;\n\r•·●▪‣、]+)|(?P<slash>[/／])|(?P<comma>[,，]+)|(?P<paren>[()\[\]（）]+)"
    r"|(?P<dash>(?<=\s)[-–—‐→>]+(?=\s|$)|[–—→>]+|(?<=[A-Za-z])- |:(?!\d)))\s*"
    r"|\s+(?P<word>or|and|&|\+|oder|und|ou|et|y|plus)\s+"
)
_SEPARATOR_KINDS = {
    "pipe": PIPE,
    "strong": STRONG,
    "slash": STRONG,
    "word": STRONG,
    "comma": COMMA,
    "paren": PAREN,
    "dash": DASH,
}
#: Separators that can be part of a name: "Frankfurt / Main", "Bosnia and Herzegovina", "Korea (Republic of)".
_JOINING = {"slash", "word", "paren", "dash"}
_MARKUP = re.compile(r"<[^<>]{0,80}>")
_STRIPPED = ' \t.,;:-–—_*"“”!?#>'
_WORD = re.compile(r"[^\W\d_]")
_ODD = re.compile(
    r"[\d#@%$€£!?=]|\b(?:street|road|avenue|ave|blvd|suite|ste|floor|rd|dr|str|straße|strasse)\b", re.I
)
_STATE_AND_ZIP = re.compile(r"^(?P<rest>.*?)[ ,]*\b(?P<code>[A-Z]{2,3})(?: +\d{5}(?:-\d{4})?)?$")
_DOTTED_CODE = re.compile(r"[A-Z]\.[A-Z]\.?")
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_CJK_UNITS = ("특별자치시", "특별시", "광역시", "市", "都", "府", "區", "区", "县", "縣", "州", "시")
#: Countries whose states and provinces are written as codes without the country.
CODED = ("US", "CA", "AU")
#: ISO 3166-1 alpha-3 codes that mean something else in location fields.
_NOT_ALPHA3 = {"EST", "AND", "COM", "PER", "IOT", "NIC", "SUR", "CUB"}
_WIDE = re.compile(r"^(?P<name>\w{4,}?)[- ]?(?:weit|wide)$", re.IGNORECASE)


class Reading(NamedTuple):
    """One segment read by itself. ``text`` is the name as written, without what was taken off."""

    text: str
    key: str
    areas: tuple[Area, ...]
    cities: tuple[City, ...]
    spoken: Spoken | None
    #: The code in capitals if the segment may be one, else "", and the country of an ISO 3166-1 code.
    code: str
    code_country: str
    #: Names no place, or only by accident.
    noise: bool
    #: Digits or a postal code.
    postal: bool
    #: Looks like the name of a place although the gazetteer has none.
    namelike: bool

    @property
    def known(self) -> bool:
        """Whether it can be a place, or says in so many words that it is none."""
        return bool(
            self.areas or self.cities or self.code_country or self.noise or self.postal or self.spoken
        )


class Segment(NamedTuple):
    """A reading and the separator before it; ``compound`` where a name like "US-CA-Irvine" begins."""

    separator: int
    reading: Reading
    compound: bool = False


@lru_cache(maxsize=65_536)
def read(text: str) -> Reading:
    """Read one segment as it stands."""
    stripped = text.strip(_STRIPPED)
    if stripped[:1] == "'" == stripped[-1:]:
        stripped = stripped.strip("'")
    key = fold(stripped)
    if not key or not _WORD.search(key):
        code = key if key.isdigit() and len(key) <= 2 else ""
        return Reading(stripped, key, (), (), None, code, "", False, True, False)
    places = gazetteer()
    code = code_country = ""
    if len(stripped) <= 4:
        capitals = stripped.replace(".", "") if _DOTTED_CODE.fullmatch(stripped) else stripped
        if capitals.isascii() and capitals.isalnum() and capitals == capitals.upper() and len(capitals) <= 4:
            code = capitals
            if len(code) == 2 and places.is_country(code):
                code_country = code
            elif len(code) == 3 and code not in _NOT_ALPHA3:
                code_country = places.alpha3.get(code, "")
    areas = places.areas(key)
    spoken = places.spoken(key)
    cities = () if len(key) < 3 and key.isascii() and spoken is None else cities_named(key)
    if not cities and _CJK.search(key):
        cities = _without_unit(key)
    noise = key in NOT_PLACES or COUNTED.fullmatch(stripped) is not None
    postal = not (areas or cities or code_country) and POSTAL_ONLY.fullmatch(stripped) is not None
    namelike = not noise and not postal and _looks_like_name(stripped, key)
    return Reading(stripped, key, areas, cities, spoken, code, code_country, noise, postal, namelike)


def _without_unit(key: str) -> tuple[City, ...]:
    for unit in _CJK_UNITS:
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
        and words[-1] not in NO_CITY_ENDS_SO
        and not all(word in SURROUNDINGS or word in NOT_PLACES for word in words)
    )


def segments(text: str) -> list[Segment]:
    """Cut a location field into segments and read each."""
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if "&" in text:
        text = text.replace("&amp;", "&").replace("&nbsp;", " ")
    text = text.replace("\xa0", " ").strip()
    if text and (
        text[-1] in ")…]." or text[-1].isdigit() or "more" in text or "other" in text or "weitere" in text
    ):
        text = AND_MORE.sub("", text.rstrip(" .…")) or text
    found: list[Segment] = []
    for separator, piece in _pieces(text):
        reading = read(piece)
        if reading.known:
            found.append(Segment(separator, reading))
        else:
            found.extend(_refined(separator, piece, reading))
    return found


def _pieces(text: str) -> list[tuple[int, str]]:
    """Cut at separators, but leave together what is known as one name."""
    pieces: list[tuple[int, str]] = []
    start, separator = 0, STRONG
    joint = ""
    for match in _SEPARATOR.finditer(text):
        kind = match.lastgroup or ""
        _add(pieces, separator, text[start : match.start()], joint)
        start, separator = match.end(), _SEPARATOR_KINDS[kind]
        joint = match[0] if kind in _JOINING else ""
    _add(pieces, separator, text[start:], joint)
    return pieces


def _add(pieces: list[tuple[int, str]], separator: int, piece: str, joint: str) -> None:
    if not piece.strip():
        return
    if joint and pieces:
        before, left = pieces[-1]
        whole = f"{left}{joint}{piece}"
        key = fold(whole)
        places = gazetteer()
        if (
            places.areas(key)
            or places.spoken(key)
            or any(not city.kind or city.kind > 1 for city in cities_named(key))
        ):
            pieces[-1] = (before, whole)
            return
    pieces.append((separator, piece))


def _refined(separator: int, piece: str, reading: Reading) -> list[Segment]:
    """Look closer at a segment that is not known as it stands."""
    text = reading.text
    if CEDEX.search(text):
        text = CEDEX.sub("", text)
    for pattern in (POSTAL_BEFORE, POSTAL_AFTER):
        match = pattern.match(text) if pattern is POSTAL_BEFORE else pattern.search(text)
        if match and match.end() - match.start() < len(text):
            text = text[: match.start()] + text[match.end() :]
    if text != reading.text:
        reading = read(text)
        if reading.known:
            return [Segment(separator, reading)]
    if "-" in text or "_" in text:
        parts = _split_tight(text)
        if parts:
            found = [Segment(separator, parts[0], is_area(parts[0]))]
            found.extend(Segment(TIGHT, part) for part in parts[1:])
            return [closer for segment in found for closer in _closer(segment)]
    return _closer(Segment(separator, reading))


def _split_tight(text: str) -> list[Reading]:
    """Parts of "US-CA-Irvine"; empty where the hyphens belong to a name."""
    parts = [part for part in re.split(r"[-_]+", text) if part.strip()]
    readings = [read(part) for part in parts]
    if len(parts) < 2:
        return []
    first, last = readings[0], readings[-1]
    levels = any(reading.noise or is_area(reading) for reading in (first, last)) or (
        first.postal and any(reading.known for reading in readings[1:])
    )
    if not levels and not any(city.population >= 100_000 and not city.kind for city in first.cities):
        return []
    joined: list[Reading] = []
    position = 0
    while position < len(readings):
        if position and position + 1 < len(readings):
            pair = read(f"{parts[position]}-{parts[position + 1]}")
            if pair.cities and not is_area(readings[position]):
                joined.append(pair)
                position += 2
                continue
        joined.append(readings[position])
        position += 1
    return joined


def is_area(reading: Reading) -> bool:
    """Whether a segment can be a country, or a region that is written without its country."""
    return (
        any(area.telling for area in reading.areas)
        or bool(reading.code_country)
        or (len(reading.code) > 1 and is_bare_code(reading.code))
    )


def is_bare_code(code: str) -> bool:
    """Whether a code is one of the states and provinces that are written without their country."""
    places = gazetteer()
    return any(places.region_of_code(country, code) for country in CODED)


def _closer(segment: Segment) -> list[Segment]:
    """Split a name from the code, region or country beside it, or take off words around it."""
    separator, reading = segment.separator, segment.reading
    if reading.known:
        return [segment]
    text = reading.text
    words = text.split()
    if 2 <= len(words) <= 8:
        for size in (1, 2, 3):
            if size >= len(words):
                break
            head, tail = read(" ".join(words[:size])), read(" ".join(words[size:]))
            if _names_country(head) and not any(area.region for area in head.areas):
                return [Segment(separator, head), *_closer(Segment(DASH, tail))]
        match = _STATE_AND_ZIP.match(text)
        if match and match["rest"].strip(_STRIPPED):
            code, rest = read(match["code"]), read(match["rest"])
            if is_bare_code(code.code) or _names_country(code):
                known = rest.cities or rest.areas or rest.noise
                if known or (len(words) <= 4 and rest.namelike and len(code.code) == 2):
                    return [Segment(separator, rest), Segment(COMMA, code)]
        for size in (1, 2, 3):
            if size >= len(words):
                break
            head, tail = read(" ".join(words[:-size])), read(" ".join(words[-size:]))
            if _names_country(tail) and (head.cities or head.areas or head.noise):
                return [Segment(separator, head), Segment(COMMA, tail)]
        core = _without_surroundings(words)
        if core:
            return [Segment(separator, core)]
    match = _WIDE.match(text)
    if match:
        wide = read(match["name"])
        if wide.areas:
            return [Segment(separator, wide)]
    if _CJK.search(text):
        return _cjk(segment)
    return [segment]


def _names_country(reading: Reading) -> bool:
    return any(area.telling for area in reading.areas) or (
        len(reading.code) == 3 and bool(reading.code_country)
    )


def _without_surroundings(words: list[str]) -> Reading | None:
    """The known name left when words such as "Greater" and "Office" are taken off, longest first."""
    folded = [fold(word) for word in words]
    start, end = 0, len(words)
    while start < end and folded[start] in SURROUNDINGS:
        start += 1
    while end > start and folded[end - 1] in SURROUNDINGS:
        end -= 1
    if start == 0 and end == len(words):
        return None
    if start == end:
        return read("Remote")._replace(text=" ".join(words))
    for first, last in ((0, end), (start, len(words)), (start, end)):
        if last - first < len(words):
            core = read(" ".join(words[first:last]))
            if core.cities and set(folded[last:]) <= KEPT_AFTER:
                return core._replace(text=" ".join(words[first:]))
            if core.cities or core.areas or core.code_country or core.noise:
                return core
    return None


def _cjk(segment: Segment) -> list[Segment]:
    """Cut an address without blanks after the names it begins with: "上海市浦东新区"."""
    separator = segment.separator
    if segment.reading.known:
        return [segment]
    text = segment.reading.text.replace(" ", "")
    for size in range(min(6, len(text) - 1), 1, -1):
        head = read(text[:size])
        if head.areas or head.cities:
            return [Segment(separator, head), *_cjk(Segment(DASH, read(text[size:])))]
    return [segment]
