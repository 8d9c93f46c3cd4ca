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
AT_ONCE = 8
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
        # what is no posting waits its turn all the same: a closing must not overtake the posting before it
        await self._take(self._steps(item) if isinstance(item, JobPosting) else iter(()))
        return item

    def _steps(self, posting: JobPosting) -> _Steps:
        now = posting.fetched_at = posting.fetched_at or datetime.now(UTC)
        dates = (posting.date_posted, posting.valid_through)
        if posting.row_hash and not all(is_lasting(date, now=now) for date in dates):
            # tomorrow the same row is another posting
            posting.row_hash = None
        return normalisation(posting, now=now, count=self.stats.inc_value, country=self.country)

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
    """The first step of each, then the second; a fault in one is told to whoever waits for it, and to no other.

    Who waits goes on in the order in which they came.
    """
    faults: dict[asyncio.Future[None], Exception] = {}
    left = batch
    while left:
        going_on = []
        for steps, done in left:
            try:
                next(steps)
            except StopIteration:
                continue
            except Exception as error:  # noqa: BLE001 - it is raised where the posting is waited for
                faults[done] = error
            else:
                going_on.append((steps, done))
        left = going_on
    for _, done in batch:
        if done.done():
            continue
        if done in faults:
            done.set_exception(faults[done])
        else:
            done.set_result(None)
