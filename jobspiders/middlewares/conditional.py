"""Asks for a tenant's list only if it has changed since the last healthy crawl (ETag, Last-Modified; RFC 9110)."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders import __version__
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import StorageError
from jobspiders.storage.validators import Validator, load_validators

logger = logging.getLogger(__name__)


def conditional_headers(request: Request, known: Validator | None) -> dict[str, str]:
    """The headers that make a request conditional; none for another address than the one that is known."""
    if known is None or known.url != request.url or request.method != "GET":
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


class ConditionalRequestMiddleware:
    """Settings: CONDITIONAL_REQUESTS_ENABLED. Only a crawl that covers all of a scope may learn that none changed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = StorageConfig.from_settings(crawler.settings)
        self.known: dict[str, Validator] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("CONDITIONAL_REQUESTS_ENABLED", True):
            raise NotConfigured("CONDITIONAL_REQUESTS_ENABLED is off")
        if not crawler.settings.getbool("STORAGE_ENABLED", True):
            raise NotConfigured("without storage nothing is known of earlier crawls")
        covers = getattr(crawler.spider, "covers_everything", None)
        if covers is None or not covers():
            raise NotConfigured("the crawl does not cover its scopes wholly")
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        return middleware

    async def spider_opened(self) -> None:
        """Learn what the last healthy crawls were given."""
        board = self.crawler.spider.name if self.crawler.spider else ""
        try:
            self.known = await load_validators(self.config, board, __version__)
        except StorageError as error:
            logger.warning("Requests are not conditional: %s", error)

    def process_request(self, request: Request) -> None:
        """Add the headers to a request for a list."""
        if request.meta.get("stage") == "listing":
            headers = conditional_headers(request, self.known.get(request.meta.get("scope", "")))
            if headers:
                request.headers.update(headers)
                self.crawler.stats.inc_value("conditional/requests")
