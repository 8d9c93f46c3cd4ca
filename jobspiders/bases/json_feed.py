"""Feeds that answer with JSON: rows under a key, fields by a map, pages by parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, rows_in


class JsonFeedSpider(FeedSpider):
    """A feed of JSON records; ``fields`` says where in a row a posting's fields are."""

    #: Dotted paths of the rows in an answer that is no list itself.
    row_keys: ClassVar[tuple[str, ...]] = ()
    #: Dotted paths of the number of postings that the feed has in all.
    total_keys: ClassVar[tuple[str, ...]] = ()
    #: Where the fields of a posting stand in a row, as ``mapped_posting`` takes it.
    fields: ClassVar[Mapping[str, str]]

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(self.feed_url, **self.parameters(position))

    def parameters(self, position: Position) -> dict[str, Any]:
        """The parameters of a request for the page at ``position``."""
        return {}

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = rows_in(page.json, *self.row_keys)
        if rows is None:
            return None
        totals = (page.record.integer(*path.split(".")) for path in self.total_keys)
        total = next((number for number in totals if number is not None), None)
        listing = Listing(
            rows, lambda row: self.read(Record(row), page), total, last=None if self.paged else True
        )
        self.turn(listing, page.record)
        return listing

    def turn(self, listing: Listing, answer: Record) -> None:
        """Note the cursor, or that this page is the last, where the feed says so."""

    def read(self, job: Record, page: Page) -> JobPosting | None:
        """One row as a posting."""
        posting = mapped_posting(job, self.fields)
        self.complete(posting, job)
        posting.url = urljoin(self.homepage, posting.url) if posting.url else ""
        return posting

    def complete(self, posting: JobPosting, job: Record) -> None:
        """Fill in what the map of fields cannot say."""
