"""The phrase tables of ``data/``: ``[section]`` lines, then phrases with `` | `` between, ``#`` comments."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files


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
    patterns = []
    for phrase in sorted(phrases, key=len, reverse=True):
        stem = phrase.rstrip("*")
        pattern = re.escape(stem).replace("\\ ", r"\s+").replace("'", "['’]")
        start = r"\b" if re.match(r"[^\W\u3040-\uffff]", stem) else ""
        end = r"\b" if stem == phrase and re.search(r"[^\W\u3040-\uffff]\Z", stem) else ""
        patterns.append(start + pattern + end)
    return "(?:" + "|".join(patterns) + ")"
