"""What the bytes of a text in UTF-8 tell of it."""

from __future__ import annotations

from functools import lru_cache

#: Whether a word goes on with a byte of UTF-8: digits, letters, the first bytes of Latin, Greek and Cyrillic ones.
#: Chinese, Japanese and Korean words have no edges, nor has punctuation.
GOES_ON = bytes(
    (chr(byte).isascii() and chr(byte).isalnum()) or 0xC3 <= byte < 0xE0 or byte == 0xE1
    for byte in range(256)
)

_PLAIN = bytes(set(range(1, 0x80)) - set(b"<>"))
_NO_BRACKETS = bytes(set(range(0x100)) - set(b"<>"))


@lru_cache(maxsize=32)
def telling_bytes(text: str) -> bytes:
    """Of ``text`` in UTF-8 the bytes above ASCII, NUL, "<" and ">", in order: made once for all that looks for them.

    Raises UnicodeEncodeError for lone surrogates.
    """
    return text.encode("utf-8").translate(None, _PLAIN)


def has_paired_brackets(text: str) -> bool:
    """Whether "<" and ">" take turns in a text without lone surrogates, from the first "<" to the last ">"."""
    brackets = telling_bytes(text).translate(None, _NO_BRACKETS)
    return brackets == b"<>" * (len(brackets) // 2)
