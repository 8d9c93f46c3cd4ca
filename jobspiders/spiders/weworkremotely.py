"""We Work Remotely: the RSS feed of all categories, and the HTML list."""

from __future__ import annotations

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.parsing.boards import weworkremotely
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import rss_items


class WeWorkRemotelySpider(FeedSpider):
    name = "weworkremotely"
    homepage = "https://weworkremotely.com"
    allowed_domains = ["weworkremotely.com"]
    terms = "public feeds; posting pages challenge plain clients"
    feed_url = "https://weworkremotely.com/remote-jobs.rss"
    whole = False

    def listing_from_api(self, page: Page) -> Listing | None:
        items = rss_items(page.body)
        if items is None:
            return None
        return Listing(
            items, lambda item: weworkremotely.posting_from_item(Record(item)), last=True, around=[]
        )

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.html.css(weworkremotely.CARDS)
        if not cards:
            return None
        return Listing(cards, lambda card: weworkremotely.posting_from_card(card, page), last=True)
