"""AutoThrottle per site, with the floors that robots.txt and trouble set. In place of Scrapy's AutoThrottle."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from jobspiders.middlewares.site_throttle import next_delay
from jobspiders.middlewares.sites import SLOT_SEPARATOR, Sites

logger = logging.getLogger(__name__)


class SiteThrottleExtension:
    """Sets the delay of download slots. Settings: AUTOTHROTTLE_*, DOWNLOAD_DELAY, SITES_ENABLED.

    With AUTOTHROTTLE_ENABLED the delay follows the latency; without it only the floors of the site apply: its
    Crawl-delay, and what pleas (429, 503) taught. request.meta: `autothrottle_dont_adjust_delay`. Stats:
    throttle/crawl_delay (the longest), throttle/longest_delay.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("SITES_ENABLED", True):
            raise NotConfigured("SITES_ENABLED is off")
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.automatic = settings.getbool("AUTOTHROTTLE_ENABLED")
        self.target = settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY", 1.0)
        if self.automatic and self.target <= 0:
            raise NotConfigured("AUTOTHROTTLE_TARGET_CONCURRENCY must be above 0")
        self.least = settings.getfloat("DOWNLOAD_DELAY")
        self.most = settings.getfloat("AUTOTHROTTLE_MAX_DELAY", 60.0)
        self.start = settings.getfloat("AUTOTHROTTLE_START_DELAY", 5.0)
        self.user_agent = settings.get("ROBOTSTXT_USER_AGENT") or settings.get("USER_AGENT", "")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        connect = crawler.signals.connect
        connect(extension.spider_opened, signal=signals.spider_opened)
        connect(extension.robots_parsed, signal=signals.robots_parsed)
        connect(extension.request_reached_downloader, signal=signals.request_reached_downloader)
        connect(extension.response_downloaded, signal=signals.response_downloaded)
        return extension

    def spider_opened(self) -> None:
        """New slots start with AutoThrottle's start delay."""
        if self.automatic:
            # As Scrapy's own AutoThrottle does; there is no public way.
            self.crawler.engine.downloader._delay = max(self.least, self.start)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take the Crawl-delay that robots.txt asks of us."""
        try:
            asked = robotparser.crawl_delay(self.user_agent)
        except (ValueError, OverflowError):
            asked = None
        if not asked or not 0 < float(asked) < float("inf"):
            return
        site = self.sites.get(self.sites.key_of(request))
        site.throttle.set_crawl_delay(float(asked))
        self.crawler.stats.max_value("throttle/crawl_delay", site.throttle.crawl_delay)
        logger.info("%s asks for a Crawl-delay of %g s", site.key, float(asked))

    def request_reached_downloader(self, request: Request) -> None:
        """A slot may be new, or its site may have asked for more time since: raise its delay before it sends."""
        floor = self._floor(request)
        if floor > 0:
            slot = self._slot(request)
            if slot is not None and slot.delay < floor:
                slot.delay = floor

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Adjust the delay of the slot to the latency of the answer and the floors of the site."""
        slot = self._slot(request)
        if slot is None or request.meta.get("autothrottle_dont_adjust_delay") is True:
            return
        floor = max(self.least, self._floor(request))
        latency = request.meta.get("download_latency")
        if self.automatic and latency is not None:
            slot.delay = next_delay(
                slot.delay, latency, status=response.status, target=self.target, least=floor, most=self.most
            )
        elif not self.automatic:
            slot.delay = max(floor, self._configured(request))
        if slot.delay:
            self.crawler.stats.max_value("throttle/longest_delay", round(slot.delay, 3))

    def _configured(self, request: Request) -> float:
        own = self.crawler.engine.downloader.per_slot_settings.get(request.meta["download_slot"], {})
        return float(own.get("delay", self.least))

    def _floor(self, request: Request) -> float:
        throttle = self.sites.get(self.sites.key_of(request)).throttle
        if throttle.delay <= 0:
            return 0.0
        slot = self._slot(request)
        # The slot varies its delay at random by this share in both directions; the floor is a floor.
        jitter = min(slot.jitter, 0.9) if slot is not None else 0.0
        return throttle.delay / (1 - jitter)

    def _slot(self, request: Request) -> Any:
        key = request.meta.get("download_slot")
        if key is None:
            return None
        slots = self.crawler.engine.downloader.slots
        return slots.get(key) or slots.get(key.split(SLOT_SEPARATOR, 1)[0])
