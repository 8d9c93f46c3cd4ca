"""What each piece of a location field can stand for.

A location field is cut at its separators into segments; each is read by itself into a `Reading`: the cities and
areas of that name, or that it names no place. Which of the readings holds is decided in location.py.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .gazetteer import ALTERNATE, cities_named, fold, gazetteer
from .place_reading import STRIPPED, UNSPACED, Reading, read
from .place_words import AND_MORE, CEDEX, KEPT_AFTER, NO_CITY_WITH, POSTAL_AFTER, POSTAL_BEFORE, SURROUNDINGS

#: What stands before a segment. A STRONG separator ends a place ("; ", "|", " or "), a COMMA and a DASH go from
#: one level to the next, TIGHT is a hyphen without blanks ("US-CA-Irvine"), PAREN a bracket.
STRONG, COMMA, DASH, TIGHT, PAREN, PIPE = range(6)

_SEPARATOR = re.compile(
    r"\s*(?:(?P<pipe>\|+)|(?P<strong>[;\n\r•·●▪‣、]+)|(?P<slash>[/／])|(?P<comma>[,，]+(?:\s*(?:or|and|und|oder|et|ou|y)\b(?=\s))?)|(?P<paren>[()\[\]（）]+)"
    r"|(?P<dash>(?<=\s)[-–—‐→>]+(?=\s|$)|[–—→>]+|(?<=[A-Za-z])- |:(?!\d)))\s*"
    r"|\s+(?P<near>bei|near|nähe)\s+|\s+(?P<word>or|and|&|\+|oder|und|ou|et|y|lub|oraz|eller|plus|Or|And|OR(?!\s+(?:USA?\b|U\.|United|\d)))\s+"
)
#: Anything that makes a text more than names between commas.
SEPARATED = re.compile(
    r"[^\w\s,.'’-]|\s-|-\s|\s(?:or|and|oder|und|ou|et|y|lub|oraz|eller|bei|near|nähe|plus)\s|[\n\r]",
    re.IGNORECASE,
)
_SEPARATOR_KINDS = {
    "pipe": PIPE,
    "strong": STRONG,
    "slash": STRONG,
    "word": STRONG,
    "comma": COMMA,
    "near": COMMA,
    "paren": PAREN,
    "dash": DASH,
}
#: Separators that can be part of a name: "Frankfurt / Main", "Bosnia and Herzegovina", "Korea (Republic of)".
_JOINING = {"slash", "word", "paren", "dash", "near"}
#: Codes of countries that after a dash are rather those of departments.
_DEPARTMENTS = {"IT", "HR", "QA", "PR", "PM", "AI", "BI", "TV", "ET", "CT", "PT", "MT"}
_MARKUP = re.compile(r"<[^<>]{0,80}>")
_PICTURES = re.compile("[\u200b\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]+")
#: "Lyon 3e", "Paris 9ème arrondissement".
_ARRONDISSEMENT = re.compile(r"(?<=[^\W\d_]) \d{1,2}(?:er|e|è|ème|eme)(?: arrondissement)?$", re.IGNORECASE)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_STATE_AND_ZIP = re.compile(r"^(?P<rest>.*?)[ ,]*\b(?P<code>[A-Z]{2,3})(?: +\d{5}(?:-\d{4})?)?$")
_WIDE = re.compile(r"^(?P<name>\w{4,}?)[- ]?(?:weit|wide)$", re.IGNORECASE)
#: Province, city, district and whatever else an address begins with.
_MOST_CJK_NAMES = 6


class Segment(NamedTuple):
    """A reading and the separator before it; ``compound`` where a name like "US-CA-Irvine" begins."""

    separator: int
    reading: Reading
    compound: bool = False


def segments(text: str) -> list[Segment]:
    """Cut a location field into segments and read each."""
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if "&" in text:
        text = text.replace("&amp;", "&").replace("&nbsp;", " ")
    text = text.replace("\xa0", " ").strip()
    if not text.isascii():
        text = _PICTURES.sub(" ", text).strip() or _flags(text)
    if text and (
        text[-1] in ")…]." or text[-1].isdigit() or "more" in text or "other" in text or "weitere" in text
    ):
        text = AND_MORE.sub("", text.rstrip(" .…")) or text
    found: list[Segment] = []
    for separator, piece in _pieces(text):
        if piece[-1:].isalpha() and _ARRONDISSEMENT.search(piece):
            piece = _ARRONDISSEMENT.sub("", piece)
        reading = _without_number(read(piece)) if piece[-1:].isdigit() else read(piece)
        if reading.code in _DEPARTMENTS and separator not in (COMMA, TIGHT) and found:
            reading = reading._replace(noise=True)
        if reading.known:
            found.append(Segment(separator, reading))
        else:
            found.extend(_refined(separator, piece, reading))
    return found


def _without_number(reading: Reading) -> Reading:
    """A city without the number of its district: "Lyon 07"."""
    core = POSTAL_AFTER.sub("", reading.text)
    if core != reading.text and not reading.postal:
        city = read(core)
        if city.cities and not city.noise:
            return city
    return reading


def _flags(text: str) -> str:
    """The country codes of which flags are made."""
    return "; ".join(
        "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in pair) for pair in _FLAG.findall(text)
    )


def _pieces(text: str) -> list[tuple[int, str]]:
    """Cut at separators, but leave together what is known as one name."""
    if not SEPARATED.search(text):
        names = [piece for piece in text.split(",") if not piece.isspace() and piece]
        return [(COMMA if position else STRONG, piece) for position, piece in enumerate(names)]
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
        whole = f"{left}{joint}{piece}" + (")" if "(" in joint else "")
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
            found = [Segment(separator, parts[0], parts[0].area)]
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
    levels = any(reading.noise or reading.area for reading in (first, last)) or (
        first.postal and any(reading.known for reading in readings[1:])
    )
    if not levels and not any(city.population >= 100_000 and city.kind != ALTERNATE for city in first.cities):
        return []
    joined: list[Reading] = []
    position = 0
    while position < len(readings):
        size = next((size for size in (4, 3, 2) if _is_name(parts[position : position + size], size)), 1)
        joined.append(read("-".join(parts[position : position + size])) if size > 1 else readings[position])
        position += size
    return joined


def _is_name(parts: list[str], size: int) -> bool:
    """Whether so many parts are one name that is written with hyphens."""
    if len(parts) < size or (len(parts[0]) < 4 and parts[0].isupper()):
        return False
    whole = read("-".join(parts))
    return bool(whole.areas) or any(city.kind != ALTERNATE for city in whole.cities)


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
        if match and match["rest"].strip(STRIPPED):
            code, rest = read(match["code"]), read(match["rest"])
            if (code.states and (code.code != "DC" or rest.cities)) or _names_country(code):
                known = rest.cities or rest.areas or rest.noise or rest.area
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
    if UNSPACED.search(text):
        return _cjk(segment)
    return [segment]


def _names_country(reading: Reading) -> bool:
    return any(area.telling for area in reading.areas) or (
        len(reading.code) == 3 and bool(reading.code_country)
    )


def _without_surroundings(words: list[str]) -> Reading | None:
    """The known name left when words such as "Greater" and "Office" are taken off, longest first."""
    folded = [fold(word) for word in words]
    leading = next((n for n, word in enumerate(folded) if word not in SURROUNDINGS), len(words))
    if leading == len(words):
        return read("Remote")._replace(text=" ".join(words))
    trailing = next(n for n, word in enumerate(reversed(folded)) if word not in SURROUNDINGS)
    cuts = [(first, len(words) - last) for first in range(leading + 1) for last in range(trailing + 1)]
    for first, last in sorted(cuts, key=lambda cut: len(words) - cut[1] + cut[0])[1:]:
        core = read(" ".join(words[first:last]))
        if not (core.cities or core.areas or core.code_country or core.noise):
            continue
        if NO_CITY_WITH.intersection((*folded[:first], *folded[last:])):
            return core.without_cities()._replace(noise=not core.areas)
        if core.cities and set(folded[last:]) <= KEPT_AFTER:
            return core._replace(text=" ".join(words[first:]))
        return core
    return None


def _cjk(segment: Segment) -> list[Segment]:
    """Cut an address without blanks after the names it begins with: "上海市浦东新区"."""
    found: list[Segment] = []
    while not segment.reading.known and len(found) < _MOST_CJK_NAMES:
        text = segment.reading.text.replace(" ", "")
        heads = ((size, read(text[:size])) for size in range(min(6, len(text) - 1), 1, -1))
        size, head = next(((size, head) for size, head in heads if head.areas or head.cities), (0, None))
        if head is None:
            break
        found.append(Segment(segment.separator, head))
        segment = Segment(DASH, read(text[size:]))
    return [*found, segment]
