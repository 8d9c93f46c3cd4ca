"""Stack Overflow Jobs: the RSS feed of a board that closed in March 2022, for feeds that were saved."""

from __future__ import annotations

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.parsing.boards import stackoverflow
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, xml_root


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
        return Listing(
            items, lambda item: stackoverflow.posting_from_item(Record(item)), last=True, around=[]
        )
