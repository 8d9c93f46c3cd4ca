"""The bytes of a text that are no plain ASCII, made once for all that looks for odd characters in it."""

from __future__ import annotations

from functools import lru_cache

_ASCII = bytes(range(1, 0x80))


@lru_cache(maxsize=16)
def high_bytes(text: str) -> bytes:
    """The bytes above ASCII of ``text`` in UTF-8, and NUL, in order. Raises UnicodeEncodeError for lone surrogates."""
    return text.encode("utf-8").translate(None, _ASCII)
