"""Decides which pages are rendered by a browser."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.middlewares.browser_handler import BrowserConfig, BrowserUnavailableError
from jobspiders.middlewares.page_state import PageState, page_state

logger = logging.getLogger(__name__)


class BrowserMiddleware:
    """After block detection. Settings: BROWSER_ENABLED, BROWSER_FALLBACK, BROWSER_* (see BrowserConfig).

    A request is rendered when its request.meta or its spider says `browser`; with `browser_fallback` there, or the
    setting, when its page turns out to be an app shell. A block page is never tried with the browser. Without a
    browser the crawl goes on without, and says so once. Stats: browser/requests, browser/fallback,
    browser/unavailable.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("BROWSER_ENABLED", True):
            raise NotConfigured("BROWSER_ENABLED is off: pages are not rendered")
        self.crawler = crawler
        self.fallback = crawler.settings.getbool("BROWSER_FALLBACK")
        self.available = BrowserConfig.from_settings(crawler.settings).available
        self._told = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Mark what is to be rendered."""
        wanted = request.meta.get("browser", getattr(self.crawler.spider, "browser", False))
        if not wanted or request.url.endswith("/robots.txt"):
            request.meta.pop("browser", None)
            return
        if not self.available:
            request.meta.pop("browser", None)
            self._without("no browser is installed")
            return
        request.meta["browser"] = True
        self.crawler.stats.inc_value("browser/requests")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask again with the browser for a page that only a script would fill."""
        if request.meta.get("browser") or "cached" in response.flags or response.status != 200:
            return response
        if not request.meta.get("browser_fallback", self.fallback) or request.method != "GET":
            return response
        if page_state(body=response.body, url=response.url) is not PageState.APP_SHELL:
            return response
        if not self.available:
            self._without("no browser is installed")
            return response
        self.crawler.stats.inc_value("browser/fallback")
        return self._again(request, browser=True)

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Go on without a browser that does not start."""
        if not isinstance(exception, BrowserUnavailableError):
            return None
        self.available = False
        self._without(str(exception))
        return self._again(request, browser=False)

    def _again(self, request: Request, *, browser: bool) -> Request:
        again = request.copy()
        again.dont_filter = True
        again.meta["browser"] = browser
        return again

    def _without(self, reason: str) -> None:
        self.crawler.stats.inc_value("browser/unavailable")
        if not self._told:
            self._told = True
            logger.error(
                "Pages that need a browser are fetched without: %s. Install chromium, or set BROWSER_EXECUTABLE or"
                " BROWSER_CDP_URL.",
                reason,
            )
