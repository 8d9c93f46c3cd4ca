"""One pass over a text for all that normalisers look for in descriptions: skills, degrees, years, workplaces.

An automaton costs by the byte and hardly by the number of its patterns, so there are two: one on small letters,
one on the text as written. They run on UTF-8: on text they first make such bytes and then a table that turns every
position back into one of characters, which costs more than the pass. The one on small letters is coarse; texts with
letters of scripts that it does not tell apart have one of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation

from jobspiders.normalise.coarse import CoarseAutomaton, Hit
from jobspiders.normalise.phrases import read_sections
from jobspiders.normalise.skill_names import Alias, skill_names

#: Characters read of a description.
MAX_CHARACTERS = 40_000


class Scan(NamedTuple):
    """A text in UTF-8 between two line feeds, and where in ``raw`` patterns were found, by their numbers.

    Skills and degrees come in any order, the others in that of where they end.
    """

    raw: bytes
    lowered: bytes
    """``raw`` with small letters of ASCII."""
    skills: list[Hit]
    degrees: list[Hit]
    years: list[Hit]
    workplaces: list[Hit]
    exact_skills: list[Hit]
    exact_degrees: list[Hit]


class Degree(NamedTuple):
    """What a name of a degree stands for; ``goes_on`` where more letters may follow it."""

    level: str
    goes_on: bool


#: Beginnings of the words for years and months.
YEARS = (
    *(
        " ans",
        " an ",
        "année",
        "año",
        "anni",
        "anos",
        "jaar",
        "lat ",
        "lata",
        "letni",
        "jahr",
        "jährig",
        "års",
        "år ",
    ),
    *(
        "yıl",
        "лет",
        "год",
        "年",
        "년",
        "year",
        "yr",
        "yoe",
        "month",
        "monat",
        "mois",
        "meses",
        "maand",
        "mesi",
    ),
)
#: Words without which a description says nothing of where the job is done.
WORKPLACES = (
    *("remot", "hybrid", "homeoffice", "onsite", "on-site", "on site", "in-person", "in person", "from home"),
    *(
        "from anywhere",
        "teletrab",
        "presencial",
        "vor ort",
        "zdaln",
        "op afstand",
        "híbrid",
        "hybryd",
        "télétravail",
    ),
    *("présentiel", "office"),
)


def _spellings(phrase: str) -> list[str]:
    """A phrase in small letters as it stands in ``lowered``, also where the text has it in capitals."""
    return sorted({phrase, phrase.upper().encode().lower().decode()})


def _written(phrases: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Phrases with both apostrophes, without the "*" that stands for the rest of a word, and whether it was there."""
    for phrase in phrases:
        bare = phrase.rstrip("*")
        for name in dict.fromkeys((bare, bare.replace("'", "’"))):
            yield name, bare != phrase


@lru_cache(maxsize=1)
def degrees() -> tuple[dict[str, Degree], dict[str, Degree]]:
    """Names of degrees: those in any case, in small letters, and those that count only as written."""
    any_case: dict[str, Degree] = {}
    exact: dict[str, Degree] = {}
    for level, phrases in (*read_sections("education_words.txt").items(), ("degree", ["degree"])):
        if " " in level or level not in _LEVELS:
            continue
        for name, goes_on in _written(phrases):
            if level == "abbreviation":
                exact[name] = Degree(level, goes_on)
            elif name.islower() or not name.upper().isupper():
                any_case.update(dict.fromkeys(_spellings(name), Degree(level, goes_on)))
            else:
                exact.update(dict.fromkeys((name, name.upper()), Degree(level, goes_on)))
    return any_case, exact


_LEVELS = frozenset(("highschool", "associate", "bachelor", "master", "phd_md", "abbreviation", "degree"))


@lru_cache(maxsize=1)
def years() -> list[str]:
    """The spellings of YEARS."""
    return [spelling for word in YEARS for spelling in _spellings(word)]


@lru_cache(maxsize=1)
def workplaces() -> list[str]:
    """The spellings of WORKPLACES."""
    return [spelling for word in WORKPLACES for spelling in _spellings(word)]


class _Patterns(NamedTuple):
    """Patterns in UTF-8, group by group, and the group of each: the numbers go on from one group to the next."""

    words: list[list[bytes]]
    group_of: bytes


_ANY_CASE, _EXACT = (0, 1, 2, 3), (4, 5)
_IN_ORDER = (2, 3)
_by_end = itemgetter(2, 1)


def _patterns(groups: Iterable[int], *phrases: Iterable[str]) -> _Patterns:
    words = [[phrase.encode() for phrase in group] for group in phrases]
    return _Patterns(words, bytes(group for group, found in zip(groups, words, strict=True) for _ in found))


@lru_cache(maxsize=1)
def _any_case() -> _Patterns:
    return _patterns(_ANY_CASE, skill_names().any_case, degrees()[0], years(), workplaces())


@lru_cache(maxsize=1)
def _coarse() -> CoarseAutomaton:
    skills, *others = _any_case().words
    return CoarseAutomaton(skills, [word for words in others for word in words])


@lru_cache(maxsize=1)
def _of_any_script() -> BytesAhoCorasick:
    """All that is found in small letters, made when it is first needed; its dense table would not fit any cache."""
    words = [word for words in _any_case().words for word in words]
    return BytesAhoCorasick(words, implementation=Implementation.ContiguousNFA)


@lru_cache(maxsize=1)
def _exact() -> tuple[BytesAhoCorasick, bytes]:
    words, group_of = _patterns(_EXACT, skill_names().exact, degrees()[1])
    every = [word for group in words for word in group]
    return BytesAhoCorasick(every, implementation=Implementation.DFA), group_of


@lru_cache(maxsize=32)
def scan(text: str) -> Scan:
    """What stands in the first MAX_CHARACTERS of ``text``; lone surrogates become question marks."""
    raw = b"\n%b\n" % text[:MAX_CHARACTERS].encode("utf-8", "replace")
    lowered = raw.lower()
    found: tuple[list[Hit], ...] = ([], [], [], [], [], [])
    hits = _coarse().find(lowered)
    if hits is None:
        hits = _of_any_script().find_matches_as_indexes(lowered, overlapping=True)
    group_of = _any_case().group_of
    for hit in hits:
        found[group_of[hit[0]]].append(hit)
    for group in _IN_ORDER:
        found[group].sort(key=_by_end)
    exact, group_of = _exact()
    for hit in exact.find_matches_as_indexes(raw, overlapping=True):
        found[group_of[hit[0]]].append(hit)
    return Scan(raw, lowered, *found)


def positions(text: str, found: Iterable[int]) -> Iterator[int]:
    """Positions in ``scan(text).raw``, in ascending order, as positions in ``text``."""
    if text.isascii():
        for position in found:
            yield position - 1
        return
    raw = scan(text).raw
    before, characters = 1, 0
    for position in found:
        characters += len(raw[before:position].decode("utf-8", "replace"))
        before = position
        yield characters


@lru_cache(maxsize=1)
def meanings() -> tuple[list[int], list[Degree], list[Alias], list[Degree]]:
    """What the patterns of ``skills``, ``degrees``, ``exact_skills`` and ``exact_degrees`` stand for, by number."""
    (any_case, exact), names = degrees(), skill_names()
    skills, aliases = list(names.any_case.values()), list(names.exact.values())
    # the numbers go on from one group to the next
    nothing = Degree("", False)
    return (
        skills,
        [*[nothing] * len(skills), *any_case.values()],
        aliases,
        [*[nothing] * len(aliases), *exact.values()],
    )
