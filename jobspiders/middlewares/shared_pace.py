"""However many processes crawl a site, it sees the pace of one: delay and concurrency are shared by the database."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any, Self

import psycopg
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.middlewares.outcomes import HeldBackError
from jobspiders.middlewares.sites import Sites
from jobspiders.storage.database import database_url
from jobspiders.storage.errors import StorageError
from jobspiders.storage.site_turns import SiteTurns

logger = logging.getLogger(__name__)

_ERRORS = (psycopg.Error, StorageError, OSError, TimeoutError)
#: Seconds between looks for a free place at a site, at random between these.
_LOOK = (0.05, 0.2)


class SharedPaceMiddleware:
    """The nearest to the download. Settings: SITES_PACE_SHARED, STORAGE_ENABLED, DATABASE_URL.

    A request waits until fewer than the download slot's concurrency are under way to its site, from all processes,
    and the slot's delay has passed since the last one left. Without the database each process keeps its own pace.
    Stats: pace/waits, pace/waited_ms, pace/errors.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        for name, default in (
            ("SITES_PACE_SHARED", False),
            ("SITES_ENABLED", True),
            ("STORAGE_ENABLED", True),
        ):
            if not settings.getbool(name, default):
                raise NotConfigured(f"{name} is off: this process keeps its own pace")
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self._turns: SiteTurns | None = None
        self._opening = asyncio.Lock()
        self._under_way: dict[Request, tuple[str, int]] = {}
        self._warned = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Wait for a place and a turn; raises HeldBackError where the site is held meanwhile."""
        if not request.url.startswith("http"):
            return
        # the slot is what would pace this request alone; there is no public way to it
        key, slot = self.crawler.engine.downloader._get_slot(request)
        try:
            turns = await self._open()
            waited = await self._wait(turns, request, key, slot)
        except _ERRORS as error:
            self._failed(error)
            return
        if waited:
            self.crawler.stats.inc_value("pace/waits")
            self.crawler.stats.inc_value("pace/waited_ms", round(waited * 1000))
            self._check(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The request is done."""
        await self._done(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """The request has failed."""
        await self._done(request)

    async def spider_closed(self) -> None:
        """Free what is held."""
        if self._turns is not None:
            await self._turns.close()

    async def _wait(self, turns: SiteTurns, request: Request, key: str, slot: Any) -> float:
        waited = 0.0
        while (place := await turns.enter(key, slot.concurrency)) is None:
            pause = random.uniform(*_LOOK)
            await asyncio.sleep(pause)
            waited += pause
        self._under_way[request] = (key, place)
        if slot.delay > 0:
            pause = await turns.turn(key, slot.delay)
            if pause > 0:
                await asyncio.sleep(pause)
                waited += pause
        return waited

    def _check(self, request: Request) -> None:
        """While the request waited its site may have asked for patience, or blocked another process."""
        key = self.sites.key_of(request)
        now = self.sites.clock()
        if self.sites.wait(key, now) > 0 and self.sites.from_scheduler(request):
            raise HeldBackError(key, self.sites.get(key).reason(now))

    async def _done(self, request: Request) -> None:
        held = self._under_way.pop(request, None)
        if held is None or self._turns is None:
            return
        try:
            await self._turns.leave(*held)
        except _ERRORS as error:
            self._failed(error)

    async def _open(self) -> SiteTurns:
        async with self._opening:
            if self._turns is None:
                self._turns = SiteTurns(await asyncio.to_thread(database_url, self.crawler.settings))
            return self._turns

    def _failed(self, error: Exception) -> None:
        self.crawler.stats.inc_value("pace/errors")
        if not self._warned:
            self._warned = True
            lines = str(error).strip().splitlines()
            logger.warning("The pace is not shared: %s", lines[0] if lines else type(error).__name__)
