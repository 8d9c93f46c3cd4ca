"""Counts for the metrics endpoint what a crawl does, and adds it to the counters that all crawls share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Self

import psycopg
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders.extensions.signals import crawl_judged, crawl_recorded
from jobspiders.middlewares.outcomes import Outcome
from jobspiders.middlewares.sites import Sites
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.metrics import CRAWLS, FINDINGS, REQUESTS, Deltas, totals_of
from jobspiders.pipelines.storage import StoragePipeline
from jobspiders.storage import database
from jobspiders.storage.errors import StorageError
from jobspiders.storage.metric_counters import add_async
from jobspiders.storage.records import CrawlRecord

logger = logging.getLogger(__name__)

_RESULTS = ("new", "changed", "unchanged", "closed", "reopened")
_ERRORS = (psycopg.Error, StorageError, OSError, TimeoutError)


class MetricsExtension:
    """Settings: METRICS_ENABLED, METRICS_INTERVAL (seconds between additions), STORAGE_ENABLED.

    Without the database what was counted waits until the crawl's end. Stats: metrics/writes, metrics/errors.
    """

    def __init__(self, crawler: Crawler) -> None:
        for name in ("METRICS_ENABLED", "STORAGE_ENABLED"):
            if not crawler.settings.getbool(name, True):
                raise NotConfigured(f"{name} is off: nothing is counted for metrics")
        self.crawler = crawler
        self.interval = max(1.0, crawler.settings.getfloat("METRICS_INTERVAL", 15.0))
        self.deltas = Deltas()
        self._writing: asyncio.Task[None] | None = None
        Sites.of(crawler).listeners.append(self.outcome)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_started, signal=signals.engine_started)
        crawler.signals.connect(extension.crawl_recorded, signal=crawl_recorded)
        crawler.signals.connect(extension.crawl_judged, signal=crawl_judged)
        return extension

    def outcome(self, request: Request, outcome: Outcome) -> None:
        """Count a request by what became of it."""
        self.deltas.count(REQUESTS.name, "ok" if outcome.cause is None else outcome.cause.value)
        if outcome.latency is not None and outcome.cause is None:
            self.deltas.observe(outcome.latency)

    def engine_started(self) -> None:
        """What earlier processes of the same crawl counted is counted; add the rest from now on."""
        self.deltas = Deltas(totals_of({}, self._counts()))
        self._writing = asyncio.get_running_loop().create_task(self._write_on())

    async def crawl_recorded(self, record: CrawlRecord) -> None:
        """Count the crawl, and store what is left."""
        if self._writing is not None:
            self._writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writing
        self.deltas.count(CRAWLS.name, record.outcome or "failed")
        await self._write()

    async def crawl_judged(self, findings: Sequence[Finding]) -> None:
        """Count what the monitors found."""
        for finding in findings:
            self.deltas.count(FINDINGS.name, finding.kind)
        if findings:
            await self._write()

    async def _write_on(self) -> None:
        while True:
            await asyncio.sleep(self.interval)
            await self._write()

    async def _write(self) -> None:
        spider, pipeline = self.crawler.spider, self.crawler.get_item_pipeline(StoragePipeline)
        if spider is None or pipeline is None or pipeline.ingest is None:
            return
        totals = totals_of(self.crawler.stats.get_stats(), self._counts())
        due = self.deltas.due(totals)
        if not due:
            return
        try:
            url = await asyncio.to_thread(database.database_url, self.crawler.settings)
            # not kept: it is used for a moment every few seconds, and a server has so many only
            async with await database.connect_async(url) as connection:
                await add_async(connection, spider.name, due)
        except _ERRORS as error:
            self.crawler.stats.inc_value("metrics/errors")
            level = logging.WARNING if self.crawler.stats.get_value("metrics/errors") == 1 else logging.DEBUG
            logger.log(level, "Metrics wait for the database: %s", database.one_line(error))
            return
        self.deltas.stored(totals)
        self.crawler.stats.inc_value("metrics/writes")

    def _counts(self) -> dict[str, int]:
        pipeline = self.crawler.get_item_pipeline(StoragePipeline)
        if pipeline is None or pipeline.ingest is None:
            return {}
        counts = asdict(pipeline.ingest.counts)
        return {name: counts[name] for name in _RESULTS}
