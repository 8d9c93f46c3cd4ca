"""Sends requests through a pool of proxies and learns from what comes back."""

from __future__ import annotations

import logging
import os
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders.middlewares.outcomes import HeldBackError, Outcome
from jobspiders.middlewares.proxy_lists import ProxyConfig, ProxyList
from jobspiders.middlewares.proxy_pool import ProxyPool
from jobspiders.middlewares.retry_budget import Cause
from jobspiders.middlewares.sites import SLOT_SEPARATOR, Sites

logger = logging.getLogger(__name__)


class ProxyMiddleware:
    """Before cookies and Scrapy's HttpProxyMiddleware. Settings: PROXY_* (see ProxyConfig).

    No request of a crawl that has a pool leaves without a proxy, robots.txt included. While all proxies rest for a
    site, the site is held until the first is back; after PROXY_MAX_WAIT of that in a row the crawl ends, once,
    with the reason no_proxies. request.meta: `proxy_session` (any name) keeps proxy and cookies together;
    `proxy` given by a spider is left alone. Stats: proxies/size, proxies/picked, proxies/failed, proxies/refused,
    proxies/all_resting, proxies/label/<host:port>/<picked|failed|refused>.
    """

    def __init__(self, crawler: Crawler) -> None:
        board = crawler.spider.name if crawler.spider else ""
        self.config = ProxyConfig.from_settings(crawler.settings, board, os.environ)
        if not self.config.configured:
            raise NotConfigured
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.list = ProxyList(self.config)
        self.list.refresh(self.sites.clock())
        if not self.list.labels:
            logger.error("A proxy list is set for %s but holds no proxy: nothing will be sent", board)
        self.pool = ProxyPool(self.list.labels, self.config.pool, self.sites.uniform)
        self._resting_since: float | None = None
        self.sites.listeners.append(self.outcome)
        crawler.stats.set_value("proxies/size", len(self.pool))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Choose the proxy of a request; raises HeldBackError where all rest."""
        if "proxy" in request.meta and "proxy_label" not in request.meta:
            return
        now = self.sites.clock()
        if self.list.refresh(now):
            came, went = self.pool.replace(self.list.labels)
            logger.info("The proxy list changed: %d new, %d gone, %d in all", came, went, len(self.pool))
            self.crawler.stats.set_value("proxies/size", len(self.pool))
        site = self.sites.key_of(request)
        if "cookiejar" in request.meta and "proxy_before" not in request.meta:
            # A spider that keeps several sessions apart by cookie jars wants a proxy for each.
            request.meta.setdefault("proxy_session", str(request.meta["cookiejar"]))
        session = request.meta.get("proxy_session")
        label = self.pool.pick(site, now, session=session, avoid=request.meta.get("proxy_before"))
        if label is None:
            self._rest(site, now)
            raise HeldBackError(site, "all proxies rest")
        self._resting_since = None
        request.meta["proxy_label"] = label
        request.meta["proxy"] = self.list.url(label)
        if session is not None:
            request.meta["cookiejar"] = f"{session}@{label}"
        elif self.config.cookies_per_proxy:
            request.meta["cookiejar"] = label
        if self.config.slot_per_proxy:
            request.meta["download_slot"] = f"{site}{SLOT_SEPARATOR}{label}"
        self._count("picked", label)

    def outcome(self, request: Request, outcome: Outcome) -> None:
        """Credit or debit the proxy that was used. Only a block or the proxy's own failure counts against it."""
        label = outcome.proxy
        if label is None:
            return
        now = self.sites.clock()
        if outcome.cause is Cause.PROXY:
            self.pool.failed(label, outcome.site, now)
            self._count("failed", label)
        elif outcome.cause is Cause.BLOCK:
            self.pool.refused(label, outcome.site, now)
            self._count("refused", label)
        elif outcome.cause is not Cause.TRUNCATED:
            self.pool.succeeded(label, outcome.site, outcome.latency)

    def _rest(self, key: str, now: float) -> None:
        """All proxies rest for this site: hold it until the first is back, or end the crawl."""
        self.crawler.stats.inc_value("proxies/all_resting")
        if self._resting_since is None:
            self._resting_since = now
        back = self.pool.next_back(key, now)
        if back is None or back - self._resting_since > self.config.max_wait:
            if self.sites.end_crawl("no_proxies"):
                logger.error("All %d proxies rest for %s: the crawl ends", len(self.pool), key)
            back = now + self.config.max_wait
        site = self.sites.get(key)
        site.no_proxy_until = max(back, now + 0.05)
        self.sites.restrict(site)

    def _count(self, what: str, label: str) -> None:
        self.crawler.stats.inc_value(f"proxies/{what}")
        self.crawler.stats.inc_value(f"proxies/label/{label}/{what}")
