"""The countries that a remote job is open to."""

from __future__ import annotations

import re
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from .gazetteer import fold
from .location import parse_locations
from .place_segments import segments
from .place_words import MACRO_REGIONS
from .scan import scan

_LONGEST = 400
_EXCEPT = re.compile(
    r"[(,;-]?\s*\b(?:excl\.?|excluding|except|without|other than|not including|outside)\b(?: of)?",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"[()\[\]|;]|\s[-–—]+\s|^\W*(?:100 ?% |fully )?remote\b(?: (?:in|within|from|across))?"
    r"|(?:\s(?:or|and|&))?\s*\bremote\W*$",
    re.IGNORECASE,
)
#: Phrases of descriptions that say where applicants must be; what follows is read as a list of places.
_LIVING = r"(?:based|located|reside|residing|live|living|work remotely)"
_OPEN_TO = re.compile(
    rf"(?:(?:must|should|need to|have to|required to|can) (?:currently )?(?:be |already be )?(?:physically )?{_LIVING}"
    rf"|(?:candidates|applicants|residents|people|those|anyone)(?: who are| currently)? {_LIVING}"
    rf"|open to (?:candidates|applicants|residents|people)(?: {_LIVING})?"
    r"|remote(?:ly)?(?: work| position| role| job)?(?: from)?(?: anywhere)?) (?:in|within|across|from|of) "
    r"(?:any of |one of |either )?(?:the )?(?:following (?:countries|states|locations):? )?"
    r"(?P<places>[A-Z][^.;:!?\n()]{1,80})"
)
_ONLY = re.compile(
    r"\b(?P<places>US|U\.S\.|USA|UK|EU|EEA|EMEA|LATAM|Canada|Germany|India|Europe)(?:[- ]based)?[- ]only\b"
)
_TRAILING = re.compile(
    r"\s+(?:and (?:must|have|be|able|willing|authorized|eligible|legally|hold)|with|who|to|for|at|as|but|due|during"
    r"|where|while|on|time ?zones?|office|is|are|will|because|since|unless|if|so|only|hours|working)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_FIND_ANCHORS = BytesAhoCorasick(
    (b"based", b"locat", b"resid", b"live", b"living", b"remote", b"open to", b" only", b"-only"),
    implementation=Implementation.DFA,
)
#: How much is looked at around each word that may matter, and how many of them.
_BEFORE, _AFTER, _MOST_WINDOWS = 60, 150, 16


def remote_countries(text: str | None, *, unrestricted: list[str] | None = None) -> list[str]:
    """Countries named by a location field, parts of the world spelt out; sorted ISO 3166-1 alpha-2 codes.

    [] where nothing is named, and ``unrestricted`` (by default []) where the text says that any place will do.
    """
    codes = _codes((text or "")[:_LONGEST])
    if codes == ("*",):
        return list(unrestricted or [])
    return list(codes)


@lru_cache(maxsize=4_096)
def _codes(text: str) -> tuple[str, ...]:
    if not text.strip():
        return ()
    exception = _EXCEPT.search(text)
    if exception:
        return tuple(sorted(set(_codes(text[: exception.start()])) - set(_codes(text[exception.end() :]))))
    found: set[str] = set()
    for part in _PARTS.split(text):
        region = MACRO_REGIONS.get(fold(part))
        if region is not None:
            found.update(region)
            continue
        for segment in segments(part):
            found.update(MACRO_REGIONS.get(segment.reading.key, ()))
        found.update(place.country for place in parse_locations(part) if place.country)
    if len(found) > 1:
        found.discard("*")
    return tuple(sorted(found))


def countries_in_text(description: str | None) -> list[str]:
    """Countries to which a description restricts applicants: "must be based in the UK", "US only"."""
    raw, lowered = scan(description or "")[:2]
    open_to: set[str] = set()
    only: set[str] = set()
    end = windows = 0
    for _, start, _ in _FIND_ANCHORS.find_matches_as_indexes(lowered):
        if start < end - _BEFORE:
            continue
        end = start + _AFTER
        windows += 1
        if windows > _MOST_WINDOWS:
            break
        window = raw[max(0, start - _BEFORE) : end].decode("utf-8", "ignore")
        for match in _OPEN_TO.finditer(window):
            open_to.update(remote_countries(_TRAILING.sub("", match["places"])))
        limited = _ONLY.search(window)
        if limited:
            only.update(remote_countries(limited["places"]))
    return sorted(open_to or only)
