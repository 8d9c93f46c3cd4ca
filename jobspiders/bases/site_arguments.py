"""Where a crawl of career sites begins: pages, sitemaps, whole sites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from jobspiders.bases.arguments import ArgumentError, argument
from jobspiders.bases.board_arguments import BoardArguments

#: What a page is asked for: a robots.txt, which names sitemaps; a sitemap; a front page, whose links lead to lists; a
#: page given or a list, whose links lead to postings; any other page.
Role: TypeAlias = Literal["robots", "sitemap", "home", "start", "page"]


@dataclass(frozen=True)
class CareerSiteArguments(BoardArguments):
    """Where the postings are: pages, sitemaps or whole sites."""

    url: tuple[str, ...] | None = argument("pages with postings or lists of them, comma-separated")
    sitemap: tuple[str, ...] | None = argument("addresses of sitemaps, comma-separated")
    domain: tuple[str, ...] | None = argument("sites, whose robots.txt names their sitemaps, comma-separated")
    max_pages: int | None = argument("pages of each site to ask for at most", minimum=1)


class Start(NamedTuple):
    """The first request of a scope."""

    role: Role
    url: str


def starts(pages: Iterable[str], sitemaps: Iterable[str], domains: Iterable[str]) -> dict[str, Start]:
    """The first request of each scope, by the scope's key. Raises ArgumentError for what is no address."""
    found = {url: Start("start", url) for url in (web_address("url", text) for text in pages)}
    found |= {url: Start("sitemap", url) for url in (web_address("sitemap", text) for text in sitemaps)}
    sites = (web_address("domain", text) for text in domains)
    return found | {site_key(url): Start("robots", urljoin(url, "/robots.txt")) for url in sites}


def site_key(url: str) -> str:
    """The scope of a whole site, the same with and without ``www.``."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


def web_address(name: str, text: str) -> str:
    """An address as given, ``https`` where no scheme is. Raises ArgumentError."""
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    known = host is not None and ("." in host or ":" in host or host == "localhost")
    if not known or not url.startswith(("http://", "https://")) or " " in url:
        raise ArgumentError(f"{name}: {text!r} is no address of a web page")
    return url
