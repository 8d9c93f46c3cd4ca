"""The words of a page that a person would see, for judgements about pages (not for their data)."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_START = re.compile(rb"\A\s*(?:\xef\xbb\xbf)?\s*(?:```[a-z]*)?\s*")


def strip_wrapping(body: bytes) -> int:
    """Offset at which the document starts: after white space, a byte order mark and a ``` fence."""
    match = _START.match(body[:64])
    return match.end() if match else 0


def as_utf8(body: bytes | str) -> bytes:
    """The page in UTF-8, where it came as text or in UTF-16 with its mark."""
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace").encode("utf-8", "replace")
    return body


def visible_text(content: bytes) -> str:
    """Title and text without scripts, styles, drawings and templates; lower case, white space collapsed."""
    tree = LexborHTMLParser(content.decode("utf-8", "replace"))
    for node in tree.css("script, style, svg, template"):
        node.decompose()
    root = tree.root
    text = root.text(separator=" ") if root is not None else ""
    return " ".join(text.lower().replace("’", "'").split())
