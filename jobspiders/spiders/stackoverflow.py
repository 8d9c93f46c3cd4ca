"""Stack Overflow Jobs: the RSS feed of a board that closed in March 2022, for feeds that were saved."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, xml_root

ITEM = {
    "url": "link|guid",
    "title": "title",
    "company": "author.name",
    "location_text": "location",
    "description_html": "description",
    "date_posted": "pubDate|updated",
    "tags": "category",
}
REMOTE = re.compile(r"\s*\((allows remote)\)\s*$", re.IGNORECASE)


class StackoverflowSpider(FeedSpider):
    name = "stackoverflow"
    homepage = "https://stackoverflow.com"
    allowed_domains = ["stackoverflow.com"]
    terms = "closed in March 2022; only saved feeds can be read"
    feed_url = "https://stackoverflow.com/jobs/feed"
    native_filters = frozenset({"query", "location"})
    whole = False

    def listing_request(self, scope: Scope, position: Position) -> Request:
        remote = "true" if self.arguments.remote else None
        return self.get(self.feed_url, q=self.arguments.query, l=self.arguments.location, r=remote)

    def judge(self, page: Page) -> tuple[Outcome, str] | None:
        is_page = page.text.lstrip("\ufeff \r\n\t`").lower().startswith(("<!doctype html", "<html"))
        if page.status in self.not_found_statuses or (page.status < 400 and is_page):
            return "not_found", "Stack Overflow closed its job board in March 2022; the feed is gone"
        return super().judge(page)

    def listing_from_api(self, page: Page) -> Listing | None:
        root = xml_root(page.body)
        if root is None or not elements(root, "channel"):
            return None
        items = [as_value(item) for item in elements(root, "item")]
        return Listing(items, lambda item: posting_of_item(Record(item)), last=True)


def posting_of_item(item: Record) -> JobPosting:
    """The posting of an item, whose title reads ``Role at Company (Place) (allows remote)``."""
    posting = mapped_posting(item, ITEM)
    number = re.search(r"/jobs/(\d+)", posting.url)
    posting.external_id = number[1] if number else ""
    remote = REMOTE.search(posting.title)
    posting.workplace_text = remote[1] if remote else None
    posting.title = REMOTE.sub("", posting.title)
    if posting.location_text:
        posting.title = posting.title.removesuffix(f"({posting.location_text})").strip()
    if posting.company:
        posting.title = posting.title.removesuffix(f" at {posting.company}")
    return posting
