"""A crawl process for tests of the storage pipeline: `python -m tests.pipelines.storing COUNT [SETTING=VALUE ...]`."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from jobspiders.pipelines.storage import StoragePipeline
from tests.storage.crawling import posting


class Closer:
    """Stands for the crawl's record: ends the ingest when the spider has closed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Closer:
        return cls(crawler)

    async def spider_closed(self, reason: str) -> None:
        pipeline = self.crawler.get_item_pipeline(StoragePipeline)
        if pipeline is not None and pipeline.ingest is not None:
            assert pipeline.record is not None
            counts = await pipeline.ingest.close(pipeline.record)
            print("new", counts.new)
        print("reason", reason)


class Storing(Spider):
    name = "storing"

    async def start(self) -> AsyncIterator[Any]:
        for number in range(int(sys.argv[1])):
            yield posting(number)
            yield {"other": number}
            await asyncio.sleep(0.001)


if __name__ == "__main__":
    given = dict(setting.split("=", 1) for setting in sys.argv[2:])
    if "FILE_LIMIT" in given:
        limit = int(given["FILE_LIMIT"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    process = AsyncCrawlerProcess(
        {
            "ITEM_PIPELINES": {StoragePipeline: 100},
            "EXTENSIONS": {Closer: 100},
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            **given,
        }
    )
    process.crawl(Storing)
    process.start()
