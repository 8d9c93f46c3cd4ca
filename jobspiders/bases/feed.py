"""Feeds: one endpoint that holds all postings of a board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from scrapy import Request

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope


class FeedSpider(BoardSpider):
    """A board with one list for everything. A feed of one document names its ``feed_url`` and is done."""

    kind = "feed"
    feed_url: ClassVar[str]
    #: Whether a healthy crawl of the feed sees every open posting; False for feeds that show the newest only.
    whole: ClassVar[bool] = True

    def scopes(self) -> Iterable[Scope]:
        yield Scope("feed", complete=self.whole)

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(self.feed_url)
