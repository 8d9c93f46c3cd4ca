"""Lets a crawl leave unread what rows of a list say again: the stored postings stand."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.bases.reading_code import code_hash
from jobspiders.bases.row_hashes import RowHasher
from jobspiders.normalise.posting import NORMALISER_VERSION
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.known_postings import KnownPostings

#: Arguments that say which rows are asked for, not what is made of them.
CHOOSING = frozenset({"companies", "companies_file", "shard", "max_results"})


class UnchangedRowsMiddleware:
    """Settings: DETAIL_REFETCH_DAYS (0: every row is read every time).

    Has the spider hash the rows of lists that say all of their postings, and tells it which are known. Where postings
    go anywhere besides the database (a feed export, a pipeline that is not ours) or are filtered by what they hold,
    every row is read.
    """

    def __init__(self, crawler: Crawler, hasher: RowHasher) -> None:
        self.crawler = crawler
        self.hasher = hasher
        self.leaves_out = not (
            crawler.settings.getdict("FEEDS") or _filters_here(crawler.spider) or _foreign_pipelines(crawler)
        )
        self.known = KnownPostings(StorageConfig.from_settings(crawler.settings), crawler.stats.inc_value)
        self._looked_up: set[str] = set()
        self._any_stored: bool | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("STORAGE_ENABLED", True):
            raise NotConfigured("without storage nothing is known of earlier crawls")
        spider = crawler.spider
        if spider is None or not hasattr(spider, "row_hasher"):
            raise NotConfigured("the spider has no lists")
        days = crawler.settings.getfloat("DETAIL_REFETCH_DAYS", 14.0)
        if days <= 0:
            raise NotConfigured("DETAIL_REFETCH_DAYS is 0: every row is read")
        spider.row_hasher = RowHasher(_reading(spider), days)
        middleware = cls(crawler, spider.row_hasher)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        """Tell the spider what is known of the scope of which the response is a list."""
        if self.leaves_out and request.meta.get("stage") == "listing" and response.status == 200:
            await self._look_up(request.meta["scope"])
        return response

    async def spider_closed(self) -> None:
        """Let go of the database."""
        await self.known.close()

    async def _look_up(self, key: str) -> None:
        spider: Any = self.crawler.spider
        scope = spider.ledger.get(key)
        # where a list may be left early, each row must show its date
        if key in self._looked_up or (spider.sorted_by_date and not scope.complete):
            return
        self._looked_up.add(key)
        if self._any_stored is None:
            self._any_stored = await self.known.has_any(spider.name)
        if self._any_stored:
            scope.known = await self.known.rows(spider.name, key, spider.now())


def _reading(spider: Any) -> list[Any]:
    """All but the page that decides what becomes of a row."""
    asked = {name: value for name, value in vars(spider.arguments).items() if name not in CHOOSING}
    return [NORMALISER_VERSION, code_hash(type(spider)), spider.name, spider.home_country, asked]


def _filters_here(spider: Any) -> bool:
    return not spider.arguments.filters().keys() <= spider.native_filters


def _foreign_pipelines(crawler: Crawler) -> bool:
    named = crawler.settings.getdict("ITEM_PIPELINES")
    used = [pipeline for pipeline, order in named.items() if order is not None]
    modules = (pipeline if isinstance(pipeline, str) else pipeline.__module__ for pipeline in used)
    return not all(module.startswith("jobspiders.") for module in modules)
