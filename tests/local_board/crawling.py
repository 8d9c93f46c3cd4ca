"""One process that crawls the loopback boards again and again: `python -m tests.local_board.crawling`.

A line of JSON in is a crawl (spider, arguments, settings), a line out its stats.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "SPIDER_MODULES": ["tests.local_board"],
    "ROBOTSTXT_OBEY": False,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "LOG_LEVEL": "ERROR",
}


class CrawlProcess:
    """Crawls in a process of its own, one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def crawl(self, spider: str, arguments: dict[str, str] | None = None, **settings: Any) -> dict[str, Any]:
        """The stats of a crawl."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        job = {"spider": spider, "arguments": arguments or {}, "settings": settings}
        print(json.dumps(job), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, "the crawl died"
        stats: dict[str, Any] = json.loads(line)
        return stats


@contextmanager
def crawling(address: str, home: Path, url: str) -> Iterator[CrawlProcess]:
    """A process whose crawls ask the board at ``address`` and store into ``url``."""
    places = {"LOCAL_BOARD": address, "JOBSPIDERS_HOME": str(home), "DATABASE_URL": url}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.local_board.crawling"],
        cwd=ROOT,
        env={**os.environ, **places},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield CrawlProcess(process)
    finally:
        process.communicate()


async def _crawl_all() -> None:
    from scrapy.crawler import AsyncCrawlerRunner, Crawler
    from scrapy.utils.project import get_project_settings

    while line := await asyncio.to_thread(sys.stdin.readline):
        job = json.loads(line)
        settings = get_project_settings()
        settings.setdict(SETTINGS | job["settings"], priority="cmdline")
        runner = AsyncCrawlerRunner(settings)
        crawler = Crawler(runner.spider_loader.load(job["spider"]), settings)
        await runner.crawl(crawler, **job["arguments"])
        assert crawler.stats is not None
        print(json.dumps(crawler.stats.get_stats(), default=str), flush=True)


if __name__ == "__main__":
    from tests.crawling import run_on_reactor

    run_on_reactor(_crawl_all)
