"""Whether two company keys name one employer."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from functools import lru_cache

from jobspiders.matching.title import singular


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Last words that one board writes and another leaves out.
_DESCRIPTIONS = _words(
    "technologies technology tech group holding holdings lab labs software solutions systems international "
    "global worldwide services digital studio studios careers jobs hq corporation company co inc llc ltd gmbh "
    "limited plc ag se sa bv europe emea usa us uk deutschland germany france"
)


class SameCompany(Enum):
    """How two company keys stand to each other."""

    SAME = "same"
    NEAR = "near"
    UNKNOWN = "unknown"
    OTHER = "other"


@lru_cache(maxsize=2048)
def company_stem(key: str) -> str:
    """The key without the words at its end that describe rather than name; one word always stays."""
    words = key.split()
    while len(words) > 1 and words[-1] in _DESCRIPTIONS:
        words.pop()
    return " ".join(words)


@lru_cache(maxsize=2048)
def words_of_company(key: str) -> frozenset[str]:
    """The words of a company's name in the form in which ``read_title`` gives them."""
    return frozenset(map(singular, key.split()))


def named_in(words: Collection[str], key: str) -> frozenset[str]:
    """The words by which a title names this company: all of its name, or of its stem; none where it does not."""
    for name in (key, company_stem(key)):
        found = words_of_company(name)
        if found and found.issubset(words):
            return found
    return frozenset()


def same_company(first: str, second: str) -> SameCompany:
    """Whether two company keys name one employer; symmetric."""
    if not first or not second:
        return SameCompany.UNKNOWN
    return SameCompany.SAME if first == second else _compared(first, second)


@lru_cache(maxsize=2048)
def _compared(first: str, second: str) -> SameCompany:
    if company_stem(first) == company_stem(second) or first.replace(" ", "") == second.replace(" ", ""):
        return SameCompany.NEAR
    short, long = sorted((first.split(), second.split()), key=len)
    # "Deutsche Bahn" and "Deutsche Bahn Connect": a division; one word alone is too little.
    if len(short) >= 2 and long[: len(short)] == short:
        return SameCompany.NEAR
    return SameCompany.OTHER
