"""Text to values, with the text kept beside the value."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from jobspiders.items import JobPosting
from jobspiders.normalise.dates import is_lasting
from jobspiders.normalise.posting import normalisation

#: Postings that are normalised side by side, in one turn of the event loop: more take the processor longer than the
#: writer and the downloads should wait with the database and the sites idle.
AT_ONCE = 4
#: Turns of the event loop that are left to others in between.
PAUSE = 2

_Steps = Iterator[None]


class NormalisationPipeline:
    """Runs the normalisers on each posting, with the time at which its page was fetched."""

    def __init__(self, stats: StatsCollector, country: str | None = None) -> None:
        self.stats = stats
        self.country = country
        self._waiting: deque[tuple[_Steps, asyncio.Future[None]]] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider = crawler.spider
        asked = getattr(getattr(spider, "arguments", None), "country", None)
        return cls(crawler.stats, asked or getattr(spider, "home_country", None))

    async def process_item(self, item: Any) -> Any:
        if isinstance(item, JobPosting):
            item.fetched_at = item.fetched_at or datetime.now(UTC)
            if item.row_hash and not all(
                is_lasting(date, now=item.fetched_at) for date in (item.date_posted, item.valid_through)
            ):
                # tomorrow the same row is another posting
                item.row_hash = None
            await self._take(
                normalisation(item, now=item.fetched_at, count=self.stats.inc_value, country=self.country)
            )
        return item

    def _take(self, steps: _Steps) -> asyncio.Future[None]:
        """Have the steps taken beside those of what else comes in this turn of the event loop."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._turn, loop, 0)
        future = loop.create_future()
        self._waiting.append((steps, future))
        return future

    def _turn(self, loop: asyncio.AbstractEventLoop, pause: int) -> None:
        if not pause:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            _take_in_turn(batch)
            pause = PAUSE + 1
        if self._waiting:
            loop.call_soon(self._turn, loop, pause - 1)


def _take_in_turn(batch: list[tuple[_Steps, asyncio.Future[None]]]) -> None:
    """The first step of each, then the second; a fault in one is told to whoever waits for it, and to no other."""
    while batch:
        left = []
        for steps, done in batch:
            try:
                next(steps)
            except StopIteration:
                if not done.done():
                    done.set_result(None)
            except Exception as error:  # noqa: BLE001 - it is raised where the posting is waited for
                if not done.done():
                    done.set_exception(error)
            else:
                left.append((steps, done))
        batch = left
