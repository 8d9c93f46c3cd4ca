"""A crawl of numbered pages for tests of the scheduler: `python -m tests.storage.walking JOBDIR OUT PORT PAGES`.

Page N links to pages 2N+1 and 2N+2; each page gives one item, its number, which is appended to OUT.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from jobspiders.storage.errors import NotStored


class OutPipeline:
    """Appends the number of a page; refuses the number FAIL_ON."""

    async def process_item(self, item: dict[str, int]) -> dict[str, int]:
        if os.environ.get("FAIL_ON") == str(item["number"]):
            raise NotStored("refused")
        descriptor = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, f"{item['number']}\n".encode())
        os.close(descriptor)
        return item


class Walker(Spider):
    name = "walker"

    async def start(self) -> AsyncIterator[Any]:
        yield self.page(0)

    def page(self, number: int) -> Request:
        # start requests of Scrapy's own start() are not filtered either
        url = f"http://127.0.0.1:{sys.argv[3]}/{number}"
        return Request(url, cb_kwargs={"number": number}, dont_filter=number == 0, priority=number % 3)

    def parse(self, response: Response, number: int) -> Iterator[Any]:
        for following in (2 * number + 1, 2 * number + 2):
            if following < int(sys.argv[4]):
                yield self.page(following)
        yield self.page(number // 2 + 1)
        yield {"number": number}


if __name__ == "__main__":
    process = AsyncCrawlerProcess(
        {
            "JOBDIR": sys.argv[1],
            "SCHEDULER": "jobspiders.storage.scheduler.PersistentScheduler",
            "ITEM_PIPELINES": {OutPipeline: 100},
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "ROBOTSTXT_OBEY": False,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "LOG_LEVEL": "INFO",
        }
    )
    process.crawl(Walker)
    process.start()
