"""Places that boards give in parts, as locations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jobspiders.items import Location
from jobspiders.parsing.record import Record, as_number, joined

_GAP = re.compile(r"\s*(?:,\s*)+")
#: What boards write where they have no place.
_NOWHERE = frozenset({"n/a", "na", "none", "null", "undefined", "-", "xxxx", "xxx"})


def place_in(record: Record, paths: Mapping[str, str]) -> Location | None:
    """The place whose parts stand at ``paths`` (see ``Record.fields``), named as the fields of Location.

    The country is its code where ``country_code`` or ``country`` has two letters; a longer name is only
    written. The text is the board's own ``text`` with empty parts left out, else the parts, else what the
    place is called (``name``). None where nothing is there.
    """
    found = {name: text for name, text in record.fields(paths).items() if text.lower() not in _NOWHERE}
    city, region, country = (found.get(name) for name in ("city", "region", "country"))
    codes = (code for name in ("country_code", "country") if (code := found.get(name)) and len(code) == 2)
    text = (
        _GAP.sub(", ", found.get("text", "")).strip(", ")
        or joined(city, region, country)
        or found.get("name")
    )
    if not text:
        return None
    return Location(
        text=text,
        city=city,
        region=region,
        country=next((code.upper() for code in codes if code.isascii() and code.isalpha()), None),
        latitude=as_number(found.get("latitude")),
        longitude=as_number(found.get("longitude")),
    )


def distinct(places: Iterable[Location | None]) -> list[Location]:
    """The places that are there, each text once."""
    found: dict[str | None, Location] = {}
    for place in places:
        if place is not None and place.text:
            found.setdefault(place.text, place)
    return list(found.values())


def places_text(places: Iterable[Location]) -> str | None:
    """All places in one line."""
    return joined(*(place.text for place in places), separator="; ")
