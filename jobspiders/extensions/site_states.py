"""Shares the state of sites between crawl processes through the database."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from datetime import datetime
from typing import Self

import psycopg
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders.middlewares.proxying import ProxyMiddleware
from jobspiders.middlewares.sites import Site, Sites
from jobspiders.storage.database import database_url
from jobspiders.storage.errors import StorageError
from jobspiders.storage.host_states import HostState, HostStates

logger = logging.getLogger(__name__)

_ERRORS = (psycopg.Error, StorageError, OSError, TimeoutError)


class SiteStatesExtension:
    """Settings: SITES_SHARED, SITES_REFRESH (seconds), STORAGE_ENABLED, DATABASE_URL.

    A site's state is read before the first request to it, and again every few seconds; a change is written at
    once. Without a database each process knows only what it saw: the crawl goes on. Stats: sites/shared_reads,
    sites/shared_writes, sites/shared_errors.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        for name in ("SITES_ENABLED", "SITES_SHARED", "STORAGE_ENABLED"):
            if not settings.getbool(name, True):
                raise NotConfigured(f"{name} is off: the state of sites is not shared")
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.refresh = settings.getfloat("SITES_REFRESH", 2.0)
        self._states: HostStates | None = None
        self._opening = asyncio.Lock()
        self._learned: dict[str, asyncio.Future[None]] = {}
        self._changed: dict[str, Site] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._something = asyncio.Event()
        self._since: datetime | None = None
        self._warned = False
        self._writing = asyncio.Lock()
        self.sites.sharing = self

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_started, signal=signals.engine_started)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def engine_started(self) -> None:
        """Write and read in the background from now on."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._write_changes()), loop.create_task(self._read_changes())]

    async def spider_closed(self) -> None:
        """Write what is left, and how the proxies did."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for site in self.sites.known():
            if self._proxies_of(site):
                self._changed[site.key] = site
        await self._write()
        if self._states is not None:
            await self._states.close()

    # --- what Sites asks for

    async def learn(self, key: str) -> None:
        """Once per site, however many requests wait for it."""
        known = self._learned.get(key)
        if known is None:
            known = self._learned[key] = asyncio.get_running_loop().create_future()
            try:
                await self._load([key])
            finally:
                known.set_result(None)
        elif not known.done():
            await known

    async def claim_probe(self, key: str) -> bool:
        """Of all processes one sends the probe. Without a database this one does."""
        site = self.sites.get(key)
        now = self.sites.clock()
        states = await self._open()
        if states is None:
            return True
        try:
            await self._write()
            claimed = await states.claim_probe(key, now, now + site.breaker.config.probe_timeout)
        except _ERRORS as error:
            self._failed(error)
            return True
        if not claimed:
            await self._load([key])
        return claimed

    def tell(self, site: Site) -> None:
        """The site changed: write it soon."""
        self._changed[site.key] = site
        self._something.set()

    # --- the database

    async def _open(self) -> HostStates | None:
        async with self._opening:
            if self._states is None:
                try:
                    url = await asyncio.to_thread(database_url, self.crawler.settings)
                except _ERRORS as error:
                    self._failed(error)
                    return None
                self._states = HostStates(url)
        return self._states

    async def _load(self, keys: list[str], since: datetime | None = None) -> datetime | None:
        states = await self._open()
        if states is None:
            return since
        try:
            found, latest = await states.load(keys, since)
        except _ERRORS as error:
            self._failed(error)
            return since
        self.crawler.stats.inc_value("sites/shared_reads")
        now = self.sites.clock()
        for state in found:
            site = self.sites.get(state.host)
            adopted = bool(state.circuit) and site.breaker.adopt(state.circuit)
            if state.hold_until > now:
                site.throttle.hold(state.hold_until)
                adopted = True
            if adopted:
                self.sites.adopted(site)
        return latest

    async def _write_changes(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            await self._write()

    async def _write(self) -> None:
        async with self._writing:
            while self._changed:
                key, site = self._changed.popitem()
                states = await self._open()
                if states is None:
                    return
                try:
                    await states.save(
                        HostState(
                            host=key,
                            circuit=site.breaker.snapshot() if site.breaker.changed_at else {},
                            opened_until=site.breaker.opened_until,
                            hold_until=site.throttle.hold_until,
                            proxies=self._proxies_of(site),
                        )
                    )
                except _ERRORS as error:
                    self._failed(error)
                    return
                self.crawler.stats.inc_value("sites/shared_writes")

    async def _read_changes(self) -> None:
        while True:
            await asyncio.sleep(self.refresh)
            keys = [key for key, known in self._learned.items() if known.done()]
            if keys:
                self._since = await self._load(keys, self._since)

    def _proxies_of(self, site: Site) -> dict[str, dict[str, object]]:
        middleware = self.crawler.get_downloader_middleware(ProxyMiddleware)
        if middleware is None:
            return {}
        return {
            label: {**asdict(health), "state": middleware.pool.state(label, site.key, self.sites.clock())}
            for (label, key), health in middleware.pool.health.items()
            if key == site.key and label in middleware.pool.labels
        }

    def _failed(self, error: Exception) -> None:
        self.crawler.stats.inc_value("sites/shared_errors")
        if not self._warned:
            self._warned = True
            lines = str(error).strip().splitlines()
            reason = lines[0] if lines else type(error).__name__
            logger.warning("The state of sites is not shared: %s", reason)
