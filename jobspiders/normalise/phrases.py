"""The phrase tables of ``data/``: ``[section]`` lines, then phrases with `` | `` between, ``#`` comments."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

_STOPS = (". ", "! ", "? ")


def fold(text: str) -> str:
    """Lower case without diacritics, for comparing words; Hangul stays composed."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    composed = unicodedata.normalize("NFC", bare)
    return composed.replace("ł", "l").replace("ı", "i").replace("ø", "o").replace("æ", "ae").replace("đ", "d")


def read_sections(name: str) -> dict[str, list[str]]:
    """The phrases of each section of a table in ``data/``, in the order written."""
    sections: dict[str, list[str]] = {}
    phrases: list[str] = []
    for line in files("jobspiders.data").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            phrases = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            phrases.extend(filter(None, (phrase.strip() for phrase in line.split("|"))))
    return sections


def one_of(phrases: list[str]) -> str:
    """A pattern that matches any of the phrases as whole words; ``*`` stands for the rest of a word."""
    # an edge of a word before all of them, not before each: what begins with another letter is passed over at once
    edged: list[str] = []
    others: list[str] = []
    for phrase in sorted(phrases, key=len, reverse=True):
        stem = phrase.rstrip("*")
        pattern = re.escape(stem).replace("\\ ", r"\s+").replace("'", "['’]")
        end = r"\b" if stem == phrase and re.search(r"[^\W\u3040-\uffff]\Z", stem) else ""
        (edged if re.match(r"[^\W\u3040-\uffff]", stem) else others).append(pattern + end)
    return "(?:" + "|".join([rf"\b(?:{'|'.join(edged)})"] * bool(edged) + others) + ")"


def parts_of_words(phrases: list[str]) -> tuple[str, ...]:
    """The phrases for ``in``: lower case, ``*`` left out, both apostrophes."""
    plain = [phrase.rstrip("*").lower() for phrase in phrases]
    return tuple(plain) + tuple(phrase.replace("'", "’") for phrase in plain if "'" in phrase)


def says(phrases: tuple[str, ...], text: str) -> bool:
    """Whether any of ``parts_of_words`` stands in the text; many times faster than a pattern for short texts."""
    lowered = text.lower()
    for phrase in phrases:  # noqa: SIM110 - any() takes twice as long
        if phrase in lowered:
            return True
    return False


def endings(phrases: list[str]) -> tuple[str, ...]:
    """The phrases for ``ends_with``."""
    return tuple(" " + phrase for phrase in parts_of_words(phrases))


def ends_with(phrases: tuple[str, ...], text: str, skipped: tuple[str, ...] = ()) -> bool:
    """Whether one of ``endings`` is the last of the text, but for blanks and the last words that may be skipped."""
    tail = " " + text.lower().rstrip().replace("(", "( ")
    while skipped and tail.endswith(skipped):
        tail = tail[: tail.rfind(" ")].rstrip()
    return tail.endswith(phrases)


def sentence_start(text: str, position: int, reach: int, marks: tuple[str, ...]) -> int:
    """Where the sentence begins that holds the position: behind the last mark, or behind a full stop."""
    floor = max(0, position - reach)
    begin = floor
    for mark in marks:
        found = text.rfind(mark, floor, position)
        if found >= 0:
            begin = max(begin, found + len(mark))
    for stop in _STOPS:
        found = text.rfind(stop, begin, position)
        while found >= 0 and not text[found - 2 : found].isalpha():  # "B.S. in"
            found = text.rfind(stop, begin, found)
        if found >= 0:
            begin = max(begin, found + len(stop))
    return begin


def sentence_end(text: str, position: int, reach: int, marks: tuple[str, ...]) -> int:
    """Where the sentence ends that holds the position, ``reach`` characters on at the most."""
    end = min(len(text), position + reach)
    for mark in marks:
        found = text.find(mark, position, end)
        if found >= 0:
            end = found
    for stop in _STOPS:
        found = text.find(stop, position, end)
        while found >= 0 and not text[max(position, found - 2) : found].isalpha():
            found = text.find(stop, found + 1, end)
        if found >= 0:
            end = found
    return end
