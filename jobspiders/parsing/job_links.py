"""Links of a company's pages: to postings, to lists of them, to the next page of a list."""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import urlsplit

from jobspiders.parsing.cards import link_title
from jobspiders.parsing.job_addresses import job_likelihood, same_company
from jobspiders.parsing.jsonld import listed_items
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_text

_MOST_LINKS = 5000


def job_links(page: Page) -> dict[str, int]:
    """Addresses of the same company that jobs may stand at, with their likelihood (1 or 2), in their order.

    Front pages, which every page links to, are left out.
    """
    found: dict[str, int] = {}
    for _, url in listed_items(page.text):
        address = _address(page, url)
        if address is not None:
            found[address] = 2
    for link in page.html.css("a[href]")[:_MOST_LINKS]:
        address = _address(page, attribute(link, "href"))
        if address is None or found.get(address) == 2 or urlsplit(address).path in ("", "/"):
            continue
        likelihood = job_likelihood(address, (node_text(link) or "")[:80])
        if likelihood:
            found[address] = max(likelihood, found.get(address, 0))
    return found


def outside_links(page: Page) -> list[str]:
    """Addresses of other companies' sites that a page links to, each once."""
    found: dict[str, None] = {}
    for link in page.html.css("a[href]")[:_MOST_LINKS]:
        try:
            url = (page.absolute(attribute(link, "href")) or "").partition("#")[0]
        except ValueError:
            continue
        if url.startswith(("http://", "https://")) and not same_company(url, page.url):
            found[url] = None
    return list(found)


def next_page(page: Page) -> str | None:
    """The address of the next page of a list, where the page names it."""
    link = page.first("link[rel~=next][href], a[rel~=next][href]")
    return _address(page, attribute(link, "href"))


def titled_links(page: Page) -> dict[str, list[str]]:
    """Addresses of the same company by what their links are called, in lower case."""
    found: dict[str, list[str]] = defaultdict(list)
    for link in page.html.css("a[href]")[:_MOST_LINKS]:
        title, address = link_title(link), _address(page, attribute(link, "href"))
        if title and address is not None and address not in found[title.lower()]:
            found[title.lower()].append(address)
    return found


def _address(page: Page, href: str | None) -> str | None:
    """An address of the company's site without its fragment; None for all else and for the page itself."""
    try:
        url = (page.absolute(href) or "").partition("#")[0]
    except ValueError:
        return None
    if not url.startswith(("http://", "https://")) or not same_company(url, page.url):
        return None
    return None if url == page.url.partition("#")[0] else url
