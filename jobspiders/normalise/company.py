"""The name of a company reduced to what two boards would both write, for matching only."""

from __future__ import annotations

import re

from jobspiders.normalise.html import unescape_once
from jobspiders.normalise.phrases import fold, read_sections

#: Characters read of a name; what is longer is no name.
MAX_CHARACTERS = 200

_SECTIONS = read_sections("legal_forms.txt")
_SUFFIXES = frozenset(tuple(phrase.split()) for phrase in _SECTIONS["suffix"])
_PREFIXES = frozenset(tuple(phrase.split()) for phrase in _SECTIONS["prefix"])
_NOBODY = frozenset(_SECTIONS["nobody"])
_LONGEST = max(len(suffix) for suffix in _SUFFIXES)
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
# "Weavers via Hirewell", "Weavers (formerly Looms)", "Weavers c/o Hirewell": the company stands first.
_FIRST = re.compile(
    r"\s+(?:via|through|formerly|fka|f/k/a|previously|ex|c/o|powered by|by way of)\s+|\s+[|•·]\s+|\s+@\s+",
    re.IGNORECASE,
)
# "Hirewell on behalf of Weavers", "Warp and Weft LLC dba Weavers": the company stands last.
_LAST = re.compile(
    r"\s+(?:on behalf of|im auftrag (?:von|der|des)|im namen von|pour le compte de|por cuenta de|hiring for"
    r"|recruiting for|for our client:?|dba|d/b/a|d\.b\.a\.|doing business as|trading as|t/a|handelnd als)\s+",
    re.IGNORECASE,
)
_PLACE_OF_WORK = re.compile(
    r"\s+[-–—|]\s+(?:remote|hybrid|onsite|on-site|work from home|home office|worldwide)\b.*", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"\A(?:https?://)?(?:www\.)?|(?<=\w)\.(?:com|net|org|io|co\.uk)(?:/|\b)(?!\.)", re.IGNORECASE
)
_CJK_FORMS = re.compile(
    "株式会社|有限会社|合同会社|股份有限公司|有限责任公司|集团有限公司|有限公司|주식회사|유한회사|㈜"
)
_STOPS = re.compile(r"(?<=\w)\.(?=\w\b)|(?<=\w\.\w)\.")
_SYMBOLS = re.compile(r"[^\w&+/㈜]+")


def _without_forms(words: list[str]) -> list[str]:
    changed = True
    while changed and len(words) > 1:
        changed = False
        for length in range(min(_LONGEST, len(words) - 1), 0, -1):
            if tuple(words[-length:]) in _SUFFIXES:
                words, changed = words[:-length], True
                break
        if len(words) > 1 and tuple(words[:1]) in _PREFIXES:
            words, changed = words[1:], True
        while len(words) > 1 and words[-1] in {"&", "and", "und", "et", "y", "+"}:
            words = words[:-1]
    return words


def company_key(name: str | None) -> str:
    """Lower case words without legal form, agency, place or punctuation; "" where no company is named.

    "The Loom & Thread Co., Ltd." and "Loom and Thread (Remote)" have one key. Two names with one key may still
    be two companies; the key is for finding candidates, never for showing.
    """
    if not name:
        return ""
    name = unescape_once(name[:MAX_CHARACTERS]).strip()
    outside = _BRACKETS.sub(" ", name).strip()
    name = outside or name.strip("()[]{} ")
    name = _FIRST.split(_LAST.split(name)[-1])[0]
    name = _PLACE_OF_WORK.sub("", name)
    name = _CJK_FORMS.sub(" ", _DOMAIN.sub("", name))
    folded = fold(name).replace("’", "").replace("'", "").replace("`", "")
    folded = _STOPS.sub("", folded)
    words = [
        word.strip("/") or word
        for word in _SYMBOLS.sub(" ", folded).replace("&", " & ").replace("_", " ").split()
    ]
    if not any(character.isalnum() for character in folded):
        return ""
    if " ".join(words) in _NOBODY:
        return ""
    words = _without_forms(words)
    key = " ".join("and" if word in {"&", "+", "und", "et", "y"} else word for word in words)
    return "" if key in _NOBODY else key
