"""However many processes crawl a site, it sees the pace of one: delay and concurrency are shared by the database."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar

import psycopg
from aiohttp import TraceConfig
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from jobspiders.middlewares.browser_handler import BrowserDownloadHandler
from jobspiders.middlewares.departure import Departure, Grace
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
    process keeps its own pace. Stats: pace/waits, pace/waited_ms, pace/late, pace/errors.
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
            self._session.trace_configs.append(_before_sending())

    async def download_request(self, request: Request) -> Response:
        """Download in turn; raises HeldBackError where the site is held when the turn comes."""
        if self._pace is None:
            return await super().download_request(request)
        async with self._pace.turn(request) as turn:
            response = await super().download_request(request)
            if turn.waited_connected and request.meta.get("download_latency"):
                # the site is not slow because we waited
                request.meta["download_latency"] -= turn.waited_connected
            return response

    async def close(self) -> None:
        """Let go of browser, connections and places."""
        if self._pace is not None:
            await self._pace.close()
        await super().close()

    async def _render(self, browser: Any, request: Request, context: str) -> Response:
        await _leave_in_turn()
        return await super()._render(browser, request, context)


class SharedPace:
    """Of one crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.grace = Grace()
        self._turns: SiteTurns | None = None
        self._opening = asyncio.Lock()
        self._warned = False

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[RequestTurn]:
        """Wait for a place and a turn at the site, and hold the place meanwhile."""
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        turn = RequestTurn(self, request, key, downloader.slots[key])
        place = None
        try:
            place = await self._enter(turn)
        except _ERRORS as error:
            turn.give_up(error)
        token = _turn.set(turn)
        try:
            turn.note_waits()
            yield turn
        finally:
            _turn.reset(token)
            if place is not None:
                await self._leave(key, place)

    async def close(self) -> None:
        """Free what is held."""
        if self._turns is not None:
            await self._turns.close()

    async def open(self) -> SiteTurns:
        """The turns in the database. Raises StorageError."""
        async with self._opening:
            if self._turns is None:
                url = await asyncio.to_thread(database_url, self.crawler.settings)
                self._turns = SiteTurns(url, renewal_failed=self.failed)
            return self._turns

    def failed(self, error: Exception) -> None:
        """Count that the database is away, and say so once."""
        self.crawler.stats.inc_value("pace/errors")
        if not self._warned:
            self._warned = True
            lines = str(error).strip().splitlines()
            logger.warning("The pace is not shared: %s", lines[0] if lines else type(error).__name__)

    async def _enter(self, turn: RequestTurn) -> int:
        turns = await self.open()
        while (place := await turns.enter(turn.key, turn.slot.concurrency)) is None:
            await turn.pause(random.uniform(*_LOOK))
        try:
            await turn.take()
        except BaseException:
            # cancelled with its crawl too: nobody else knows of the place
            await self._leave(turn.key, place)
            raise
        return place

    async def _leave(self, key: str, place: int) -> None:
        try:
            if self._turns is not None:
                await self._turns.leave(key, place)
        except _ERRORS as error:
            self.failed(error)


class RequestTurn:
    """The turn of one request; ``waited_connected`` are the seconds that it waited with its connection at hand."""

    def __init__(self, pace: SharedPace, request: Request, key: str, slot: Any) -> None:
        self.key = key
        self.slot = slot
        self.waited_connected = 0.0
        self._pace = pace
        self._request = request
        self._departure = Departure(pace.grace)
        self._unused: datetime | None = None
        self._waited = 0.0

    async def take(self) -> None:
        """Wait for a turn. Raises psycopg.Error and StorageError."""
        turns = await self._pace.open()
        # who waits does not hold a turn
        while self.slot.delay > 0:
            spacing = self._departure.ask(time.monotonic(), self.slot.delay)
            turn = await turns.take(self.key, spacing, self._unused)
            self._unused = turn.next_at
            if turn.wait == 0:
                break
            await self.pause(turn.wait)

    async def leave(self) -> None:
        """Wait for another turn where this one has gone by; raises HeldBackError where the site is held by then."""
        started = time.monotonic()
        while not self._departure.may_leave(time.monotonic()):
            self._pace.crawler.stats.inc_value("pace/late")
            try:
                await self.take()
            except _ERRORS as error:
                self.give_up(error)
            self.waited_connected += time.monotonic() - started
            started = time.monotonic()
            self.note_waits()

    def give_up(self, error: Exception) -> None:
        """Leave without a turn: the database has none to give."""
        self._pace.failed(error)
        self._departure = Departure(self._pace.grace)

    async def pause(self, seconds: float) -> None:
        """Wait, and remember it for ``note_waits``."""
        await asyncio.sleep(seconds)
        self._waited += seconds

    def note_waits(self) -> None:
        """Count the waits so far; raises HeldBackError where the site has meanwhile asked for patience or blocked."""
        if not self._waited:
            return
        stats, sites = self._pace.crawler.stats, self._pace.sites
        stats.inc_value("pace/waits")
        stats.inc_value("pace/waited_ms", round(self._waited * 1000))
        self._waited = 0.0
        key, now = sites.key_of(self._request), sites.clock()
        if sites.wait(key, now) > 0 and sites.from_scheduler(self._request):
            raise HeldBackError(key, sites.get(key).reason(now))


#: The turn of the request that the running task sends.
_turn: ContextVar[RequestTurn | None] = ContextVar("turn", default=None)


async def _leave_in_turn() -> None:
    turn = _turn.get()
    if turn is not None:
        await turn.leave()


def _before_sending() -> TraceConfig:
    """What aiohttp awaits with the connection at hand: before it writes the head, and before a body goes with that."""

    async def leave(*_: Any) -> None:
        await _leave_in_turn()

    trace = TraceConfig()
    trace.on_request_headers_sent.append(leave)
    trace.on_request_chunk_sent.append(leave)
    trace.freeze()
    return trace
