"""HTML entities resolved, as ``html.unescape`` does; several times faster where they are the five of escaping."""

from __future__ import annotations

import html


def unescape(text: str) -> str:
    """``html.unescape(text)``."""
    if "&" not in text:
        return text
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    if "&#" in plain:
        plain = plain.replace("&#39;", "'").replace("&#x27;", "'")
    left = plain.count("&")
    if left != plain.count("&amp;"):
        return html.unescape(text)
    # last: what it uncovers is not resolved again
    return plain.replace("&amp;", "&") if left else plain
