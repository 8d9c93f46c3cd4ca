"""The bytes of a text that tell what has to be done to it, made once for all that looks for them."""

from __future__ import annotations

from functools import lru_cache

_PLAIN = bytes(set(range(1, 0x80)) - set(b"<>"))
_NO_BRACKETS = bytes(set(range(0x100)) - set(b"<>"))


@lru_cache(maxsize=16)
def telling_bytes(text: str) -> bytes:
    """Of ``text`` in UTF-8 the bytes above ASCII, NUL, "<" and ">", in order.

    Raises UnicodeEncodeError for lone surrogates.
    """
    return text.encode("utf-8").translate(None, _PLAIN)


def has_paired_brackets(text: str) -> bool:
    """Whether "<" and ">" take turns in a text without lone surrogates, from the first "<" to the last ">"."""
    brackets = telling_bytes(text).translate(None, _NO_BRACKETS)
    return brackets == b"<>" * (len(brackets) // 2)
