"""Judges a crawl at its end by the board's own history, and keeps what was found."""

from __future__ import annotations

import asyncio
import logging
import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import psycopg
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import load_object

from jobspiders.extensions.monitors import run_monitors
from jobspiders.extensions.signals import crawl_judged, crawl_recorded
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.sampling import UNREAD, KeptPage, Sampler
from jobspiders.monitoring.structure import Structure
from jobspiders.monitoring.thresholds import Thresholds
from jobspiders.storage import database
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.crawl_history import load_history, scopes_in
from jobspiders.storage.errors import StorageError
from jobspiders.storage.findings import save_findings
from jobspiders.storage.layouts import KnownLayout, load_layouts, mark_changed, save_layouts
from jobspiders.storage.records import HEALTHY, Counts, CrawlRecord, ScopeRecord
from jobspiders.storage.sample_pages import save_sample_page

logger = logging.getLogger(__name__)

#: Findings for which a page that shows it is kept.
SHOWN_BY_A_PAGE = frozenset({"layout", "parse_errors", "rejected", "no_postings", "coverage"})

_ERRORS = (psycopg.Error, StorageError, OSError)


class MonitoringExtension:
    """Settings: MONITOR_ENABLED, MONITOR_SUITE, MONITOR_SAMPLE_BYTES, MONITOR_BOARDS and those of Thresholds.

    Without a database a crawl is judged by itself alone. Stats: monitoring/findings/KIND, monitoring/errors (a
    monitor broke), monitoring/database_errors, monitoring/samples.
    """

    def __init__(self, crawler: Crawler, thresholds: Thresholds) -> None:
        self.crawler = crawler
        self.thresholds = thresholds
        self.config = StorageConfig.from_settings(crawler.settings)
        self.suite = load_object(
            crawler.settings.get("MONITOR_SUITE", "jobspiders.extensions.monitors.CrawlMonitorSuite")
        )
        self.sampler = Sampler(crawler.settings.getint("MONITOR_SAMPLE_BYTES", 4 << 20))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        for name in ("MONITOR_ENABLED", "STORAGE_ENABLED"):
            if not crawler.settings.getbool(name, True):
                raise NotConfigured(f"{name} is off: crawls are not judged")
        try:
            thresholds = Thresholds.from_settings(crawler.settings, crawler.spidercls.name or "")
        except ValueError as error:
            # a slip in a setting must not end the watch
            logger.error("%s; the default thresholds are taken", error)
            thresholds = Thresholds()
        extension = cls(crawler, thresholds)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.crawl_recorded, signal=crawl_recorded)
        return extension

    def spider_opened(self) -> None:
        """Have the spider show what it reads."""
        spider = self.crawler.spider
        if spider is not None and hasattr(spider, "sampler"):
            spider.sampler = self.sampler

    async def crawl_recorded(
        self, record: CrawlRecord, scopes: Sequence[ScopeRecord], counts: Counts, backlog: int
    ) -> None:
        """Judge the crawl, keep what was found, say it."""
        # what storing the last postings counted came after the record's own stats
        crawl = replace(
            figures_of(record, scopes, counts, backlog), stats=dict(self.crawler.stats.get_stats())
        )
        findings = await asyncio.to_thread(self._judge, crawl, record.finished_at or datetime.now(UTC))
        stats = self.crawler.stats
        for finding in findings:
            stats.inc_value(f"monitoring/findings/{finding.kind}")
            level = logging.ERROR if finding.severity == "error" else logging.WARNING
            logger.log(level, "%s %s: %s", crawl.board, finding.kind, finding.message)
        await self.crawler.signals.send_catch_log_async(signal=crawl_judged, record=record, findings=findings)

    def _judge(self, crawl: CrawlFigures, now: datetime) -> list[Finding]:
        history, layouts = History(), dict[tuple[str, str], KnownLayout]()
        connection = self._connect()
        try:
            if connection is not None:
                try:
                    history = load_history(
                        connection, crawl.board, crawl.arguments, crawl.crawl_id, crawl.started_at
                    )
                    layouts = load_layouts(connection, crawl.board)
                except _ERRORS as error:
                    self._failed(error)
            known = {key: layout.structure for key, layout in layouts.items()}
            crawl = replace(crawl, layout_changes=tuple(self.sampler.changes(known)))
            findings, broken = run_monitors(self.suite(crawler=self.crawler), crawl, history, self.thresholds)
            for text in broken:
                self.crawler.stats.inc_value("monitoring/errors")
                logger.error("A monitor broke: %s", text)
            findings = self._with_sample(findings, crawl, now)
            if connection is not None:
                try:
                    save_findings(connection, crawl.crawl_id, findings, now)
                    self._save_layouts(connection, crawl, layouts, findings, now)
                except _ERRORS as error:
                    self._failed(error)
        finally:
            if connection is not None:
                connection.close()
        return findings

    def _connect(self) -> database.Connection | None:
        try:
            return database.connect(database.resolve(self.config.url, self.config.home))
        except _ERRORS as error:
            self._failed(error)
            return None

    def _failed(self, error: Exception) -> None:
        self.crawler.stats.inc_value("monitoring/database_errors")
        logger.warning("The crawl is judged without its history: %s", database.one_line(error))

    def _save_layouts(
        self,
        connection: database.Connection,
        crawl: CrawlFigures,
        layouts: dict[tuple[str, str], KnownLayout],
        findings: Sequence[Finding],
        now: datetime,
    ) -> None:
        """Learn from what was read as before; what differs is learned when it has stayed for long."""
        differing = {(change.stage, change.source) for change in crawl.layout_changes}
        accepted = timedelta(days=self.thresholds.accept_days)
        learned: dict[tuple[str, str], Structure] = {}
        for key, sample in self.sampler.samples.items():
            layout = layouts.get(key)
            if key[1] == UNREAD:
                continue
            if key not in differing:
                if sample.rows or sample.pages:
                    new = sample.structure()
                    learned[key] = layout.structure.merged(new) if layout is not None else new
            elif layout is not None and layout.changed_at is not None and now - layout.changed_at >= accepted:
                learned[key] = sample.structure()
            else:
                mark_changed(connection, crawl.board, *key, now)
        if crawl.outcome in HEALTHY or crawl.postings:
            save_layouts(connection, crawl.board, learned, crawl.crawl_id, now)

    def _with_sample(self, findings: list[Finding], crawl: CrawlFigures, now: datetime) -> list[Finding]:
        """The findings, with a page kept and the command that reads it as the next step of the first it shows."""
        shown = next((place for place, each in enumerate(findings) if each.kind in SHOWN_BY_A_PAGE), None)
        if shown is None:
            return findings
        page = page_showing(findings[shown], crawl, self.sampler.kept)
        if page is None:
            return findings
        try:
            path = save_sample_page(self.config.home, crawl.board, crawl.crawl_id, page.stage, page.body, now)
        except OSError as error:
            logger.warning("No page could be kept: %s", error)
            return findings
        self.crawler.stats.inc_value("monitoring/samples")
        findings[shown] = replace(findings[shown], next_step=extract_command(crawl.board, path, page.url))
        return findings


