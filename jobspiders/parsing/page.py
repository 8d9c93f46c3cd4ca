"""One fetched page and the readings of it that several sources share."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jobspiders.parsing.embedded import loads, object_after
from jobspiders.parsing.jsonld import postings_in, read_jsonld, scattered_postings
from jobspiders.parsing.literals import Beginnings, Spellings, holds, places
from jobspiders.parsing.microdata import postings_in_attributes
from jobspiders.parsing.page_nodes import attribute, node_fields, node_text
from jobspiders.parsing.record import Record
from jobspiders.parsing.streamed import Stream, objects_with

_NAME_BYTES = frozenset(
    bytes([byte]) for byte in b"-_" + string.ascii_letters.encode() + string.digits.encode()
)
_CLASS = re.compile(r"\.([\w-]+)")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
#: In small letters: without one of these no element says what kind of item it is.
_ITEM_ATTRIBUTES = (b"itemtype", b"typeof")
#: Some letters of each name above and of the media type of JSON-LD.
_HINTS = Spellings(b"/ld", b"emty", b"peof")
#: Elements that a parser may open again where they were not closed: one in the source can be several in the tree.
_REOPENED = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_ROWS = ("<tr", "<td", "<tbody")
_PREAMBLE = re.compile(r"\A(?:\s|<!doctype[^>]*>|<meta[^>]*>|<!--.*?-->)+", re.IGNORECASE | re.DOTALL)


class Page:
    """A page as a board sent it. Each reading is made once, when it is first asked for."""

    def __init__(self, url: str, body: bytes, text: str | None = None, status: int = 200) -> None:
        self.url = url
        self.body = body
        self.status = status
        #: The body of the request that was answered; empty where it is not known.
        self.sent = b""
        self._text = text

    @property
    def text(self) -> str:
        """The decoded body."""
        if self._text is None:
            self._text = self._decode()
        return self._text

    def _decode(self) -> str:
        return self.body.decode("utf-8-sig", "replace")

    @cached_property
    def json(self) -> Any:
        """The body as JSON, also as a browser shows and saves it in ``<pre>``; None where it is none."""
        body = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if body[:1] == b"<" and b"<pre" in self.body[:2000]:
            shown = self.first("pre")
            body = shown.text().strip().encode() if shown is not None else b""
        if body[:1] not in (b"{", b"["):
            return None
        try:
            return loads(body)
        except ValueError:
            return None

    @cached_property
    def record(self) -> Record:
        """The body as a JSON object."""
        return Record(self.json)

    @cached_property
    def html(self) -> LexborHTMLParser:
        """The body as an HTML tree. Bare table rows, which some boards stream, are kept as such."""
        start = _PREAMBLE.sub("", self.text[:2000], count=1).lstrip("\ufeff \t\r\n")
        fragment = start[:10].lower().startswith(_ROWS)
        return LexborHTMLParser(f"<table>{self.text}</table>" if fragment else self.text)

    @cached_property
    def jsonld(self) -> list[Record]:
        """The schema.org JobPosting objects of the page, or of a body that is JSON-LD, in their order.

        Those of its JSON-LD; where it has none, those in the attributes of its elements, else in its scripts' data.
        """
        return [Record(posting) for posting in self._jsonld[0]]

    @property
    def jsonld_repaired(self) -> int:
        """How many of the page's scripts of JSON-LD were damaged and could be repaired."""
        return self._jsonld[1]

    @cached_property
    def _jsonld(self) -> tuple[list[dict[str, Any]], int]:
        if self.json is not None:
            return postings_in(self.json), 0
        found: list[dict[str, Any]] = []
        repaired = 0
        # looking for what must be there takes a hundredth of looking for the whole
        lowered = self._encoded.lower() if _HINTS.in_page(self._encoded) else None
        if lowered is not None and holds(lowered, b"application/ld"):
            found, repaired = read_jsonld(self.text)
        if not found and self.holds("JobPosting"):
            if lowered is not None and any(holds(lowered, name) for name in _ITEM_ATTRIBUTES):
                found = postings_in_attributes(self.html)
            if not found and self.holds("@type"):
                found = scattered_postings(self.text, self.stream.text)
        return found, repaired

    @cached_property
    def _encoded(self) -> bytes:
        """The page in bytes of which those that are ASCII stand for themselves."""
        is_plain = self.body and b"\x00" not in self.body
        return self.body if is_plain else self.text.encode("utf-8", "replace")

    @cached_property
    def next_data(self) -> Record:
        """What Next.js put into ``script#__NEXT_DATA__``; an empty record where there is none."""
        marker = 'id="__NEXT_DATA__"'
        at = self.text.find(marker)
        return Record(object_after(self.text[at:], ">") if at >= 0 else None)

    @cached_property
    def stream(self) -> Stream:
        """What Next.js streamed into the page's scripts."""
        return Stream(self.text)

    def objects(self, key: str) -> list[Record]:
        """The JSON objects of the page's scripts that have ``key``, plain or streamed, in their order."""
        return [Record(value) for value in objects_with(self.text, key)] or self.stream.objects(key)

    def number(self, key: str) -> int | None:
        """The first whole number that the page's scripts have under ``key``, plain or streamed."""
        match = re.search(rf'"{key}\\?":\s*"?(\d+)', self.text)
        return int(match[1]) if match else None

    def assigned(self, marker: str) -> Record:
        """The object a script assigns right after ``marker``."""
        return Record(object_after(self.text, marker))

    def holds(self, word: str) -> bool:
        """Whether ``word``, which is ASCII, stands anywhere in the page."""
        return holds(self._encoded, word.encode())

    def since(self, word: str) -> str:
        """The page from about where ``word``, which is ASCII, stands first; empty where it does not."""
        found = places(self._encoded, word.encode())
        # no character has less than a byte
        return self.text[max(0, found[0] - len(self._encoded) + len(self.text)) :] if found else ""

    def first(self, selector: str) -> LexborNode | None:
        """The first element that ``selector`` finds."""
        if self._lacks(selector):
            return None
        return self._late(selector) or self.html.css_first(selector)

    def all(self, selector: str) -> list[LexborNode]:
        """The elements that ``selector`` finds, each once: a bare list of selectors would give those that
        fit several of them several times."""
        return [] if self._lacks(selector) else self.html.css(f":is({selector})")

    def around(self, node: LexborNode | None, selector: str) -> list[LexborNode]:
        """What ``all`` gives, found at once where everything stands below ``node``.

        The selector's alternatives are single classes.
        """
        near = node.css(f":is({selector})") if node is not None else []
        if near and _REOPENED.isdisjoint(found.tag for found in near):
            names = _class_names(selector)
            if len(near) == sum(len(self._places(name)) for (name,) in names):
                return near
        return self.all(selector)

    def _late(self, selector: str) -> LexborNode | None:
        """The only element of a class whose name stands in the page once, and late.

        Found from the end: most of a page stands before its late elements.
        """
        names = _class_names(selector)
        if len(names) != 1 or selector[1:].encode() != names[0][0]:
            return None
        found = self._places(names[0][0])
        if len(found) != 1 or 2 * found[0] < len(self._encoded):
            return None
        part = self.html.body.last_child if self.html.body is not None else None
        while part is not None:
            element = part.css_first(selector)
            if element is not None:
                return element if element.tag not in _REOPENED else None
            part = part.prev
        return None

    def _places(self, name: bytes) -> list[int]:
        """Where the page has the name of a class that is not the beginning of a longer one."""
        page = self._encoded
        ends = ((start, start + len(name)) for start in places(page, name))
        return [start for start, end in ends if page[end : end + 1] not in _NAME_BYTES]

    def _lacks(self, selector: str) -> bool:
        """Whether the page does not even hold the names of classes that ``selector`` wants.

        Looking for them takes a hundredth of walking the tree.
        """
        wanted = _class_names(selector)
        page = self._encoded
        return bool(wanted) and not any(all(holds(page, name) for name in names) for names in wanted)

    def text_of(self, selector: str) -> str | None:
        """The text of the first element that ``selector`` finds, blanks folded."""
        return node_text(self.first(selector))

    def fields(self, selectors: Mapping[str, str]) -> dict[str, Any]:
        """Texts of the page by name, as ``node_fields`` reads them."""
        wanted, words = _names_of_all(tuple(selectors.values()))
        held = words.in_page(self._encoded)
        there = {
            name: css
            for (name, css), alternatives in zip(selectors.items(), wanted, strict=True)
            if not alternatives or any(map(held.issuperset, alternatives))
        }
        return node_fields(self.html.root, there) if there and self.html.root is not None else {}

    @property
    def canonical(self) -> str | None:
        """The address that the page gives for itself."""
        link = self.first("link[rel=canonical]") or self.first("meta[property='og:url']")
        return self.absolute(attribute(link, "href") or attribute(link, "content"))

    def absolute(self, href: str | None) -> str | None:
        """``href`` made absolute against the page's address."""
        return urljoin(self.url, href.strip()) if href and href.strip() else None


@cache
def _class_names(selector: str) -> tuple[tuple[bytes, ...], ...]:
    """The classes that each of the selector's alternatives wants; nothing where one wants none, or more than
    a name can tell."""
    if "(" in selector:
        return ()
    parts = [_ATTRIBUTE.sub("", part) for part in selector.split(",")]
    alternatives = tuple(tuple(name.encode() for name in _CLASS.findall(part)) for part in parts)
    return alternatives if all(alternatives) else ()


@cache
def _names_of_all(selectors: tuple[str, ...]) -> tuple[list[tuple[tuple[bytes, ...], ...]], Beginnings]:
    """The classes that each selector's alternatives want, and how to look for all of them at once."""
    wanted = [() if " | " in each else _class_names(each.partition("@")[0]) for each in selectors]
    names = {name for alternatives in wanted for alternative in alternatives for name in alternative}
    return wanted, Beginnings(names)
