"""schema.org JobPosting objects in JSON-LD, in every shape that pages carry them.

Shape: https://schema.org/JobPosting; carried as one object, a list, or inside ``@graph``, with short or full
names, with values of its own or references to other nodes (https://www.w3.org/TR/json-ld11/).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from jobspiders.parsing.embedded import javascript_object, loads, walk
from jobspiders.parsing.json_repair import mended
from jobspiders.parsing.streamed import objects_with

_SCRIPT = re.compile(
    r"<script[^>]{0,300}application/ld(?:\+|&#x2b;|&#43;|&plus;)json[^>]{0,300}>(.*?)(?:</script|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_WRAPPERS = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>|/\*\]\]>\*/)\s*$"
)
_NAMESPACE = re.compile(r"^(?:schema:|https?://(?:www\.)?schema\.org/)")
_KIND = re.compile("jobposting", re.IGNORECASE)
_ESCAPED_QUOTE = re.compile(r'\\(["\\/])')
_DEPTH = 12


def read_jsonld(text: str) -> tuple[list[dict[str, Any]], int]:
    """The JobPosting objects of a page in their order, and how many of its scripts had to be repaired."""
    scripts = [match.group(1) for match in _SCRIPT.finditer(text)]
    found: list[dict[str, Any]] = []
    repaired = 0
    for script in scripts:
        if _KIND.search(script) is None:
            continue
        value, damaged = decode(script)
        postings = postings_in(value)
        repaired += damaged and bool(postings)
        found += postings
    if any(_references(posting) for posting in found):
        nodes = _nodes(decode(script)[0] for script in scripts)
        found = [_linked(posting, nodes) for posting in found]
    return found, repaired


def job_postings(text: str) -> Iterator[dict[str, Any]]:
    """Every JobPosting object of a page's JSON-LD, in order."""
    yield from read_jsonld(text)[0]


def postings_in(value: Any) -> list[dict[str, Any]]:
    """The JobPosting objects inside a decoded value, with short names and plain values.

    A text that is JSON once more is read as what it holds.
    """
    if isinstance(value, str) and _KIND.search(value) is not None:
        value = decode(value)[0]
    return [_plain(item) for item in walk(value) if is_job_posting(item) and _reference(item) is None]


def scattered_postings(*texts: str) -> list[dict[str, Any]]:
    """The JobPosting objects anywhere in the first of these texts that has one, such as data for a page's scripts
    that make JSON-LD of it in the browser."""
    for text in texts:
        for readable in (text, _ESCAPED_QUOTE.sub(r"\1", text)) if _KIND.search(text) else ():
            found = postings_in(list(objects_with(readable, "@type")))
            if found:
                return found
    return []


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
    kind = value.get("@type", value.get("type"))
    kinds = kind if isinstance(kind, list) else [kind]
    return any(
        isinstance(name, str) and re.split("[/:#]", name)[-1].lower() == "jobposting" for name in kinds
    )


def decode(script: str) -> tuple[Any, bool]:
    """The value of a JSON-LD script and whether it needed repair; (None, True) where that failed.

    Several values in one script are read as a list.
    """
    cleaned = _WRAPPERS.sub("", script).strip()
    try:
        return loads(cleaned), False
    except ValueError:
        try:
            values = [loads(value) for value in mended(cleaned)]
        except ValueError:
            return javascript_object(cleaned), True
        return values[0] if len(values) == 1 else values, True


def _plain(value: Any, depth: int = 0) -> Any:
    """A value without namespaces before its keys and without ``@value`` around its texts."""
    if depth > _DEPTH:
        return None
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    return {_NAMESPACE.sub("", key): _plain(item, depth + 1) for key, item in value.items()}


def _references(posting: dict[str, Any]) -> bool:
    return any(_reference(item) is not None for value in posting.values() for item in _items(value))


def _reference(value: Any) -> str | None:
    """The node that a value only refers to."""
    known = isinstance(value, dict) and set(value) <= {"@id", "@type"}
    found = value.get("@id") if known else None
    return found if isinstance(found, str) else None


def _nodes(documents: Iterator[Any]) -> dict[str, Any]:
    """The nodes of a page's documents that say something of themselves, by their names."""
    nodes = (node for document in documents for node in walk(document))
    return {
        node["@id"]: _plain(node)
        for node in nodes
        if isinstance(node.get("@id"), str) and _reference(node) is None
    }


def _linked(posting: dict[str, Any], nodes: dict[str, Any]) -> dict[str, Any]:
    """A posting with the nodes that it refers to in their places."""
    linked = {}
    for key, value in posting.items():
        items = [nodes.get(_reference(item) or "", item) for item in _items(value)]
        linked[key] = items if isinstance(value, list) else items[0]
    return linked


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
