"""The last pipeline: only postings go on to feed exports."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from jobspiders.items import JobPosting, SeenPosting, SeenPostings
from jobspiders.pipelines.filtering import FILTERS, own_filters
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.known_postings import KnownPostings

_EXPORTED = (JobPosting, SeenPostings)


class PostingsOnlyPipeline:
    """Ends the way of rejected rows and closings once they are stored.

    Where there is a feed export it gets a posting that was seen again as it is stored. Stat: feed/not_recalled.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._filters = own_filters(crawler)
        self._has_feeds = bool(crawler.settings.getdict("FEEDS"))
        self._known = KnownPostings(StorageConfig.from_settings(crawler.settings), self._stats.inc_value)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, SeenPosting):
            return await self._recalled(item) if self._has_feeds else item
        if not isinstance(item, _EXPORTED):
            raise DropItem(f"{type(item).__name__} is stored, not exported", log_level="DEBUG")
        return item

    async def close_spider(self) -> None:
        """Let go of the database."""
        await self._known.close()

    async def _recalled(self, item: SeenPosting) -> JobPosting:
        posting = await self._known.recall(item.board, item.external_id)
        if posting is None:
            self._stats.inc_value("feed/not_recalled")
            raise DropItem(f"{item.board} {item.external_id} is not in the database", log_level="WARNING")
        posting.fetched_at, posting.scope = item.fetched_at, item.scope
        if not all(FILTERS[name](posting, value) for name, value in self._filters.items()):
            raise DropItem(f"{item.external_id} does not fit what was asked for", log_level="DEBUG")
        return posting
