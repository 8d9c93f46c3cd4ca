"""The Python job board: its RSS feed with descriptions, and the HTML list."""

from __future__ import annotations

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.parsing.boards import pythonorg
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import rss_items


class PythonOrgSpider(FeedSpider):
    name = "pythonorg"
    homepage = "https://www.python.org"
    allowed_domains = ["python.org"]
    feed_url = "https://www.python.org/jobs/feed/rss/"
    whole = False

    def listing_from_api(self, page: Page) -> Listing | None:
        items = rss_items(page.body)
        if items is None:
            return None
        return Listing(items, lambda item: pythonorg.posting_from_item(Record(item)), last=True, around=[])

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.html.css(pythonorg.CARDS)
        if not cards:
            return None
        return Listing(cards, lambda card: pythonorg.posting_from_card(card, page), last=True)