def page_showing(
    finding: Finding, crawl: CrawlFigures, kept: dict[tuple[str, str], KeptPage]
) -> KeptPage | None:
    """Of the pages that were kept one that shows what was found: unreadable, or with the field in question."""
    unread = [page for (_, source), page in kept.items() if source == UNREAD]
    read = [page for (_, source), page in kept.items() if source != UNREAD]
    stage = next((each.stage for each in crawl.layout_changes if each.field == finding.field), None)
    if finding.field is not None:
        if stage is None:
            # a posting's own page says more than the list
            return next((page for page in read if page.stage == "detail"), read[0] if read else None)
        return next((page for page in read if page.stage == stage), None)
    return next(iter([*unread, *read]), None)


def extract_command(board: str, path: Path, url: str) -> str:
    """What reads a kept page as the board would."""
    return f"scrapy extract {board} {shlex.quote(str(path))} --url {shlex.quote(url)}"


def figures_of(
    record: CrawlRecord, scopes: Sequence[ScopeRecord], counts: Counts, backlog: int
) -> CrawlFigures:
    """What was just recorded. With records still in the journal the counts of storage are not the crawl's."""
    stored = not backlog
    evidence: dict[str, str] = {}
    for scope in scopes:
        if scope.outcome not in HEALTHY and scope.evidence:
            evidence.setdefault(scope.outcome, f"{scope.scope}: {scope.evidence}")
    seen = sum(scope.postings for scope in scopes)
    return CrawlFigures(
        crawl_id=record.id,
        board=record.board,
        arguments=record.arguments,
        started_at=record.started_at,
        updated_at=record.updated_at,
        finished_at=record.finished_at,
        outcome=record.outcome,
        finish_reason=record.finish_reason,
        postings=counts.seen if stored else max(counts.seen, seen),
        rejected=counts.rejected,
        duplicates=counts.duplicates if stored else max(counts.duplicates, record.duplicates),
        requests=record.requests,
        responses=record.responses,
        scopes=scopes_in(record.stats),
        coverage=record.coverage,
        stats=record.stats,
        backlog=backlog,
        evidence=evidence,
    )
