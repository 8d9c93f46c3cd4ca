"""Keeps the record of a crawl: written while it runs, and at its end with an outcome for each scope."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import platform
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from jobspiders import __version__
from jobspiders.extensions.signals import crawl_recorded
from jobspiders.items import JobPosting, SeenPostings
from jobspiders.pipelines.storage import StoragePipeline
from jobspiders.storage.coverage import COVERED, places_in, places_of
from jobspiders.storage.errors import NotStored
from jobspiders.storage.identity import crawl_id, forget
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.records import Counts, CrawlRecord, Outcome, ScopeRecord

logger = logging.getLogger(__name__)


class Scope(Protocol):
    """A scope as the bases keep it."""

    key: str
    complete: bool
    postings: int
    not_modified: bool
    etag: str | None
    last_modified: str | None
    validator_url: str | None
    read_to: str | None

    def outcome(self, *, finished: bool) -> tuple[Outcome, str | None]: ...


class CrawlRecordExtension:
    """Opens, refreshes and ends the crawl's row. Settings: CRAWL_RECORD_INTERVAL (seconds, 0 for never)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.interval = crawler.settings.getfloat("CRAWL_RECORD_INTERVAL", 5.0)
        #: How many postings had each of COVERED.
        self.fields = [0] * len(COVERED)
        self.scraped = 0
        self._refreshing: asyncio.Task[None] | None = None
        spider = crawler.spider
        assert spider is not None
        self.record = CrawlRecord(
            id=crawl_id(crawler.settings.get("JOBDIR")),
            board=spider.name,
            started_at=self._now(),
            arguments=_plain_arguments(spider),
            node=crawler.settings.get("NODE_NAME") or platform.node(),
            job_id=os.environ.get("SCRAPY_JOB"),
            version=_code_version(),
        )
        spider.crawl_record = self.record  # type: ignore[attr-defined]  # where the storage pipeline looks

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_started, signal=signals.engine_started)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(extension.item_error, signal=signals.item_error)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def engine_started(self) -> None:
        """Refresh the row from now on."""
        if self.interval > 0 and self._ingest is not None:
            self._refreshing = asyncio.get_running_loop().create_task(self._refresh())

    def item_scraped(self, item: Any) -> None:
        """Count the fields that a posting has, or those of the postings of known rows."""
        if isinstance(item, JobPosting):
            self.scraped += 1
            for place in places_of(item):
                self.fields[place] += 1
        elif isinstance(item, SeenPostings):
            number = len(item.external_ids)
            self.scraped += number
            for bits, times in Counter(item.covered).items():
                for place in places_in(bits):
                    self.fields[place] += times
            # Scrapy counts it as one
            self.crawler.stats.inc_value("item_scraped_count", number - 1)

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """What could not be stored leaves its scope incomplete."""
        if isinstance(exception, NotStored):
            self._lost(item, str(exception))

    def item_error(self, item: Any, failure: Failure) -> None:
        """A fault of ours in a pipeline cost this posting: the database must not take it for gone."""
        self.crawler.stats.inc_value("storage/lost")
        self._lost(item, f"a posting was lost to {failure.value!r}")

    def _lost(self, item: Any, evidence: str) -> None:
        ledger = getattr(self.crawler.spider, "ledger", None)
        scope = getattr(item, "scope", None)
        if ledger is not None and scope is not None:
            ledger.get(scope).fault("failed", evidence)

    async def spider_closed(self, reason: str) -> None:
        """End every scope, then the crawl, and let the journal drain."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._refreshing
        finished = reason == "finished"
        ended = [
            self._ended(scope, finished=finished) for scope in getattr(self.crawler.spider, "ledger", ())
        ]
        for scope in ended:
            self.crawler.stats.inc_value(f"scopes/{scope.outcome}")
        self._snapshot()
        self.record.finish_reason = reason
        self.record.finished_at = self._now()
        self.record.outcome = self._outcome(ended, finished=finished)
        counts = Counts()
        if self._ingest is not None:
            for scope in ended:
                self._ingest.end_scope(scope)
            counts = await self._ingest.close(self.record)
        if finished:
            forget(self.crawler.settings.get("JOBDIR"))
        self._tell(ended, counts)
        await self.crawler.signals.send_catch_log_async(
            signal=crawl_recorded, record=self.record, scopes=ended, counts=counts, backlog=self._backlog
        )

    @property
    def _backlog(self) -> int:
        return self._ingest.backlog if self._ingest is not None else 0

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(self.interval)
            if self._ingest is not None:
                self._snapshot()
                self._ingest.update(self.record)

    @property
    def _ingest(self) -> Ingest | None:
        pipeline = self.crawler.get_item_pipeline(StoragePipeline)
        return pipeline.ingest if pipeline is not None else None

    def _now(self) -> datetime:
        now = getattr(self.crawler.spider, "now", None)
        return now() if now is not None else datetime.now(UTC)

    def _snapshot(self) -> None:
        stats = self.crawler.stats.get_stats()
        self.record.updated_at = self._now()
        self.record.requests = stats.get("downloader/request_count", 0)
        self.record.responses = stats.get("downloader/response_count", 0)
        self.record.duplicates = stats.get("postings/duplicates", 0)
        self.record.coverage = dict(zip(COVERED, self.fields, strict=True)) | {"postings": self.scraped}
        self.record.stats = {name: _plain(value) for name, value in stats.items()}

    def _ended(self, scope: Scope, *, finished: bool) -> ScopeRecord:
        outcome, evidence = scope.outcome(finished=finished)
        return ScopeRecord(
            scope=scope.key,
            outcome=outcome,
            complete=scope.complete,
            postings=scope.postings,
            not_modified=scope.not_modified,
            evidence=evidence,
            etag=scope.etag,
            last_modified=scope.last_modified,
            validator_url=scope.validator_url,
            read_to=scope.read_to,
            finished_at=self._now(),
        )

    def _outcome(self, ended: Sequence[ScopeRecord], *, finished: bool) -> Outcome:
        if not ended and finished and self.crawler.stats.get_value("scheduler/resumed") is not None:
            # an earlier process had read everything
            return "ok"
        overall = getattr(self.crawler.spider, "crawl_outcome", None)
        if overall is not None:
            return overall([scope.outcome for scope in ended])  # type: ignore[no-any-return]  # bases' own type
        return "ok" if finished else "failed"

    def _tell(self, ended: list[ScopeRecord], counts: Counts) -> None:
        stats = self.crawler.stats
        stats.set_value("crawl/id", self.record.id)
        stats.set_value("crawl/outcome", self.record.outcome)
        for name in ("new", "changed", "unchanged", "closed", "reopened"):
            stats.set_value(f"postings/{name}", getattr(counts, name))
        logger.info(
            "%s ended %s: %d new, %d changed, %d unchanged, %d closed, %d rejected",
            self.record.board,
            self.record.outcome,
            counts.new,
            counts.changed,
            counts.unchanged,
            counts.closed,
            counts.rejected,
        )


def _code_version() -> str:
    """The package's version, with that of the egg where Scrapyd runs one."""
    egg = os.environ.get("SCRAPYD_EGG_VERSION")
    return f"{__version__} ({egg})" if egg else __version__


def _plain_arguments(spider: Any) -> dict[str, Any]:
    arguments = getattr(spider, "arguments", None)
    given = vars(arguments) if hasattr(arguments, "__dict__") else {}
    return {name: _plain(value) for name, value in given.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)
