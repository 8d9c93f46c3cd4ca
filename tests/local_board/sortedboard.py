"""The spider of a loopback search: newest first, never complete."""

from __future__ import annotations

import os

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.layout import Layout


class SortedBoardSpider(JsonFeedSpider):
    """Reads rows with dates from the server whose address is in the environment variable LOCAL_BOARD."""

    name = "sortedboard"
    homepage = os.environ.get("LOCAL_BOARD", "http://127.0.0.1:9")
    paged = True
    whole = False
    sorted_by_date = True
    layout = Layout(
        row_keys=("rows",),
        total_keys=("total",),
        fields={"external_id": "id", "url": "url", "title": "title", "date_posted": "posted"},
    )

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(f"{self.homepage}/rows", offset=position.offset)
