"""The Muse: the public API, twenty a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.parsing.boards import themuse
from jobspiders.parsing.record import Record


class TheMuseSpider(JsonFeedSpider):
    name = "themuse"
    homepage = "https://www.themuse.com"
    allowed_domains = ["themuse.com"]
    terms = "public API; 500 requests an hour without a key"
    feed_url = "https://www.themuse.com/api/public/jobs"
    paged = True
    whole = False
    layout = themuse.LAYOUT

    def parameters(self, position: Position) -> dict[str, Any]:
        return {"page": position.page}

    def turn(self, listing: Listing, answer: Record) -> None:
        page, count = answer.integer("page"), answer.integer("page_count")
        listing.last = page >= count if page is not None and count is not None else None
