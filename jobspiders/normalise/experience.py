"""Years of experience that a posting asks for.

Looked at are only the words around "years" (Jahre, ans, años ...): a number or a range before it, and around
these some evidence that experience is asked for. The age of the firm, of the applicant, of a contract or of a
plan is none. Where a text asks for several experiences, the one named first is the principal one.
"""

from __future__ import annotations

import re

from ahocorasick_rs import AhoCorasick

from jobspiders.items import Experience
from jobspiders.normalise.phrases import one_of, read_sections

#: Characters read of a description.
MAX_CHARACTERS = 40_000
_MOST_UNITS = 120
#: Nobody asks for more; firms are older.
MOST_YEARS = 20

# Beginnings of the words for years and months, found in one pass.
_HINTS = AhoCorasick(
    [
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
        "jährig",
        "Jährig",
        "års",
        "år ",
        "yıl",
        "лет",
        "год",
    ]
    + ["года", "年", "년", "month", "mois", "meses", "maand", "mesi", "yoe", "YOE", "YEAR"]
    + [first + rest for rest in ("ear", "rs", "ahr", "onat") for first in "yYjJmM"]
)
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
_N = r"(?:\d{1,2}(?:[.,]\d)?|" + "|".join(sorted(_WORD_NUMBERS, key=len, reverse=True)) + ")"
_PARENTHESIS = r"(?:\(\s?\d{1,2}\s?\)\s*)?"
_AMOUNT = re.compile(
    rf"(?<![\w.,$€£%])(?P<first>{_N})(?P<plus>\s*\+)?\s*{_PARENTHESIS}"
    r"(?:(?:[-–—‑−~/]|\b(?:to|bis|à|a|y|e|o|ou|or|and|und|tot|do|до|till?)\b)\s*"
    rf"(?P<second>{_N})(?P<more>\s*\+)?\s*{_PARENTHESIS})?"
    r"(?P<open>(?:or|and|ou|o|oder|und|of|y) (?:more|plus|más|mehr|meer|over|above)|plus|\+|ou plus)?"
    r"\s*(?:full |solid |good |calendar |volle |strong |[-–‑])?\s*\Z",
    re.IGNORECASE,
)
_WORDS = read_sections("experience_words.txt")


def _pattern(template: str, section: str) -> re.Pattern[str]:
    return re.compile(template.replace("WORDS", one_of(_WORDS[section])), re.IGNORECASE)


# Looked for as parts of the lower-case text, which is many times faster than a pattern.
_EXPERIENCE = tuple(phrase.rstrip("*") for phrase in _WORDS["experience"])
_NOT_NEAR = tuple(phrase.rstrip("*") for phrase in _WORDS["not_near"])
_AT_LEAST = _pattern(r"(?:WORDS|~|\+|>=?|≥|•|·|:|^|[-–*✓✔●]|\()\s*(?:a |an )?\Z", "at_least")
_AT_MOST = _pattern(r"WORDS\s*\Z", "at_most")
_NOT_BEFORE = _pattern(r"WORDS\s*\Z", "not_before")
_NOT_AFTER = _pattern(r"[\s,]*WORDS", "not_after")
_BEGINS_WORK = _pattern(r"[\s,]*\)?\s*(?:WORDS|(?:\w+[-/])?\w+ing\b)", "work")
_MINIMUM_AFTER = _pattern(r"[\s,]*\(?WORDS", "or_more")
_FIRM = _pattern("WORDS", "firm")
_APPLICANT = _pattern("WORDS", "applicant")
_FIRM_FOLLOWS = re.compile(r"[^,]{0,60},\s*(?:we|our|the company|wir|nous|somos|is|has)\b", re.IGNORECASE)
_FIRM_SPEAKS = re.compile(r"with\s*\Z|\b(?:we|our|wir|nous)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|[\n;•●]| {3,}")


def _number(text: str) -> int:
    lowered = text.lower()
    return _WORD_NUMBERS[lowered] if lowered in _WORD_NUMBERS else int(float(lowered.replace(",", ".")))


def _units(text: str) -> list[int]:
    """Where words for years (or months) may begin."""
    found = _HINTS.find_matches_as_indexes(text)[:_MOST_UNITS]
    return [start + (text[start] == " ") for _, start, _ in found]


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
        if _AT_MOST.search(before[-32:]):
            return Experience(None, low) if low else None
        return Experience(low, None)
    if amount["more"] or amount["open"] or _MINIMUM_AFTER.match(after):
        high = None
    return Experience(low, high)


def _says(phrases: tuple[str, ...], text: str) -> bool:
    lowered = text.lower()
    return any(phrase in lowered for phrase in phrases)


def _is_asked(amount: re.Match[str], before: str, after: str, months: bool) -> bool:
    """Whether the amount is experience that an applicant should have."""
    if _NOT_AFTER.match(after) or _says(_NOT_NEAR, before):
        return False
    near = before[-32:]
    said_after = _says(_EXPERIENCE, after[:110])
    said_before = _says(_EXPERIENCE, before[-45:])
    if _NOT_BEFORE.search(near) and not (said_before and not said_after):
        return False
    if months:
        return said_before or _says(_EXPERIENCE, after[:40])
    number = _number(amount["second"] or amount["first"])
    if number >= 8 and (_FIRM.search(before) or _FIRM_FOLLOWS.match(after)) and not _APPLICANT.search(before):
        return bool(amount["plus"]) and not _FIRM_SPEAKS.search(before)
    if said_after or said_before:
        return True
    if not _BEGINS_WORK.match(after):
        return False
    ranged = bool(amount["plus"] or amount["more"] or amount["second"] or amount["open"])
    return ranged or bool(_AT_LEAST.search(near)) or bool(_AT_MOST.search(near))


def _last_word(text: str) -> str:
    words = text.replace("-", " ").split()
    return words[-1].lower() if words else ""


def _last_sentence(text: str) -> str:
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    return text[ends[-1] :] if ends else text


def _first_sentence(text: str) -> str:
    end = _SENTENCE.search(text)
    return text[: end.start()] if end else text


def parse_experience(text: str | None) -> Experience | None:
    """The years asked for ("3-5 years", "5+ years", "up to 2 years"), or None where no number is given.

    Months count as the full years in them, so that "6 months of experience" is a minimum of 0.
    """
    if not text:
        return None
    text = text[:MAX_CHARACTERS]
    for position in _units(text):
        near = text[max(0, position - 18) : position]
        if not _DIGIT.search(near) and _last_word(near) not in _WORD_NUMBERS:
            continue
        unit = _UNIT.match(text, position)
        amount = _AMOUNT.search(text, max(0, position - 45), position) if unit else None
        if not unit or not amount:
            continue
        before = _last_sentence(text[max(0, amount.start() - 110) : amount.start()])
        after = _first_sentence(text[unit.end() : unit.end() + 140])
        months = bool(unit["months"])
        if unit["yoe"] or _is_asked(amount, before, after, months):
            asked = _bounds(amount, before, after, months)
            if asked:
                return asked
    return None
