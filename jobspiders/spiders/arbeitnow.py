"""Arbeitnow: the public job board API, newest first, a hundred a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.parsing.boards import arbeitnow
from jobspiders.parsing.record import Record


class ArbeitnowSpider(JsonFeedSpider):
    name = "arbeitnow"
    homepage = "https://www.arbeitnow.com"
    home_country = "DE"
    allowed_domains = ["arbeitnow.com"]
    terms = "free public API; a link back is asked for"
    feed_url = "https://www.arbeitnow.com/api/job-board-api"
    paged = True
    layout = arbeitnow.LAYOUT

    def parameters(self, position: Position) -> dict[str, Any]:
        # the answer's own links carry a rotating search parameter: count pages instead
        return {"page": position.page if position.page > 1 else None}

    def turn(self, listing: Listing, answer: Record) -> None:
        listing.last = answer.text("links", "next") is None
