"""JSON that pages carry inside scripts: assignments, Next.js data, streamed chunks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import chompjs
import orjson

_DECODER = json.JSONDecoder(strict=False)
_ESCAPE = re.compile(r"\\(?:[\"\\/bfnrt']|u[0-9a-fA-F]{4})|\\")


def loads(text: str | bytes) -> Any:
    """Decode JSON; falls back to the lenient decoder for lone surrogates and raw control characters, and
    reads a backslash that escapes nothing as itself.

    Raises ValueError where the text is no JSON.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig", "replace")
        text = text.lstrip("\ufeff")
        try:
            try:
                return json.loads(text, strict=False)
            except json.JSONDecodeError as error:
                if "escape" not in error.msg:
                    raise
                return json.loads(_ESCAPE.sub(_escaped, text), strict=False)
        except RecursionError:
            raise ValueError("JSON is nested too deeply") from None


def _escaped(match: re.Match[str]) -> str:
    if match.group() == "\\'":
        return "'"
    return match.group() if len(match.group()) > 1 else "\\\\"


def object_after(text: str, marker: str) -> Any:
    """The JSON value that starts right after ``marker`` (an assignment such as ``window._data=``).

    The value's own end is found by decoding, so that ``};`` inside strings does no harm. JavaScript
    literals that are no JSON (single quotes, trailing commas) are read too. None where nothing is there.
    """
    at = text.find(marker)
    while at >= 0:
        start = at + len(marker)
        while start < len(text) and text[start] in " \t\r\n=(":
            start += 1
        if start < len(text) and text[start] in "{[":
            try:
                return _DECODER.raw_decode(text, start)[0]
            except RecursionError:
                return None
            except ValueError:
                value = javascript_object(text[start:])
                if value is not None:
                    return value
        at = text.find(marker, start)
    return None


def javascript_object(text: str) -> Any:
    """The JavaScript object or array literal that ``text`` starts with; None where it cannot be read."""
    try:
        return chompjs.parse_js_object(text)
    except (ValueError, RecursionError):
        return None


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON value, outer ones first."""
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            yield current
            stack.extend(reversed(list(current.values())))
        elif isinstance(current, list):
            stack.extend(reversed(current))
