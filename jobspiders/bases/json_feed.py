"""Feeds that answer with JSON: rows and fields by a layout, pages by parameters."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class JsonFeedSpider(FeedSpider):
    """A feed of JSON records; ``layout`` says where its postings and their fields are."""

    layout: ClassVar[Layout]

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(self.feed_url, **self.parameters(position))

    def parameters(self, position: Position) -> dict[str, Any]:
        """The parameters of a request for the page at ``position``."""
        return {}

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = self.layout.rows(page.json)
        if rows is None:
            return None
        last = None if self.paged else True
        total = self.layout.total(page.record)
        listing = Listing(rows, lambda row: self.read(Record(row)), total, last=last, around=[])
        self.turn(listing, page.record)
        return listing

    def turn(self, listing: Listing, answer: Record) -> None:
        """Note the cursor, or that this page is the last, where the feed says so."""

    def read(self, job: Record) -> JobPosting | None:
        """One row as a posting."""
        posting = self.layout.posting(job)
        if posting is not None:
            posting.url = urljoin(self.homepage, posting.url) if posting.url else ""
        return posting
