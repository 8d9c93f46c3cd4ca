"""Text and JSON that PostgreSQL takes: it stores no NUL and no lone surrogate, wherever they stand. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import orjson
from ahocorasick_rs import BytesAhoCorasick

#: orjson stops at 254 levels; what lies deeper than this is replaced by DEEPER.
MAX_DEPTH = 200
DEEPER = "(nested too deeply)"

_INTEGER_LIMIT = 1 << 63
#: By the processor's vector instructions: ``in`` takes as long as the JSON itself.
_ESCAPED_NUL = BytesAhoCorasick([b"\\u0000"])


def clean(text: str) -> str:
    """``text`` without NUL; surrogate pairs become their character, lone surrogates U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def dumps(value: Any) -> bytes:
    """``value`` as JSON for a jsonb column, whatever is in it; what is clean is not walked through."""
    try:
        encoded = orjson.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return orjson.dumps(_clean(value, 0))
    if _ESCAPED_NUL.find_matches_as_indexes(encoded):
        return orjson.dumps(_clean(value, 0))
    return encoded


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -_INTEGER_LIMIT <= value < _INTEGER_LIMIT else str(value)
    if depth >= MAX_DEPTH:
        return DEEPER
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean(child, depth + 1) for key, child in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(child, depth + 1) for child in value]
    if isinstance(value, bytes | bytearray):
        return clean(bytes(value).decode("utf-8", "replace"))
    return clean(value.isoformat() if hasattr(value, "isoformat") else str(value))
