"""The dictionary of skills, ``data/skills.tsv``: names, what they are written like, and what they imply."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

#: What an alias ends with that is also a word: as written, beside another skill, in a list of skills.
RULES = EXACT, NEAR_ANOTHER, IN_LIST = "^", "~", "!"


class Alias(NamedTuple):
    """What a name that counts only as written stands for."""

    skill: int
    rule: str
    context: int
    """How many characters of the pattern on both sides belong to what stands around the name."""


class SkillNames(NamedTuple):
    """Skills by their numbers."""

    names: list[str]
    implied: list[int]
    unrelated: frozenset[tuple[int, int]]
    """A longer and a shorter name that it begins with by chance: Java Script and Java."""
    not_before: list[frozenset[bytes]]
    subjects: frozenset[int]
    any_case: dict[str, int]
    exact: dict[str, Alias]
    spellings: dict[str, int]


def _in_context(written: str) -> Iterator[str]:
    """A name of one letter with what may stand around it, since the letter alone is everywhere."""
    for before in " /(,\n\t":
        for after in " ,/).;:\n&|":
            yield before + written + after


@lru_cache(maxsize=1)
def skill_names() -> SkillNames:
    """The dictionary, read once."""
    names: list[str] = []
    implied_names: list[str] = []
    not_before: list[frozenset[bytes]] = []
    any_case: dict[str, int] = {}
    exact: dict[str, Alias] = {}
    spellings: dict[str, int] = {}
    subjects: set[int] = set()
    for line in files("jobspiders.data").joinpath("skills.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, _, aliases, implies, followers, subject, _ = line.split("\t")
        for alias in aliases.split("|"):
            rule = alias[-1] if alias[-1] in RULES and len(alias) > 1 else ""
            written = alias[:-1] if rule else alias
            spellings.setdefault(written.lower(), len(names))
            if not rule:
                any_case[written] = len(names)
            elif len(written) > 1:
                exact[written] = Alias(len(names), rule, 0)
            else:
                exact.update(dict.fromkeys(_in_context(written), Alias(len(names), rule, 1)))
        names.append(name)
        implied_names.append(implies)
        not_before.append(frozenset(followers.encode().split()))
        if subject:
            subjects.add(len(names) - 1)
    positions = {name: position for position, name in enumerate(names)}
    return SkillNames(
        names,
        [positions.get(name, -1) for name in implied_names],
        frozenset(
            (longer, positions[name[1:]]) for longer, name in enumerate(implied_names) if name.startswith("-")
        ),
        not_before,
        frozenset(subjects),
        any_case,
        exact,
        spellings,
    )
