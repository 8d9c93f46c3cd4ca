"""The postings of a company's own pages: JSON-LD with an address and an id for each, also where it gives neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from xxhash import xxh3_64_hexdigest

from jobspiders.items import JobPosting
from jobspiders.parsing.job_addresses import canonical, job_likelihood, posting_key, site_of, strong_key
from jobspiders.parsing.job_links import titled_links
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute
from jobspiders.parsing.record import Record

_LONGEST_ID = 100


class SitePostings:
    """Reads the postings of one crawl. An id is the one in the posting's address, which no other posting has, else
    the identifier that the data gives, else what ``posting_key`` makes of the address.

    The identifier comes second because many sites give several postings the same one. With ``shared`` ids are
    unique over all sites: they begin with the site's host.
    """

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        #: The address that each identifier was first seen with.
        self._addresses: dict[tuple[str, str], str] = {}

    def reader(self, page: Page) -> Callable[[Record], JobPosting]:
        """The reading of one object of the page's JSON-LD."""
        rows = page.jsonld
        counted = Counter(_identifier(row) for row in rows)
        links = titled_links(page) if len(rows) > 1 else {}
        own = _own_address(page) if len(rows) == 1 else None
        name = attribute(page.first("meta[property='og:site_name']"), "content")

        def read(row: Record) -> JobPosting:
            posting = posting_from_jsonld(row, page.url)
            if posting.url == page.url:
                named = links.get(posting.title.lower()) or ([own] if own else [])
                posting.url = (named.pop(0) if len(named) > 1 else named[0]) if named else page.url
            posting.company = posting.company or name
            identifier = _identifier(row)
            posting.requisition_id = identifier
            unique = identifier if counted[identifier] == 1 else None
            alone = len(rows) == 1 or posting.url != page.url
            key = self._key(posting, unique) if alone else unique or _hash_of(posting)
            posting.external_id = self._external_id(posting.url, key)
            return posting

        return read

    def id_in(self, url: str) -> str | None:
        """The id that the posting at an address has, where the address alone tells it."""
        key = strong_key(url)
        return None if key is None else self._external_id(url, key)

    def _key(self, posting: JobPosting, identifier: str | None) -> str:
        strong = strong_key(posting.url)
        if strong is not None or identifier is None:
            return strong or posting_key(posting.url)
        here = canonical(posting.url)
        first = self._addresses.setdefault((site_of(here), identifier), here)
        return identifier if first == here else posting_key(posting.url)

    def _external_id(self, url: str, key: str) -> str:
        return f"{site_of(url)}:{key}" if self._shared else key


def _identifier(row: Record) -> str | None:
    """The identifier where it can be one posting's: it has a digit, which companies' names rarely have."""
    text = row.text("identifier", "value") or row.text("identifier", 0, "value") or row.text("identifier")
    company = row.text("hiringOrganization", "name")
    usable = text is not None and any(sign.isdigit() for sign in text) and len(text) <= _LONGEST_ID
    return text if usable and text != company else None


def _own_address(page: Page) -> str | None:
    """The address that a posting's page gives for itself, where it looks like one of a posting."""
    link = page.first("link[rel=canonical]") or page.first("meta[property='og:url']")
    address = page.absolute(attribute(link, "href") or attribute(link, "content"))
    if address is None or not address.startswith(("http://", "https://")):
        return None
    return address if job_likelihood(address) == 2 or strong_key(address) is not None else None


def _hash_of(posting: JobPosting) -> str:
    told = "\0".join((canonical(posting.url), posting.title, posting.location_text or ""))
    return xxh3_64_hexdigest(told.encode(errors="replace"))
