"""The spider of the loopback board: pages of rows, and a page per posting."""

from __future__ import annotations

import os

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page

LAYOUT = Layout(
    row_keys=("rows",),
    total_keys=("total",),
    fields={"external_id": "id", "url": "url", "title": "title", "description_html": "text"},
)


class LocalBoardSpider(JsonFeedSpider):
    """Crawls the server whose address is in the environment variable LOCAL_BOARD."""

    name = "localboard"
    homepage = os.environ.get("LOCAL_BOARD", "http://127.0.0.1:9")
    paged = True
    layout = LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(f"{self.homepage}/rows", offset=position.offset)

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return LAYOUT.posting(page.record) if page.record.text("id") else None
