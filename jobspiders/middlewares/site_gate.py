"""Lets a request leave only if its site may be asked: not during a hold, not through an open circuit."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders.middlewares.outcomes import HeldBackError
from jobspiders.middlewares.site_queue import SiteAwarePriorityQueue
from jobspiders.middlewares.sites import Site, Sites

logger = logging.getLogger(__name__)


class SiteGateMiddleware:
    """The last word before the download. Settings: SITES_ENABLED, SITES_MAX_WAIT, BREAKER_*, THROTTLE_*.

    Requests that may not leave go back to the scheduler, whose SiteAwarePriorityQueue keeps them. When all that is
    left waits for too long the crawl ends with the reason blocked, throttled, unreachable or no_proxies; the stat
    sites/next_try says from when on another crawl makes sense. Stats: sites/held_back, sites/waiting_at_end,
    breaker/open, breaker/half_open, breaker/closed, throttle/pleas, throttle/longest_hold.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("SITES_ENABLED", True):
            raise NotConfigured("SITES_ENABLED is off: nothing holds a site that asks for patience")
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self._stalled_since: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.scheduler_empty, signal=signals.scheduler_empty)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Pass, wait (a request that did not come from the scheduler) or raise HeldBackError."""
        if not request.url.startswith("http"):
            return
        key = self.sites.key_of(request)
        await self.sites.learn(key)
        if request.meta.get("breaker_probe"):
            if await self.sites.claim_probe(key):
                return
            raise HeldBackError(key, "another process probes it")
        wait = self.sites.wait(key, self.sites.clock())
        if wait <= 0:
            return
        if self.sites.from_scheduler(request):
            raise HeldBackError(key, self.sites.get(key).reason(self.sites.clock()))
        if wait > self.sites.config.max_wait or not self.sites.get(key).breaker.allows(self.sites.clock()):
            raise HeldBackError(key, "the request is not one that can wait")
        await asyncio.sleep(wait)

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Send a held request back to the scheduler."""
        if not isinstance(exception, HeldBackError) or not self.sites.from_scheduler(request):
            return None
        self.sites.withdraw(request)
        self.crawler.stats.inc_value("sites/held_back")
        again = request.copy()
        again.dont_filter = True
        return again

    def scheduler_empty(self) -> None:
        """End the crawl when everything that is left waits longer than we do."""
        site = self._all_wait()
        if site is None:
            self._stalled_since = None
            return
        now = self.sites.clock()
        if self._stalled_since is None:
            self._stalled_since = now
            asyncio.get_running_loop().call_later(0.5, self.scheduler_empty)
            return
        if now - self._stalled_since < 0.4:
            return
        next_try = datetime.fromtimestamp(now + site.wait(now), UTC).isoformat(timespec="seconds")
        reason = site.reason(now)
        pending = self._pending()
        stats = self.crawler.stats
        stats.set_value("sites/next_try", next_try)
        stats.set_value("sites/waiting_at_end", pending)
        outcome = reason if reason in ("blocked", "throttled") else "failed"
        stats.set_value("sites/outcome", outcome)
        if self.sites.end_crawl(reason):
            for scope in getattr(self.crawler.spider, "ledger", ()):
                if scope.pending > 0:
                    scope.fault(outcome, f"{site.key}: {reason}; not to be asked before {next_try}")
            kept = "kept in the JOBDIR" if self.crawler.settings.get("JOBDIR") else "not sent"
            logger.error(
                "%s: %s; not to be asked before %s. %d requests %s.",
                site.key,
                reason,
                next_try,
                pending,
                kept,
            )

    def _all_wait(self) -> Site | None:
        engine = self.crawler.engine
        if engine is None or engine.downloader.active:
            return None
        keys = {key for queue in self._queues() for key in queue.waiting_sites()}
        return self.sites.longest_wait_is_over(keys, self.sites.clock())

    def _pending(self) -> int:
        return sum(len(queue) for queue in self._queues())

    def _queues(self) -> list[SiteAwarePriorityQueue]:
        """The scheduler's queues in memory and on disk; the engine shows them nowhere else."""
        slot = self.crawler.engine._slot if self.crawler.engine else None
        queues = [getattr(slot.scheduler, name, None) for name in ("mqs", "dqs")] if slot else []
        return [queue for queue in queues if isinstance(queue, SiteAwarePriorityQueue)]
