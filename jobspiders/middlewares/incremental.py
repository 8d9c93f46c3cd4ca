"""Leaves out the detail pages of postings whose listing row says what it said when the page was last read."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.items import JobPosting
from jobspiders.middlewares.detail_freshness import KnownDetail, decide, listing_hash
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.known_postings import Known, KnownPostings

#: Detail requests that are looked up at once: what is held back of a list of any length.
CHUNK = 200


class IncrementalMiddleware:
    """Settings: DETAIL_REFETCH_DAYS (0: every page is read every time).

    Stats: detail/fresh (left out), detail/asked/new, closed, unread, changed and due (why a page was asked for).
    """

    def __init__(self, crawler: Crawler, refetch_days: float) -> None:
        self.crawler = crawler
        self.refetch_days = refetch_days
        self.known = KnownPostings(StorageConfig.from_settings(crawler.settings), self._count)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("STORAGE_ENABLED", True):
            raise NotConfigured("without storage nothing is known of earlier crawls")
        if not hasattr(crawler.spider, "detail_unchanged"):
            raise NotConfigured("the spider has no detail pages that could be left out")
        middleware = cls(crawler, max(0.0, crawler.settings.getfloat("DETAIL_REFETCH_DAYS", 14.0)))
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    async def process_spider_output(
        self, response: Response, result: AsyncIterable[Any]
    ) -> AsyncIterator[Any]:
        """Pass on what a page gave, without the detail requests that are not needed."""
        waiting: list[Any] = []
        asked = 0
        async for output in result:
            waiting.append(output)
            asked += listed_posting(output) is not None
            if asked >= CHUNK:
                async for passed in self._sorted_out(waiting):
                    yield passed
                waiting, asked = [], 0
        async for passed in self._sorted_out(waiting):
            yield passed

    async def spider_closed(self) -> None:
        """Let go of the database."""
        await self.known.close()

    async def _sorted_out(self, outputs: list[Any]) -> AsyncIterator[Any]:
        ids = [posting.external_id for output in outputs if (posting := listed_posting(output)) is not None]
        known = await self.known.look_up(self._board, ids) if ids and self.refetch_days else {}
        for output in outputs:
            posting = listed_posting(output)
            if posting is None or self._must_be_read(posting, known.get(posting.external_id)):
                yield output
                continue
            for instead in self.crawler.spider.detail_unchanged(posting):  # type: ignore[union-attr]  # checked above
                yield instead

    def _must_be_read(self, posting: JobPosting, known: Known | None) -> bool:
        posting.listing_hash = listing_hash(posting)
        if not self.refetch_days:
            return True
        detail = None
        if known is not None:
            detail = KnownDetail(known.is_closed, known.listing_hash, known.detail_fetched_at)
        key = f"{posting.board} {posting.external_id}"
        now = self.crawler.spider.now()  # type: ignore[union-attr]  # a spider with detail pages has a clock
        decision = decide(detail, posting.listing_hash, key, now, self.refetch_days)
        self._count("detail/fresh" if decision == "fresh" else f"detail/asked/{decision}")
        return decision != "fresh"

    @property
    def _board(self) -> str:
        return self.crawler.spider.name if self.crawler.spider else ""

    def _count(self, stat: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(stat)


def listed_posting(output: Any) -> JobPosting | None:
    """The posting whose own page ``output`` asks for after a list named it."""
    if isinstance(output, Request) and output.meta.get("stage") == "detail":
        posting = output.cb_kwargs.get("posting")
        return posting if isinstance(posting, JobPosting) else None
    return None
