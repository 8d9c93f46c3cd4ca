"""Words that stand in location fields without naming a place, and postal codes."""

from __future__ import annotations

import re
from importlib.resources import files

from .gazetteer import fold


def _words(name: str, separator: str | None) -> frozenset[str]:
    lines = (files("jobspiders.data") / "places" / name).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("#")]
    return frozenset(word.strip() for line in kept for word in line.split(separator))


def _macro_regions() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in (
        (files("jobspiders.data") / "places" / "macro_regions.tsv").read_text(encoding="utf-8").splitlines()
    ):
        if not line.startswith("#"):
            names, codes = line.split("\t")
            found.update((fold(name), tuple(codes.split())) for name in names.split(";"))
    return found


#: Folded names of parts of the world with their countries; ("*",) for all of it.
MACRO_REGIONS = _macro_regions()
#: Folded segments that name no place (see the table for the exception).
NOT_PLACES = _words("not_places.txt", ",") | MACRO_REGIONS.keys()
#: Folded words with which no name of a city ends.
NO_CITY_ENDS_SO = _words("not_city_ends.txt", None)
#: Folded words that are taken off a segment at both ends to find a name.
SURROUNDINGS = _words("surroundings.txt", None)

_UK = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}"
_CANADIAN = r"[A-Za-z]\d[A-Za-z]\s?\d[A-Za-z]\d"
_IRISH = r"[A-Z]\d[\dW]\s?\w{4}"
_NUMERIC = r"\d{5}-\d{3,4}|\d{3} \d{2}|\d{2}-\d{3}|\d{3}-\d{4}|\d{4}-\d{3}|\d{4,7}"
#: A postal code that is all of a segment.
POSTAL_ONLY = re.compile(rf"(?:[A-Z]{{1,3}}-?)?(?:{_NUMERIC})(?: ?[A-Z]{{2}})?|{_UK}|{_CANADIAN}|{_IRISH}")
#: A postal code before a name in one segment.
POSTAL_BEFORE = re.compile(rf"(?:[A-Z]{{1,2}}[- ])?(?:{_NUMERIC})(?: [A-Z]{{2}}(?= ))? +(?=\D)")
#: A postal code, or the number of a district, after a name in one segment.
POSTAL_AFTER = re.compile(
    rf" +(?:{_UK}|{_CANADIAN}|(?:[A-Z]{{1,2}}-)?(?:{_NUMERIC})|[A-Z]{{1,2}}\d{{1,2}}[A-Z]?|\d{{1,2}})$"
)
#: The delivery code that follows French names in post addresses.
CEDEX = re.compile(r" +cedex(?: +\d{1,2})?$", re.IGNORECASE)
#: How many more places a board counts instead of naming them.
AND_MORE = re.compile(
    r"\s?[(\[]?(?:\+|&|\b(?:and|plus|y|et|und)\b)? ?\b\d{1,4} (?:more|others?|additional|weitere|autres|más)\b"
    r"[^,;|\n]{0,40}$|[(\[]? ?\+ ?\d{1,4} ?[)\]]?$|\(\d{1,4}\)$",
    re.IGNORECASE,
)
#: Places counted instead of named: "3 Locations".
COUNTED = re.compile(
    r"\d+\+? (?:locations?|cities|offices?|sites|places|standorte|lieux|sedes)", re.IGNORECASE
)
#: Words after a name that are part of it where they are written, though the gazetteer leaves them out.
KEPT_AFTER = frozenset(("district", "township", "borough", "city", "town", "village"))
#: Words of sentences, which no name of a place has.
NEVER_IN_NAMES = frozenset(
    ("is", "are", "our", "you", "your", "we", "work", "must", "with", "for", "will", "be")
)
#: Words before or after a name that is a county's or a province's, not a city's.
NO_CITY_WITH = frozenset(
    (
        *(
            "county",
            "parish",
            "province",
            "provincia",
            "state",
            "voivodeship",
            "oblast",
            "prefecture",
            "canton",
        ),
        *("kanton", "governorate", "krai", "landkreis", "kreis", "departement", "departamento"),
    )
)
