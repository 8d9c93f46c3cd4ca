"""Leaves out the detail pages of postings whose listing row says what it said when the page was last read."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from jobspiders.items import JobPosting, RejectedPosting
from jobspiders.middlewares.detail_freshness import KnownDetail, decide, listing_hash
from jobspiders.middlewares.watermark import EarlierReading, may_stop, watermark
from jobspiders.normalise.dates import parse_date
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.known_postings import Known, KnownPostings

#: Detail requests that are looked up at once: what is held back of a list of any length.
CHUNK = 200


class IncrementalMiddleware:
    """Settings: DETAIL_REFETCH_DAYS (0: every page is read every time), WATERMARK_FULL_DAYS (0: no list stops early).

    Of a board that declares ``sorted_by_date`` no further pages are asked for once a page shows nothing that earlier
    crawls with the same arguments have not seen; never where a scope is to be covered completely.

    Stats: detail/fresh (left out), detail/asked/new, closed, unread, changed and due (why a page was asked for).
    """

    def __init__(self, crawler: Crawler, refetch_days: float) -> None:
        self.crawler = crawler
        self.refetch_days = refetch_days
        self.full_days = max(0.0, crawler.settings.getfloat("WATERMARK_FULL_DAYS", 7.0))
        self._marks: dict[str, datetime | None] = {}
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
        if self._may_stop_early(response):
            async for passed in self._newest(response, [output async for output in result]):
                yield passed
            return
        waiting: list[Any] = []
        asked = 0
        async for output in result:
            waiting.append(output)
            asked += listed_posting(output) is not None
            if asked >= CHUNK:
                async for passed in self._sorted_out(waiting):
                    yield passed
                waiting, asked = [], 0
        if not asked:
            for output in waiting:
                yield output
            return
        async for passed in self._sorted_out(waiting):
            yield passed

    async def spider_closed(self) -> None:
        """Let go of the database."""
        await self.known.close()

    def _may_stop_early(self, response: Response) -> bool:
        """Whether the response is a page of a list that may be left where earlier crawls have been."""
        spider, meta = self.crawler.spider, response.meta if response.request is not None else {}
        if (
            not self.full_days
            or meta.get("stage") != "listing"
            or not getattr(spider, "sorted_by_date", False)
        ):
            return False
        return not spider.ledger.get(meta["scope"]).complete  # type: ignore[union-attr]  # it is a board's

    async def _newest(self, response: Response, outputs: list[Any]) -> AsyncIterator[Any]:
        """``outputs`` of a page without the request for the next one, where that is known."""
        spider = self.crawler.spider
        postings = [posting for output in outputs if (posting := shown_posting(output)) is not None]
        rejected = any(isinstance(output, RejectedPosting) for output in outputs)
        known = await self.known.look_up(self._board, [posting.external_id for posting in postings])
        mark = await self._watermark(response.meta["scope"]) if known else None
        now = spider.now()  # type: ignore[union-attr]  # it is a board's
        dates = [parse_date(posting.date_posted, now=now) for posting in postings]
        all_known = not rejected and all(posting.external_id in known for posting in postings)
        if may_stop(dates, all_known, mark):
            further = [output for output in outputs if is_listing(output)]
            outputs = [output for output in outputs if not is_listing(output)]
            for request in further:
                spider.listing_stopped(request)  # type: ignore[union-attr]  # likewise
        async for passed in self._sorted_out(outputs):
            yield passed

    async def _watermark(self, scope: str) -> datetime | None:
        if scope not in self._marks:
            spider = self.crawler.spider
            record = getattr(spider, "crawl_record", None)
            readings = await self.known.readings(self._board, scope, record.arguments if record else {})
            earlier = [EarlierReading(*reading) for reading in readings]
            self._marks[scope] = watermark(earlier, spider.now(), self.full_days)  # type: ignore[union-attr]
        return self._marks[scope]

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


def shown_posting(output: Any) -> JobPosting | None:
    """The posting that a row of a list gave, with or without a page of its own to ask for."""
    return output if isinstance(output, JobPosting) else listed_posting(output)


def is_listing(output: Any) -> bool:
    """Whether ``output`` asks for a page of a list."""
    return isinstance(output, Request) and output.meta.get("stage") == "listing"


def listed_posting(output: Any) -> JobPosting | None:
    """The posting whose own page ``output`` asks for after a list named it."""
    if isinstance(output, Request) and output.meta.get("stage") == "detail":
        posting = output.cb_kwargs.get("posting")
        return posting if isinstance(posting, JobPosting) else None
    return None
