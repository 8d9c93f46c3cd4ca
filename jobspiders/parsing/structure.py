"""What pages and rows are made of, whatever they say: key paths of JSON, classes of HTML, containers of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborNode

from jobspiders.parsing.page import Page
from jobspiders.parsing.record import as_text

#: Bounds that keep a hostile row or page cheap.
MOST_KEYS, MOST_ELEMENTS, DEEPEST, LONGEST_KEY = 300, 1500, 5, 80
#: Characters of a page, and of a text that is compared.
PAGE_TEXT, VALUE_TEXT = 400_000, 120
#: Elements with more markup than this have no text of their own worth comparing.
SMALL_ELEMENT = 400

_BLANKS = re.compile(r"\s+")
_TAG = re.compile(
    r"<([a-zA-Z][\w-]*)\s[^<>]*?\b(class|data-testid|itemprop)\s*=\s*[\"']([^\"'<>]{1,200})[\"']"
)
_SCRIPT = re.compile(r"<script[^<>]*?\b(id|type)\s*=\s*[\"']([^\"'<>]{1,80})[\"']")
_CONTAINER = re.compile(r"[\"']([A-Za-z_][\w-]{2,40})\\?[\"']\s*:\s*[\[{]")
_ASSIGNED = re.compile(r"\b(?:window|self)\.([\w.]{2,60})\s*=[^=]")
_ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{0,60})[\s/>]")
_TEXT_ATTRIBUTES = ("datetime", "href", "title", "content", "aria-label")


def row_keys(row: Any) -> dict[str, str]:
    """Where a row of a list has something, with the text there: blank-folded, cut, empty for a container.

    Paths are dotted with ``[]`` for lists (``offices[].name``), or ``tag.class`` and ``tag[data-testid=...]`` with
    ``@attribute`` for elements. Empty values are left out: they are as good as absent.
    """
    value = getattr(row, "value", row)
    if isinstance(value, tuple):
        value = next((part for part in value if isinstance(part, dict | LexborNode)), None)
    if isinstance(value, LexborNode):
        return _element_keys(value)
    found: dict[str, str] = {}
    for path, text in _json_keys(value, "", 0):
        if len(found) >= MOST_KEYS:
            break
        found.setdefault(path, text)
    return found


def page_marks(page: Page) -> Counter[str]:
    """What a page consists of, with how often: containers of JSON, classes and scripts of HTML, elements of XML."""
    body = page.body[:PAGE_TEXT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:1] in (b"{", b"["):
        return Counter(path for path, _ in _containers(page.json, "", 0))
    text = page.text[:PAGE_TEXT]
    if body[:5] == b"<?xml" or b"<rss" in body[:600]:
        return Counter(_ELEMENT.findall(text))
    marks: Counter[str] = Counter()
    for tag, name, value in _TAG.findall(text):
        tokens = value.split()[:4] if name == "class" else [value]
        for token in tokens:
            marks[f"{tag}.{token}" if name == "class" else f"{tag}[{name}={token}]"[:LONGEST_KEY]] += 1
    marks.update(f"script[{name}={value}]" for name, value in _SCRIPT.findall(text))
    marks.update(f'"{name}":' for name in _CONTAINER.findall(text))
    marks.update(f"window.{name}" for name in _ASSIGNED.findall(text))
    return marks


def folded(value: Any) -> str:
    """A value as the text that is compared; empty for what has none."""
    text = as_text(value)
    return _BLANKS.sub(" ", text[: 4 * VALUE_TEXT])[:VALUE_TEXT].strip() if text else ""


def _json_keys(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return
        for key, inner in value.items():
            yield from _json_keys(
                inner, f"{path}.{key}"[-LONGEST_KEY:] if path else str(key)[:LONGEST_KEY], depth + 1
            )
    elif isinstance(value, list):
        first = next((item for item in value if item not in (None, "", [], {})), None)
        if first is not None:
            yield from _json_keys(first, f"{path}[]", depth + 1)
    elif isinstance(value, bool):
        yield path, ""
    elif text := folded(value):
        yield path, text


def _containers(value: Any, path: str, depth: int) -> Iterator[tuple[str, int]]:
    """The objects and lists of an answer down to the rows of its lists, and the keys of its first row."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in list(value.items())[:MOST_KEYS]:
            name = f"{path}.{key}" if path else str(key)
            yield name[-LONGEST_KEY:], depth
            if isinstance(inner, dict | list):
                yield from _containers(inner, name, depth + 1)
    elif isinstance(value, list) and value and path.count("[]") < 1:
        yield from _containers(value[0], f"{path}[]", depth + 1)


def _element_keys(node: LexborNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in node.css("*")[:MOST_ELEMENTS]:
        attributes = element.attributes
        names = [f"{element.tag}.{name}" for name in (attributes.get("class") or "").split()[:3]]
        names += [
            f"{element.tag}[{name}={attributes[name]}]"[:LONGEST_KEY]
            for name in ("data-testid", "itemprop", "data-automation-id", "id")
            if attributes.get(name)
        ]
        if not names:
            if element.tag not in ("a", "time", "h1", "h2", "h3", "td"):
                continue
            names = [str(element.tag)]
        text = _own_text(element)
        for name in names:
            if text or name not in found:
                found[name] = found.get(name) or text
        for attribute in _TEXT_ATTRIBUTES:
            if value := folded(attributes.get(attribute)):
                for name in names:
                    found.setdefault(f"{name}@{attribute}", value)
        if len(found) >= 2 * MOST_KEYS:
            break
    return found


def _own_text(element: LexborNode) -> str:
    """The text of a small element; of a large one only what stands directly in it."""
    child = element.child
    grand = child.child if child is not None else None
    deep = grand is None or (grand.child is None)
    text = element.text(deep=deep, separator=" ")
    return folded(text if len(text) < SMALL_ELEMENT * 4 else text[: 4 * VALUE_TEXT])
