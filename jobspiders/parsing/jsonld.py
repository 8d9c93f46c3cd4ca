"""schema.org JobPosting objects in JSON-LD, in every shape that pages carry them.

Shape: https://schema.org/JobPosting; carried as one object, a list, or inside ``@graph``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from jobspiders.parsing.embedded import javascript_object, loads, walk

_SCRIPT = re.compile(
    r"<script[^>]{0,300}application/ld\+json[^>]{0,300}>(.*?)</script", re.IGNORECASE | re.DOTALL
)
_WRAPPERS = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>|/\*\]\]>\*/)\s*$"
)


def job_postings(text: str) -> Iterator[dict[str, Any]]:
    """Every JobPosting object of a page's JSON-LD, in order."""
    for match in _SCRIPT.finditer(text):
        if "JobPosting" not in match.group(1):
            continue
        value, _ = decode(match.group(1))
        yield from (item for item in walk(value) if is_job_posting(item))


def listed_items(text: str) -> Iterator[tuple[str, str]]:
    """Name and address of what the ItemList objects of a page list. See https://schema.org/ItemList"""
    for match in _SCRIPT.finditer(text):
        if '"ItemList"' not in match.group(1):
            continue
        for value in walk(decode(match.group(1))[0]):
            if value.get("@type") != "ListItem":
                continue
            item = value["item"] if isinstance(value.get("item"), dict) else value
            name, url = item.get("name") or item.get("title"), item.get("url") or item.get("@id")
            if isinstance(name, str) and isinstance(url, str):
                yield html.unescape(name), url


def is_job_posting(value: dict[str, Any]) -> bool:
    """Whether an object's ``@type`` names JobPosting, alone, in a list, or as a full address."""
    kind = value.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and name.rsplit("/", 1)[-1] == "JobPosting" for name in kinds)


def decode(script: str) -> tuple[Any, bool]:
    """The value of a JSON-LD script and whether it needed repair; (None, True) where that failed."""
    cleaned = _WRAPPERS.sub("", script).strip()
    try:
        return loads(cleaned), False
    except ValueError:
        if "&quot;" in cleaned and '"' not in cleaned:
            cleaned = html.unescape(cleaned)
        return javascript_object(cleaned), True
