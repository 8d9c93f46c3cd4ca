"""What elements of HTML say: their text, attributes and markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLANKS = re.compile(r"\s+")
_UNSEEN = "style, script, noscript, template"
_UNSEEN_TAGS = frozenset(_UNSEEN.split(", "))


def node_text(node: LexborNode | None) -> str | None:
    """The text below an element with blanks folded, without styles and scripts; None where it is empty."""
    if node is None:
        return None
    child = node.child
    if child is not None and child.is_text_node and child.next is None and node.tag not in _UNSEEN_TAGS:
        # nothing but a text, as most are
        return " ".join((child.text() or "").split()) or None
    if node.css_first(_UNSEEN) is not None:
        shown = LexborHTMLParser(
            f"<table>{node.html}</table>" if node.tag in ("tr", "td") else node.html or ""
        )
        shown.strip_tags(["style", "script", "noscript", "template"])
        return _BLANKS.sub(" ", shown.root.text(separator=" ") if shown.root else "").strip() or None
    return _BLANKS.sub(" ", node.text(separator=" ")).strip() or None


def child_text(node: LexborNode, selector: str) -> str | None:
    """The text of the first element below ``node`` that ``selector`` finds."""
    return node_text(node.css_first(selector))


def holder(node: LexborNode | None, selector: str) -> LexborNode | None:
    """The nearest element around ``node`` below which ``selector`` finds something."""
    while node is not None and node.css_first(selector) is None:
        node = node.parent
    return node


def attribute(node: LexborNode | None, name: str) -> str | None:
    """An attribute's value without outer blanks; None where it is missing or empty."""
    value = node.attributes.get(name) if node is not None else None
    return value.strip() or None if value else None


def node_fields(node: LexborNode, selectors: Mapping[str, str]) -> dict[str, Any]:
    """Texts by name, ready to be a posting's fields; what is not there is left out.

    A selector may end in ``@attribute``, and alternatives that are tried in their order stand between bars:
    ``{"title": "h3 | h2 a", "date_posted": "time@datetime"}``.
    """
    found: dict[str, Any] = {}
    for name, selector in selectors.items():
        texts = (_selected(node, alternative) for alternative in selector.split(" | "))
        text = next((text for text in texts if text is not None), None)
        if text is not None:
            found[name] = text
    return found


def _selected(node: LexborNode, selector: str) -> str | None:
    css, at, wanted = selector.partition("@")
    element = node.css_first(css)
    return attribute(element, wanted) if at else node_text(element)


def inner_html(node: LexborNode | None) -> str | None:
    """The markup inside an element."""
    if node is None:
        return None
    return node.inner_html or None
