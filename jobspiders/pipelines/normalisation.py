"""Text to values, with the text kept beside the value."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from jobspiders.items import JobPosting
from jobspiders.normalise.posting import normalise


class NormalisationPipeline:
    """Runs the normalisers on each posting, with the time at which its page was fetched.

    One posting in a turn of the event loop: were it all that wait, of every page that has come in, the writer and the
    downloads would wait with the database and the sites idle.
    """

    def __init__(self, stats: StatsCollector, country: str | None = None) -> None:
        self.stats = stats
        self.country = country
        self._turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider = crawler.spider
        asked = getattr(getattr(spider, "arguments", None), "country", None)
        return cls(crawler.stats, asked or getattr(spider, "home_country", None))

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, JobPosting):
            item.fetched_at = item.fetched_at or datetime.now(UTC)
            async with self._turn:
                await asyncio.sleep(0)
                normalise(item, now=item.fetched_at, count=self.stats.inc_value, country=self.country)
        return item
