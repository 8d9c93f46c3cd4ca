"""Work at a Startup (Y Combinator): lists of postings inside its pages, and the JSON-LD of each posting's page."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import workatastartup
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class WorkAtAStartupSpider(FeedSpider):
    name = "workatastartup"
    homepage = "https://www.workatastartup.com"
    allowed_domains = ["workatastartup.com", "ycombinator.com"]
    feed_url = "https://www.workatastartup.com/jobs"
    whole = False
    detail_url = re.compile(r"/jobs/\w+")

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url) if posting.url else None

    def listing_from_embedded(self, page: Page) -> Listing | None:
        rows = workatastartup.rows(page)
        if rows is None:
            return None
        return Listing(rows, lambda row: workatastartup.posting_from_row(Record(row), page), last=True)

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        return workatastartup.posting_from_page(page)
