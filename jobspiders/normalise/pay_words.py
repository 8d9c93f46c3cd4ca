"""The vocabulary of pay: which word speaks for pay, which against it, and which names a unit of time."""

from __future__ import annotations

import tomllib
from enum import IntEnum
from importlib import resources
from typing import Any

from jobspiders.items import SalaryUnit


class Role(IntEnum):
    """What a word says about the figure beside it."""

    NONE = 0
    PAY = 1
    WEAK = 2
    TOTAL = 3
    EXTRA = 4
    ELSEWHERE = 5
    NEAR = 6
    LINK = 7
    EXEMPT = 8
    MARK = 9


def _load() -> dict[str, Any]:
    source = resources.files("jobspiders.data").joinpath("pay_words.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _words(table: dict[str, str]) -> set[str]:
    return {word for words in table.values() for word in words.split()}


_DATA = _load()

_ROLES: dict[str, Role] = {}
for _name, _role in (
    ("exempt", Role.EXEMPT),
    ("link", Role.LINK),
    ("weak", Role.WEAK),
    ("elsewhere_near", Role.NEAR),
    ("elsewhere", Role.ELSEWHERE),
    ("extra", Role.EXTRA),
    ("total", Role.TOTAL),
    ("pay", Role.PAY),
):
    _ROLES.update(dict.fromkeys(_words(_DATA[_name]), _role))

EXEMPT: frozenset[str] = frozenset(_words(_DATA["exempt"]))
CONNECTORS: frozenset[str] = frozenset(_words(_DATA["connector"]))
JOB_NOUNS: frozenset[str] = frozenset(_words(_DATA["job_noun"]))
PREPOSITIONS: frozenset[str] = frozenset(_words(_DATA["preposition"]))
FILLER: frozenset[str] = frozenset(_words(_DATA["filler"]))
JOINTS: frozenset[str] = frozenset(_words(_DATA["unit_joints"]))

UNITS: dict[str, SalaryUnit] = {word: unit for unit, words in _DATA["unit"].items() for word in words.split()}
UNITS_AFTER_JOINT: dict[str, SalaryUnit] = UNITS | {
    word: unit for unit, words in _DATA["unit_after_joint"].items() for word in words.split()
}

_PAY_BEGINS = tuple(_DATA["pay_compound"]["begins"].split())
_PAY_ENDS = tuple(_DATA["pay_compound"]["ends"].split())
_EXTRA_BEGINS = tuple(_DATA["extra_compound"]["begins"].split())
_EXTRA_ENDS = tuple(_DATA["extra_compound"]["ends"].split())
_SHORTEST_COMPOUND = 7

_UNIT_STEMS: tuple[tuple[str, SalaryUnit], ...] = (
    ("stunden", "hour"),
    ("tages", "day"),
    ("wochen", "week"),
    ("monats", "month"),
    ("jahres", "year"),
    ("uur", "hour"),
    ("maand", "month"),
    ("jaar", "year"),
)


class _Vocabulary(dict[str, tuple[Role, SalaryUnit | None]]):
    """Role and unit of lower-case words, worked out when first met; the memory of it is bounded."""

    _MOST = 20_000

    def __missing__(self, word: str) -> tuple[Role, SalaryUnit | None]:
        found = _role_of(word)
        known = found, _unit_of(word, found)
        if len(self) < self._MOST and not word[0].isdigit():
            self[word] = known
        return known


def _role_of(word: str) -> Role:
    known = _ROLES.get(word)
    if known is not None:
        return known
    if len(word) >= _SHORTEST_COMPOUND:
        if word.startswith(_EXTRA_BEGINS) or word.endswith(_EXTRA_ENDS):
            return Role.EXTRA
        if word.startswith(_PAY_BEGINS) or word.endswith(_PAY_ENDS):
            return Role.PAY
    return Role.NONE


def _unit_of(word: str, found: Role) -> SalaryUnit | None:
    unit = UNITS.get(word)
    if unit is None and found is Role.PAY and len(word) >= _SHORTEST_COMPOUND:
        if word.startswith("ausbildungs"):
            return "month"
        return next((named for stem, named in _UNIT_STEMS if stem in word), None)
    return unit


#: What a lower-case word says: its role, and the unit of time it names; German and Dutch compounds are known by
#: how they begin or end.
VOCABULARY = _Vocabulary(dict.fromkeys("+,&%(:", (Role.MARK, None)))
