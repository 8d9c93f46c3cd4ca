"""However many processes crawl a site, it sees the pace of one: delay and concurrency are shared by the database."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import psycopg
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from jobspiders.middlewares.browser_handler import BrowserDownloadHandler
from jobspiders.middlewares.outcomes import HeldBackError
from jobspiders.middlewares.sites import Sites
from jobspiders.storage.database import database_url
from jobspiders.storage.errors import StorageError
from jobspiders.storage.site_turns import SiteTurns

logger = logging.getLogger(__name__)

_ERRORS = (psycopg.Error, StorageError, OSError, TimeoutError)
#: Seconds between looks for a free place at a site, at random between these.
_LOOK = (0.02, 0.1)


class PacedDownloadHandler(BrowserDownloadHandler):
    """The last before the network. Settings: SITES_PACE_SHARED, STORAGE_ENABLED, DATABASE_URL.

    With SITES_PACE_SHARED a request leaves when fewer than its download slot's concurrency are under way to its
    site, from all processes, and the slot's delay has passed since the last one left. Without the database each
    process keeps its own pace. Stats: pace/waits, pace/waited_ms, pace/errors.
    """

    # Scrapy warns of its aiohttp handler at each start; ours is pinned, measured and tested
    experimental: ClassVar[bool] = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        names = (("SITES_PACE_SHARED", False), ("SITES_ENABLED", True), ("STORAGE_ENABLED", True))
        shared = all(crawler.settings.getbool(name, default) for name, default in names)
        self._pace = SharedPace(crawler) if shared else None
        if shared:
            # it would send a request once more by itself, without a turn, where a kept connection breaks
            self._session._retry_connection = False

    async def download_request(self, request: Request) -> Response:
        """Download in turn; raises HeldBackError where the site is held when the turn comes."""
        if self._pace is None:
            return await super().download_request(request)
        async with self._pace.turn(request):
            return await super().download_request(request)

    async def close(self) -> None:
        """Let go of browser, connections and places."""
        if self._pace is not None:
            await self._pace.close()
        await super().close()


class SharedPace:
    """Of one crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self._turns: SiteTurns | None = None
        self._opening = asyncio.Lock()
        self._warned = False

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[None]:
        """Wait for a place and a turn at the site, and hold the place meanwhile."""
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        place = None
        try:
            turns = await self._open()
            place, waited = await self._enter(turns, key, downloader.slots[key])
        except _ERRORS as error:
            self._failed(error)
            waited = 0.0
        try:
            if waited:
                self.crawler.stats.inc_value("pace/waits")
                self.crawler.stats.inc_value("pace/waited_ms", round(waited * 1000))
                self._check(request)
            yield
        finally:
            if place is not None:
                await self._leave(key, place)

    async def close(self) -> None:
        """Free what is held."""
        if self._turns is not None:
            await self._turns.close()

    async def _enter(self, turns: SiteTurns, key: str, slot: Any) -> tuple[int, float]:
        waited = 0.0
        while (place := await turns.enter(key, slot.concurrency)) is None:
            waited += await _pause(random.uniform(*_LOOK))
        try:
            # who waits does not hold a turn: one that is taken is used at once, however busy this machine is
            while slot.delay > 0 and (wait := await turns.take(key, slot.delay)) > 0:
                waited += await _pause(wait)
        except BaseException:
            # cancelled with its crawl too: nobody else knows of the place
            await self._leave(key, place)
            raise
        return place, waited

    def _check(self, request: Request) -> None:
        """While the request waited its site may have asked for patience, or blocked another process."""
        key = self.sites.key_of(request)
        now = self.sites.clock()
        if self.sites.wait(key, now) > 0 and self.sites.from_scheduler(request):
            raise HeldBackError(key, self.sites.get(key).reason(now))

    async def _leave(self, key: str, place: int) -> None:
        try:
            if self._turns is not None:
                await self._turns.leave(key, place)
        except _ERRORS as error:
            self._failed(error)

    async def _open(self) -> SiteTurns:
        async with self._opening:
            if self._turns is None:
                url = await asyncio.to_thread(database_url, self.crawler.settings)
                self._turns = SiteTurns(url, renewal_failed=self._failed)
            return self._turns

    def _failed(self, error: Exception) -> None:
        self.crawler.stats.inc_value("pace/errors")
        if not self._warned:
            self._warned = True
            lines = str(error).strip().splitlines()
            logger.warning("The pace is not shared: %s", lines[0] if lines else type(error).__name__)


async def _pause(seconds: float) -> float:
    await asyncio.sleep(seconds)
    return seconds
