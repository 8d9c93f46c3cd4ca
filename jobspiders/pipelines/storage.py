"""Puts what passed the other pipelines into the journal; the database gets it from there."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting, SeenPosting, SeenPostings
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import DatabaseError, JournalError, NotStored
from jobspiders.storage.identity import crawl_id
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.records import CrawlRecord

logger = logging.getLogger(__name__)

_STORED = (JobPosting, RejectedPosting, ClosedPosting, SeenPosting, SeenPostings)


class StoragePipeline:
    """Settings: STORAGE_* (see StorageConfig). Stats: storage/items, storage/not_stored and those of the writer.

    ``ingest`` is None until the spider is open, and where storage could not be opened. Who ends the crawl's
    record closes it: the crawl's last word goes through the journal too.
    """

    def __init__(self, crawler: Crawler, config: StorageConfig) -> None:
        self.ingest: Ingest | None = None
        self.record: CrawlRecord | None = None
        self._crawler = crawler
        self._config = config
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        config = StorageConfig.from_settings(crawler.settings)
        if not config.enabled:
            raise NotConfigured("STORAGE_ENABLED is off: nothing is stored")
        return cls(crawler, config)

    async def open_spider(self) -> None:
        """Raises CloseSpider, after one line of log, where nothing can be stored."""
        try:
            self.record = self._crawl()
            self.ingest = await Ingest.open(self._config, self.record, self._inc)
        except DatabaseError as error:
            logger.error("%s", error)
            raise CloseSpider("database") from None
        except JournalError as error:
            logger.error("%s", error)
            raise CloseSpider("journal_full") from None

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, _STORED):
            return item
        number = len(item.external_ids) if isinstance(item, SeenPostings) else 1
        if self.ingest is None:
            self._inc("storage/not_stored", number)
            raise NotStored("storage is not open", log_level="DEBUG")
        try:
            self.ingest.append(item)
        except JournalError as error:
            self._inc("storage/not_stored", number)
            if self._closing is None:
                logger.error("%s", error)
                self._closing = asyncio.create_task(self._end_crawl("journal_full"))
            raise NotStored("the journal cannot be written", log_level="DEBUG") from None
        self._inc("storage/items", number)
        return item

    async def _end_crawl(self, reason: str) -> None:
        engine = self._crawler.engine
        assert engine is not None
        closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))
        while not closing.done():
            await asyncio.sleep(0.05)
            # Scrapy looks whether the last item has been dealt with only when it has dealt with a response:
            # where items come straight from start(), as with an import, it would wait for ever.
            slot = engine.scraper.slot
            if slot is not None and slot.closing is not None and not slot.closing.called and slot.is_idle():
                slot.closing.callback(engine.spider)  # type: ignore[arg-type]  # it is there until closed

    def _crawl(self) -> CrawlRecord:
        spider = self._crawler.spider
        assert spider is not None
        record = getattr(spider, "crawl_record", None)
        if isinstance(record, CrawlRecord):
            return record
        return CrawlRecord(
            id=crawl_id(self._crawler.settings.get("JOBDIR")), board=spider.name, started_at=datetime.now(UTC)
        )

    def _inc(self, name: str, number: int = 1) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(name, number)
