"""Search boards that are web sites: result pages, and a page of its own for each posting."""

from __future__ import annotations

import re
from typing import ClassVar

from scrapy import Request

from jobspiders.bases.listing import Listing
from jobspiders.bases.search import SearchSpider
from jobspiders.items import JobPosting, Source
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.cards import posting_links
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.jsonld import listed_items
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


def slug(text: str) -> str:
    """Words as they stand in a path: ``Crane R&D Lead`` is ``crane-r-d-lead``."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")


class SearchPagesSpider(SearchSpider):
    """A site whose pages of postings carry JSON-LD; ``posting_id`` finds a posting's id in its address."""

    #: Its first group that matched is the posting's id.
    posting_id: ClassVar[re.Pattern[str]]

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url) if posting.url.startswith(("http://", "https://")) else None

    @classmethod
    def id_in(cls, *addresses: str | None) -> str | None:
        """The id of a posting in the first of these addresses that has one."""
        return key_in(cls.posting_id, *addresses)

    def read_listing(self, page: Page) -> tuple[Source | None, Listing | None]:
        """The list of a page; where nothing else is left of it, its links to postings."""
        source, listing = super().read_listing(page)
        shows = listing is None and page.json is None and self.read_detail(page)[1] is None
        if shows and (links := posting_links(page, self.id_in)):
            self._count("listing/by_links")
            return "html", Listing(
                links, lambda link: JobPosting(external_id=link.key, url=link.url, title=link.title)
            )
        return source, listing

    def listed(self, page: Page, *, unless: str) -> Listing | None:
        """Titles and addresses out of the page's ItemList, for pages without the cards that say more."""
        items = {self.id_in(url): (name, url) for name, url in listed_items(page.text)}
        items.pop(None, None)
        if not items or page.first(unless) is not None:
            return None
        return Listing(
            list(items.items()),
            lambda row: JobPosting(
                external_id=row[0] or "", title=row[1][0], url=page.absolute(row[1][1]) or ""
            ),
        )

    def several(self, page: Page) -> Listing | None:
        """The postings of a page that carries more than one as JSON-LD."""
        rows = page.jsonld
        if len(rows) < 2 or not any(self._one_of_several(page, row).external_id for row in rows):
            return None
        return Listing(rows, lambda row: self._one_of_several(page, row))

    def _one_of_several(self, page: Page, row: Record) -> JobPosting:
        posting = posting_from_jsonld(row, page.url)
        if posting.url != page.url:
            posting.external_id = self.id_in(posting.url) or posting.external_id
        return posting

    def detail_from_jsonld(self, page: Page) -> JobPosting | Gone | None:
        if not page.jsonld:
            return None
        posting, canonical = posting_from_jsonld(page.jsonld[0], page.url), page.canonical
        if canonical is not None and posting.url == page.url and self.id_in(canonical):
            posting.url = canonical
        posting.external_id = self.id_in(posting.url, canonical, page.url) or posting.external_id
        return posting
