"""Tells people when a board turns bad and when it is well again."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Sequence
from typing import Any, Self

import psycopg
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from jobspiders.extensions.alert_channels import AlertsConfig
from jobspiders.extensions.alerting import send_soon, take_in_verdict, tell_what_is_due
from jobspiders.extensions.database_alert import DatabaseAlert
from jobspiders.extensions.signals import crawl_judged, crawl_recorded
from jobspiders.monitoring.alert_texts import detail_of
from jobspiders.monitoring.alerting import Verdict
from jobspiders.monitoring.findings import Finding, worst
from jobspiders.monitoring.masking import Masker, may_hold_secret, secrets_of
from jobspiders.storage import alerts, database
from jobspiders.storage.config import home_directory
from jobspiders.storage.errors import StorageError
from jobspiders.storage.records import Counts, CrawlRecord

logger = logging.getLogger(__name__)

_ERRORS = (psycopg.Error, StorageError, OSError)


class AlertsExtension:
    """Settings: ALERTS_ENABLED, ALERT_* (see AlertsConfig), STORAGE_ENABLED.

    While a crawl runs it looks every ALERT_LOOK seconds whether something is due; at its end it takes the monitors'
    verdict in and has the outbox delivered. Stats: alerts/messages, alerts/sent, alerts/failed, alerts/given_up,
    alerts/errors (the database did not answer).
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        for name in ("ALERTS_ENABLED", "STORAGE_ENABLED"):
            if not settings.getbool(name, True):
                raise NotConfigured(f"{name} is off: nobody is told of bad boards")
        try:
            self.config = AlertsConfig.from_settings(settings)
        except ValueError as error:
            logger.error("Nobody is told of bad boards: %s", error)
            raise NotConfigured(str(error)) from None
        self.crawler = crawler
        self.look = max(1.0, settings.getfloat("ALERT_LOOK", 30.0))
        values = {name: settings.get(name) for name in settings if may_hold_secret(str(name))}
        self.masker = Masker(secrets_of(values, os.environ))
        self.database_alert = DatabaseAlert(home_directory(settings), self.config)
        self._looking: asyncio.Task[None] | None = None
        self._counts: Counts | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_started, signal=signals.engine_started)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(extension.crawl_recorded, signal=crawl_recorded)
        crawler.signals.connect(extension.crawl_judged, signal=crawl_judged)
        return extension

    def engine_started(self) -> None:
        """Look from now on whether something is due: crawls that ended leave it to those that run."""
        self._looking = asyncio.get_running_loop().create_task(self._look_on())

    async def spider_closed(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    def crawl_recorded(self, counts: Counts) -> None:
        """Messages show what the crawl counted."""
        self._counts = counts

    async def crawl_judged(self, record: CrawlRecord, findings: Sequence[Finding]) -> None:
        """Take in what the monitors said, and deliver."""
        counted = self._counts or Counts()
        detail = detail_of(
            findings,
            outcome=record.outcome,
            crawl=record.id,
            node=record.node,
            counts={
                "postings seen": counted.seen,
                "new": counted.new,
                "closed": counted.closed,
                "rejected": counted.rejected,
                "requests": record.requests,
            },
        )
        bad = worst(list(findings)) == "error"
        verdict = Verdict(record.board, bad, search_of(record.arguments), detail)
        await self._speak(verdict, record.id)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(self.look)
            await self._speak(None, "")

    async def _speak(self, verdict: Verdict | None, crawl: str) -> None:
        stats = self.crawler.stats
        try:
            url, titles, waiting = await asyncio.to_thread(self._decide, verdict, crawl)
        except _ERRORS as error:
            stats.inc_value("alerts/errors")
            if verdict is not None:
                logger.error("Alerts wait for the database: %s", database.one_line(error))
                self._tell(await self.database_alert.lost(self.masker(database.one_line(error))))
            return
        for title in titles:
            stats.inc_value("alerts/messages")
            logger.warning("Alert: %s", title)
        if verdict is not None:
            self._tell(await self.database_alert.found())
        if waiting:
            self._tell(await send_soon(self.config, url))

    def _decide(self, verdict: Verdict | None, crawl: str) -> tuple[str, list[str], int]:
        url = database.database_url(self.crawler.settings)
        with database.connect(url) as connection:
            connection.execute("SET statement_timeout = '20s'")
            if verdict is not None:
                attended = alerts.is_attended(connection, crawl)
                titles = take_in_verdict(connection, self.config, verdict, self.masker, attended=attended)
            else:
                titles = tell_what_is_due(connection, self.config, self.masker)
            return url, titles, alerts.waiting(connection, self.config.labels)

    def _tell(self, answer: dict[str, Any] | None) -> None:
        """Failures to deliver are seen: here, in `scrapy alerts`, in health and metrics."""
        if answer is None:
            return
        for name in ("sent", "failed", "given_up"):
            if answer[name]:
                self.crawler.stats.inc_value(f"alerts/{name}", answer[name])
        for error in answer["errors"]:
            logger.error("An alert was not delivered, it is tried again: %s", self.masker(error))


def search_of(arguments: dict[str, Any]) -> str:
    """A key for crawls of one board with the same arguments."""
    text = json.dumps(arguments, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
