"""Employment types out of what a board writes in its own field for them.

Only what is said counts. "Permanent", "CDI", "unbefristet", "indefinido" and "Festanstellung" tell how long a
contract lasts, not how many hours a week: alone they give no type, since each may be part-time. A fixed term
is TEMPORARY; "contract" by itself, freelance and B2B are CONTRACTOR. Training contracts (internship,
apprenticeship, alternance, Ausbildung) are INTERN, the only training type that schema.org knows. Students'
jobs beside their studies (Werkstudent, Minijob) are PART_TIME, which the law makes of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jobspiders.items import EMPLOYMENT_TYPES
from jobspiders.normalise.phrases import fold, one_of, read_sections

#: Characters read; a field longer than this is prose.
MAX_CHARACTERS = 400

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATOR = re.compile(r"[\s_\-–—’'.&]+")
_SLASH = re.compile(r" ?[/|] ?")
_PERCENT = re.compile(
    r"(?<!\d)(?:(\d{2,3}) ?%? (?:bis |to |a )?)?(\d{2,3}) ?%(?! ?(?:remote|home|onsite|bonus|office))"
)


def _table() -> tuple[dict[str, set[str]], re.Pattern[str]]:
    types: dict[str, set[str]] = {}
    for kind, phrases in read_sections("employment_types.txt").items():
        for phrase in phrases:
            types.setdefault(phrase, set()).add(kind)
    return types, re.compile(one_of(list(types)))


_TYPES, _PATTERN = _table()


def parse_employment_types(text: str | None) -> list[str]:
    """The types that the text names, each once, in the order of ``items.EMPLOYMENT_TYPES``; often none."""
    return list(_types(text[:MAX_CHARACTERS])) if text else []


@lru_cache(maxsize=4_096)
def _types(text: str) -> tuple[str, ...]:
    folded = fold(_CAMEL.sub(" ", text))
    folded = _SLASH.sub(" / ", _SEPARATOR.sub(" ", folded))
    found: set[str] = set()
    for match in _PATTERN.finditer(folded):
        found.update(_TYPES[match.group()])
    for bounds in _PERCENT.findall(folded):
        for percent in filter(None, bounds):
            if 10 <= int(percent) <= 100:
                found.add("FULL_TIME" if int(percent) == 100 else "PART_TIME")
    return tuple(kind for kind in EMPLOYMENT_TYPES if kind in found)
