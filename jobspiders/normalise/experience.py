"""Years of experience that a posting asks for.

Looked at are only the words around "years" (Jahre, ans, años ...): a number or a range before it, and around
these some evidence that experience is asked for. The age of the firm, of the applicant, of a contract or of a
plan is none. Where a text asks for several experiences, the one named first is the principal one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from jobspiders.items import Experience
from jobspiders.normalise.phrases import (
    endings,
    ends_with,
    one_of,
    parts_of_words,
    read_sections,
    says,
    sentence_end,
    sentence_start,
)
from jobspiders.normalise.scan import MAX_CHARACTERS, positions, scan

_MOST_UNITS = 120
#: Nobody asks for more; firms are older.
MOST_YEARS = 20
#: Characters right before a number that tell what it counts.
_NEAR = 32

_UNIT = re.compile(
    r"(?:years?|yrs?|(?P<yoe>yoe)|jahr(?:e[ns]?)?|jährige?[nrms]?|ans?|années?|años?|anni|anos?|jaar|jaren|lata?"
    r"|letni\w{0,3}|års?|yıl\w?|лет|года?|(?P<months>months?|monate?n?|mois|meses|maanden|mesi))(?![^\W\d_])['’´]?|年|년",
    re.IGNORECASE,
)
_WORD_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "zero",
            "one ein eine einem einer un une una uno um uma een en jeden",
            "two zwei deux dos due dois duas twee dwa två to",
            "three drei trois tres três tre drie trzy",
            "four vier quatre cuatro quattro quatro cztery fyra",
            "five fünf cinq cinco cinque vijf pięć fem",
            "six sechs seis sei zes sześć sex",
            "seven sieben sept siete sette sete zeven siedem",
            "eight acht huit ocho otto oito osiem",
            "nine neun neuf nueve nove negen",
            "ten zehn dix diez dieci dez tien dziesięć",
            "eleven elf",
            "twelve zwölf douze doce",
            "thirteen",
            "fourteen",
            "fifteen fünfzehn quinze quince",
        )
    )
    for word in words.split()
}
_NUMBER_WORDS = frozenset(
    spelling for word in _WORD_NUMBERS for spelling in (word.encode(), word.upper().encode().lower())
)
_PARENTHESIS = r"(?:\(\s?\d{1,2}\s?\)\s*)?"


def _amount(number: str) -> re.Pattern[str]:
    """A number, or two with a dash or "to" between, up to the place where the word for years begins."""
    return re.compile(
        rf"(?<![\w.,$€£%])(?P<first>{number})(?P<plus>\s*\+)?\s*{_PARENTHESIS}"
        r"(?:(?:[-–—‑−~/]|\b(?:to|bis|à|a|y|e|o|ou|or|and|und|tot|do|до|till?)\b)\s*"
        rf"(?P<second>{number})(?P<more>\s*\+)?\s*{_PARENTHESIS})?"
        r"(?P<open>(?:or|and|ou|o|oder|und|of|y) (?:more|plus|más|mehr|meer|over|above)|plus|\+|ou plus)?"
        r"\s*(?:full |solid |good |calendar |volle |strong |[-–‑])?\s*\Z",
        re.IGNORECASE,
    )


_DIGITS = r"\d{1,2}(?:[.,]\d)?"
_IN_DIGITS = _amount(_DIGITS)
_IN_WORDS = _amount(f"(?:{_DIGITS}|" + "|".join(sorted(_WORD_NUMBERS, key=len, reverse=True)) + ")")
_WORDS = read_sections("experience_words.txt")


def _pattern(template: str, section: str) -> re.Pattern[str]:
    return re.compile(template.replace("WORDS", one_of(_WORDS[section])), re.IGNORECASE)


_EXPERIENCE = parts_of_words(_WORDS["experience"])
_NOT_NEAR = parts_of_words(_WORDS["not_near"])
_AT_LEAST = endings(_WORDS["at_least"])
_LIST_MARKS = ("~", "+", ">", ">=", "≥", "•", "·", ":", "-", "–", "*", "✓", "✔", "●", "(")
_AT_MOST = endings(_WORDS["at_most"])
_NOT_BEFORE = endings(_WORDS["not_before"])
_ARTICLES = (" a", " an")
_SENTENCE_MARKS = ("\n", ";", "•", "●", "   ")
_NOT_AFTER = _pattern(r"[\s,]*WORDS", "not_after")
_BEGINS_WORK = _pattern(r"[\s,]*\)?\s*(?:WORDS|(?:\w+[-/])?\w+ing\b)", "work")
_MINIMUM_AFTER = _pattern(r"[\s,]*\(?WORDS", "or_more")
_FIRM = _pattern("WORDS", "firm")
_APPLICANT = _pattern("WORDS", "applicant")
_FIRM_FOLLOWS = re.compile(
    r"[^,]{0,60},\s*(?:we|our|the company|wir|unser|nous|notre|somos|nuestra|is|has)\b", re.IGNORECASE
)
_FIRM_SPEAKS = re.compile(r"with\s*\Z|\b(?:we|our|wir|nous)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
#: In bytes; digits of other scripts begin with one above ASCII.
_DIGIT_OR_BRACKET = re.compile(rb"[0-9)]|\xd9|\xdb|\xe0|\xef")
_COUNTED_IN = 40
#: "Five or more years": what may stand between a number and the word for years.
_OR_MORE = frozenset("more plus mehr más mais meer over above".encode().split())
_BLANK = 0x20


def _number(text: str) -> int:
    lowered = text.lower()
    return _WORD_NUMBERS[lowered] if lowered in _WORD_NUMBERS else int(float(lowered.replace(",", ".")))


def _units(text: str) -> Iterator[int]:
    """Where words for years (or months) may begin that have a number before them."""
    scanned = scan(text)
    lowered = scanned.lowered
    found = (
        start + (lowered[start] == _BLANK)
        for _, start, _ in scanned.years
        if _may_count(lowered[max(0, start - _COUNTED_IN) : start])
    )
    return islice(positions(text, found), _MOST_UNITS)


def _may_count(near: bytes) -> bool:
    if _DIGIT_OR_BRACKET.search(near):
        return True
    words = near.replace(b"-", b" ").split()
    if not words or words[-1] in _NUMBER_WORDS:
        return bool(words)
    return words[-1] in _OR_MORE and not _NUMBER_WORDS.isdisjoint(words[-4:])


def _bounds(amount: re.Match[str], before: str, after: str, months: bool) -> Experience | None:
    low = _number(amount["first"])
    high = _number(amount["second"]) if amount["second"] else None
    if high is not None and high < low:
        return None
    if months:
        low, high = low // 12, None if high is None else max(1, high // 12)
    if max(low, high or 0) > MOST_YEARS:
        return None
    if high is None:
        if ends_with(_AT_MOST, before[-_NEAR:]):
            return Experience(None, low) if low else None
        return Experience(low, None)
    if amount["more"] or amount["open"] or _MINIMUM_AFTER.match(after):
        high = None
    return Experience(low, high)


def _is_asked(amount: re.Match[str], before: str, after: str, months: bool) -> bool:
    """Whether the amount is experience that an applicant should have."""
    if _NOT_AFTER.match(after) or says(_NOT_NEAR, before):
        return False
    near = before[-_NEAR:]
    said_after = says(_EXPERIENCE, after[:110])
    said_before = says(_EXPERIENCE, before[-45:])
    if ends_with(_NOT_BEFORE, near) and not (said_before and not said_after):
        return False
    if months:
        return said_before or says(_EXPERIENCE, after[:40])
    number = _number(amount["second"] or amount["first"])
    if number >= 8 and (_FIRM.search(before) or _FIRM_FOLLOWS.match(after)) and not _APPLICANT.search(before):
        return bool(amount["plus"]) and not _FIRM_SPEAKS.search(before)
    if said_after or said_before:
        return True
    if not _BEGINS_WORK.match(after):
        return False
    ranged = bool(amount["plus"] or amount["more"] or amount["second"] or amount["open"])
    bare = near.rstrip()
    return (
        ranged
        or not bare
        or bare.endswith(_LIST_MARKS)
        or ends_with(_AT_LEAST, near, _ARTICLES)
        or ends_with(_AT_MOST, near)
    )


def _last_word(text: str) -> str:
    words = text.replace("-", " ").split()
    return words[-1].lower() if words else ""


def parse_experience(text: str | None) -> Experience | None:
    """The years asked for ("3-5 years", "5+ years", "up to 2 years"), or None where no number is given.

    Months count as the full years in them, so that "6 months of experience" is a minimum of 0.
    """
    if not text:
        return None
    text = text[:MAX_CHARACTERS]
    for position in _units(text):
        near = text[max(0, position - 18) : position]
        spelled = ")" in near or not _DIGIT.search(near)  # "one (1) year"
        last = _last_word(near)
        if spelled and ")" not in near and last not in _WORD_NUMBERS and last.encode() not in _OR_MORE:
            continue
        unit = _UNIT.match(text, position)
        pattern = _IN_WORDS if spelled else _IN_DIGITS
        amount = pattern.search(text, max(0, position - 40), position) if unit else None
        if not unit or not amount:
            continue
        start, end = amount.start(), unit.end()
        before = text[sentence_start(text, start, 110, _SENTENCE_MARKS) : start]
        after = text[end : sentence_end(text, end, 140, _SENTENCE_MARKS)]
        months = bool(unit["months"])
        if unit["yoe"] or _is_asked(amount, before, after, months):
            asked = _bounds(amount, before, after, months)
            if asked:
                return asked
    return None
