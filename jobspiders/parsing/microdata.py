"""schema.org JobPosting objects that a page has as attributes of its elements, in the shape that JSON-LD has.

Microdata: https://html.spec.whatwg.org/multipage/microdata.html; RDFa Lite: https://www.w3.org/TR/rdfa-lite/
"""

from __future__ import annotations

from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jobspiders.parsing.page_nodes import attribute, inner_html, node_text


class _Syntax(NamedTuple):
    """The attributes that make an element an item, name its kind, and name a property."""

    scopes: tuple[str, ...]
    kind: str
    name: str


_SYNTAXES = (
    _Syntax(("itemscope", "itemtype"), "itemtype", "itemprop"),
    _Syntax(("typeof",), "typeof", "property"),
)
#: Where the value of a property is an attribute of its element.
_VALUES = {
    "a": ("href",),
    "area": ("href",),
    "link": ("href",),
    "img": ("src",),
    "time": ("datetime",),
    "data": ("value",),
    "meter": ("value",),
    "meta": ("content",),
}
#: Properties that are text with markup.
_MARKUP = frozenset(
    {"description", "responsibilities", "qualifications", "skills", "experienceRequirements", "educationRequirements",
     "jobBenefits", "benefits", "incentives", "incentiveCompensation"}
)  # fmt: skip
_TEXT = frozenset({"title", "name", "addressLocality", "addressRegion", "addressCountry"})
_DEPTH = 8


def postings_in_attributes(html: LexborHTMLParser) -> list[dict[str, Any]]:
    """The JobPosting items of a page, in their order; those inside another item of the kind are left out."""
    for syntax in _SYNTAXES:
        nodes = [
            node for node in html.css(f"[{syntax.kind}*=JobPosting]") if _kind(node, syntax) == "JobPosting"
        ]
        found = [_item(node, syntax, html, 0) for node in nodes if not _is_inside(node, syntax)]
        found = [item for item in found if len(item) > 2]
        if found:
            return found
    return []


def _kind(node: LexborNode, syntax: _Syntax) -> str:
    kinds = (attribute(node, syntax.kind) or "").split()
    return kinds[0].rstrip("/").replace(":", "/").replace("#", "/").rsplit("/", 1)[-1] if kinds else ""


def _is_item(node: LexborNode, syntax: _Syntax) -> bool:
    return any(name in node.attributes for name in syntax.scopes)


def _is_inside(node: LexborNode, syntax: _Syntax) -> bool:
    around = node.parent
    while around is not None:
        if around.tag != "-undef" and _kind(around, syntax) == "JobPosting":
            return True
        around = around.parent
    return False


def _item(node: LexborNode, syntax: _Syntax, html: LexborHTMLParser, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"@type": _kind(node, syntax)}
    if depth > _DEPTH:
        return found
    parts = [node]
    for name in (attribute(node, "itemref") or "").split():
        other = html.css_first(f'[id="{name}"]') if '"' not in name else None
        parts += [other] if other is not None else []
    for place, part in enumerate(parts):
        _properties(part, syntax, html, depth, found, own=place > 0)
    return found


def _properties(
    node: LexborNode,
    syntax: _Syntax,
    html: LexborHTMLParser,
    depth: int,
    found: dict[str, Any],
    *,
    own: bool = False,
) -> None:
    """Add the properties below an element, and its ``own``, without those of the items among them."""
    stack = [node] if own else list(reversed(list(node.iter())))
    while stack:
        current = stack.pop()
        names = (attribute(current, syntax.name) or "").split()
        is_item = _is_item(current, syntax)
        for name in (name.rsplit(":", 1)[-1].rsplit("/", 1)[-1] for name in names):
            value = _item(current, syntax, html, depth + 1) if is_item else _value(current, name)
            if value in (None, ""):
                continue
            if name not in found:
                found[name] = value
            elif isinstance(found[name], list):
                found[name].append(value)
            else:
                found[name] = [found[name], value]
        if not is_item and not (names and names[0] in _MARKUP):
            stack += reversed(list(current.iter()))


def _value(node: LexborNode, name: str) -> str | None:
    content = attribute(node, "content")
    if content is not None:
        return content
    if name in _MARKUP and node.tag not in _VALUES:
        return inner_html(node)
    if name not in _TEXT:
        for key in (*_VALUES.get(node.tag or "", ()), "resource"):
            if (value := attribute(node, key)) is not None:
                return value
    return node_text(node)
