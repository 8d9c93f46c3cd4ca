"""HTML entities resolved, as ``html.unescape`` does; several times faster where they are the five of escaping."""

from __future__ import annotations

import html

#: What escapers write, ``&amp;`` last: what it uncovers is not resolved again.
_ESCAPES = (
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&amp;", "&"),
)


def unescape(text: str) -> str:
    """``html.unescape(text)``."""
    left = text.count("&")
    if not left:
        return text
    for escape, _ in _ESCAPES:
        left -= text.count(escape)
    if left:
        return html.unescape(text)
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    return text
