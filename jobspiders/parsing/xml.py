"""XML documents as loosely typed records, read leniently."""

from __future__ import annotations

from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types


def xml_root(body: bytes) -> Any:
    """The root element of a document; None where there is none.

    Damaged documents are read as far as they go. Entities that a document defines are not expanded and
    nothing is fetched.
    """
    start = body.find(b"<")
    if start < 0:
        return None
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(body[start:], parser)
    except etree.XMLSyntaxError:
        return None


def local_name(element: Any) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def elements(root: Any, name: str) -> list[Any]:
    """The elements of this name, whatever their namespace, in the order of the document."""
    return [element for element in root.iter() if local_name(element) == name]


def as_value(element: Any) -> Any:
    """An element as the value that JSON would have: text of a leaf, else an object of its children by name.

    A name that comes several times becomes a list.
    """
    children = [child for child in element if local_name(child)]
    if not children:
        return "".join(element.itertext()).strip()
    found: dict[str, Any] = {}
    for child in children:
        name, value = local_name(child), as_value(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def rss_items(body: bytes) -> list[Any] | None:
    """The items of an RSS document as ``as_value`` gives them; None for another one."""
    root = xml_root(body) if b"<rss" in body[:600] else None
    return [as_value(item) for item in elements(root, "item")] if root is not None else None
