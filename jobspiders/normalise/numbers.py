"""Numbers as people write them: ``12,345.67``, ``12.345,67``, ``12 345``, ``1'200``, ``12,50,000``."""

from __future__ import annotations

import re

#: Blanks that may stand inside and beside a figure.
BLANKS = " \u00a0\u202f\u2009\t"

#: A number with its separators. Nothing follows the last group, so that no input makes it backtrack; a possessive
#: one finds no groups at all in Python before 3.11.5 (python/cpython#106052).
NUMBER = re.compile(r"[0-9]++(?:(?:[.,'’′´][0-9]{2,3}|[ \u00a0\u202f\u2009][0-9]{3}|[.,][0-9])(?![0-9]))*")

_SEPARATOR = re.compile(r"[.,'’′´ \u00a0\u202f\u2009]")
_APOSTROPHES = frozenset("'’′´")
_LONGEST = 20


def read_number(token: str) -> tuple[float, bool] | None:
    """The value of a token of NUMBER and whether it groups thousands; None where no number is written so.

    One separator before three digits groups thousands ("12.345"), before one or two it is the decimal mark.
    """
    if len(token) > _LONGEST:
        return None
    if token.isdigit():
        return float(token), False
    groups = _SEPARATOR.split(token)
    marks = _SEPARATOR.findall(token)
    decimal = len(groups[-1]) < 3 and marks[-1] in ".," and marks[-1] not in marks[:-1]
    fraction = groups.pop() if decimal else ""
    separators = set(marks[:-1] if decimal else marks)
    if len(separators - _APOSTROPHES) > 1 or not _grouped_soundly(groups, separators):
        return None
    return float("".join(groups) + "." + fraction), len(groups) > 1


def _grouped_soundly(groups: list[str], separators: set[str]) -> bool:
    """Whether the groups are of three digits, or Indian: of two before the last, with commas."""
    if len(groups) == 1:
        return True
    if len(groups[0]) > 3 or len(groups[-1]) != 3:
        return False
    middle = {len(group) for group in groups[1:-1]}
    return middle <= {3} or (middle == {2} and separators == {","})


#: What a word right behind a number multiplies it by.
SCALES: dict[str, float] = {
    word: scale
    for scale, words in (
        (1e3, "k tsd tys thousand mille tausend mila duizend"),
        (1e4, "万 萬"),
        (1e5, "lakh lakhs lac lacs lpa"),
        (1e6, "m mm mn mio million millions mln millionen millones milhões miljoen milioni milionów miliony"),
        (1e6, "milione millón"),
        (1e7, "cr crore crores crs"),
        (
            1e9,
            "b bn billion billions mrd md mld milliard milliarden milliards trillion tn bio miliard miliardi",
        ),
        (1e9, "miljard"),
    )
    for word in words.split()
}

#: Scales that mean something else with a blank before them: "5 m".
ATTACHED_SCALES = frozenset({"m", "b", "md"})
INDIAN_SCALES = frozenset({"lakh", "lakhs", "lac", "lacs", "lpa", "cr", "crore", "crores", "crs"})
