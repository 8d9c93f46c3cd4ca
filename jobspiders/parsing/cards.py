"""Cards of HTML lists: the element around a link, what the link is called, and its labelled fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, child_text, node_text

#: How far from its link the outline of a card may be.
_DEPTH = 6
_HIDDEN = ".sr-only, .field-label, .visually-hidden"
_LONGEST_TITLE = 200
#: What links to postings say that do not name them.
_ACTION = re.compile(
    r"(?:quick |easy )?apply(?: now| here)?|(?:view|see|open)(?: (?:job|details?|more|posting|position))*|details|more"
    r"|learn more|read more|share|save(?: job)?|ansehen|details ansehen|bewerben|mehr erfahren|postuler|voir",
    re.IGNORECASE,
)


def card_around(link: LexborNode, links: str) -> LexborNode:
    """The card of a link: the list item or table row around it, else the largest element around it that
    holds no other address that the selector ``links`` finds."""
    card, node = link, link.parent
    for _ in range(_DEPTH):
        if node is None or len({attribute(each, "href") for each in node.css(links)}) > 1:
            break
        card = node
        if node.tag in ("li", "tr", "article"):
            break
        node = node.parent
    return card


def link_title(link: LexborNode) -> str | None:
    """What a link is called: its heading, else its text without labels for screen readers, else its tooltip
    without a leading number."""
    heading = child_text(link, "h1, h2, h3, h4, h5")
    if heading:
        return heading
    text = node_text(link) or ""
    for label in link.css(_HIDDEN):
        text = text.removeprefix(node_text(label) or "").strip()
    return text or re.sub(r"^\d+ - ", "", attribute(link, "title") or "") or None


class PostingLink(NamedTuple):
    """A link to a posting: its key there, its address, what it is called, and the link itself."""

    key: str
    url: str
    title: str
    node: LexborNode


def posting_links(page: Page, key_of: Callable[[str], str | None]) -> list[PostingLink]:
    """The links of a page to postings, one for each: what a list still tells where its cards are not known.

    ``key_of`` finds a posting's key in an address. Of several links to one the first that has a name counts.
    """
    found: dict[str, PostingLink] = {}
    for link in page.html.css("a[href]"):
        try:
            url = page.absolute(attribute(link, "href")) or ""
        except ValueError:
            continue
        key = key_of(url) if url.startswith("http") else None
        title = link_title(link) if key else None
        if key and title and len(title) <= _LONGEST_TITLE and not _ACTION.fullmatch(title):
            found.setdefault(key, PostingLink(key, url, title, link))
    return list(found.values())


def labelled(card: LexborNode) -> dict[str, str]:
    """The fields of a card by their labels in lower case: ``dt`` with ``dd``, or a label and what follows it.

    A tooltip with the whole value counts more than the text, as where `2 weeks ago` has its date there.
    """
    found: dict[str, str] = {}
    for label in card.css(".field-label, dt"):
        inside = label.parent is not None and label.parent.tag == "dt"
        text = _following(label.parent if inside else label)
        if text:
            found.setdefault((node_text(label) or "").rstrip(":").lower(), text)
    return found


def _following(label: LexborNode | None) -> str | None:
    node = label.next if label is not None else None
    while node is not None and node.tag == "-text":
        if (text := node.text().strip()) != "":
            return text
        node = node.next
    if node is None:
        return None
    return attribute(node.css_first("[title]"), "title") or attribute(node, "title") or node_text(node)
