"""Himalayas: the public API of remote jobs, twenty a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.parsing.boards import himalayas
from jobspiders.parsing.record import Record


class HimalayasSpider(JsonFeedSpider):
    name = "himalayas"
    homepage = "https://himalayas.app"
    allowed_domains = ["himalayas.app"]
    terms = "free public API; a link back to the posting is asked for; about 95,000 postings"
    feed_url = "https://himalayas.app/jobs/api"
    paged = True
    whole = False
    layout = himalayas.LAYOUT

    def parameters(self, position: Position) -> dict[str, Any]:
        place = {"cursor": position.cursor} if position.cursor else {"offset": position.offset or None}
        return {"limit": 20, **place}

    def turn(self, listing: Listing, answer: Record) -> None:
        listing.cursor = answer.text("nextCursor")
