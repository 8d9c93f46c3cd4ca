"""Sitemaps in every form of the protocol: index, list of pages, plain text, feed, each also compressed.

See https://www.sitemaps.org/protocol.html and, for robots.txt, https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from jobspiders.parsing.xml import local_name

#: What the protocol allows: 50,000 addresses in 50 MB. Beyond twice as much nothing is read.
_MOST_BYTES = 100 * 1024 * 1024
_MOST_ADDRESSES = 100_000
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Sitemap:
    """The addresses of a sitemap in their order, each once: of further sitemaps (``index``) or of ``pages``."""

    kind: Literal["index", "pages"]
    urls: list[str] = field(default_factory=list)


def sitemaps_of_robots(text: str, base: str) -> list[str]:
    """The sitemaps that a robots.txt at ``base`` names, each once."""
    lines = (line.split("#", 1)[0].partition(":") for line in text.lstrip("\ufeff").splitlines())
    named = (value.strip() for name, _, value in lines if name.strip().lower() == "sitemap")
    return _absolute(named, base)


def read_sitemap(body: bytes, base: str) -> Sitemap | None:
    """The sitemap that a body is; None for anything else. A damaged one is read as far as it goes."""
    data = _unpacked(body)
    if data is None:
        return None
    data = data.removeprefix(_BOM).lstrip()
    return _of_xml(data, base) if data.startswith(b"<") else _of_text(data, base)


def is_sitemap(body: bytes, base: str) -> bool:
    """Whether a body begins like a sitemap in XML and is one."""
    begins = body[:200].lstrip(_BOM + b" \r\n").startswith((b"<?xml", b"<urlset", b"<sitemapindex", _GZIP))
    return begins and read_sitemap(body, base) is not None


def _unpacked(body: bytes) -> bytes | None:
    """The body, decompressed where it is gzip; None for one that grows without end."""
    if not body.startswith(_GZIP):
        return body
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = unpacking.decompress(body, _MOST_BYTES)
    except zlib.error:
        return None
    return None if unpacking.unconsumed_tail else data


def _of_xml(data: bytes, base: str) -> Sitemap | None:
    """Elements are dropped as soon as they are read: a sitemap of full size takes little memory."""
    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
    )
    found: Sitemap | None = None
    kinds: dict[str, Literal["index", "pages"]] = {
        "sitemapindex": "index",
        "urlset": "pages",
        "rss": "pages",
        "feed": "pages",
    }
    named: list[str] = []
    try:
        for event, element in events:
            name = local_name(element)
            if found is None:
                kind = kinds.get(name)
                if kind is None:
                    return None
                found = Sitemap(kind)
            elif event == "end" and len(named) < _MOST_ADDRESSES:
                parent = element.getparent()
                holder = local_name(parent) if parent is not None else ""
                if name == "loc" and holder in ("url", "sitemap"):
                    named.append(element.text or "")
                elif name == "link" and holder in ("item", "entry"):
                    named.append(element.text or element.get("href") or "")
                elif name in ("url", "sitemap", "item", "entry"):
                    element.clear()
                    while element.getprevious() is not None:
                        del parent[0]
    except etree.XMLSyntaxError:
        pass
    if found is not None:
        found.urls = _absolute((text.strip() for text in named), base)
    return found


def _of_text(data: bytes, base: str) -> Sitemap | None:
    """One address in each line, and nothing else."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
        return None
    return Sitemap("pages", _absolute(lines[:_MOST_ADDRESSES], base))


def _absolute(addresses: Iterable[str], base: str) -> list[str]:
    found: dict[str, None] = {}
    for address in addresses:
        try:
            url = urljoin(base, address) if address else ""
        except ValueError:
            continue
        if url.startswith(("http://", "https://")):
            found[url] = None
    return list(found)
