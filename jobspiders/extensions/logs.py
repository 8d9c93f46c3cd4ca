"""Sets the log of a crawl up: masked from the first line on, and in the form that suits where it goes."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler
from twisted.python.failure import Failure

from jobspiders.monitoring.log_context import CrawlContext, current_crawl, current_scope, running
from jobspiders.monitoring.log_lines import (
    JsonFormatter,
    LineFormatter,
    MaskedRecord,
    OneLineFormatter,
    mask_records,
)
from jobspiders.monitoring.masking import Masker, may_hold_secret, secrets_of

logger = logging.getLogger(__name__)

#: Words of the reasons for which components of ours rightly stay away.
_CHOSEN = (
    *(" is off", " is 0:", "no terminal", "applies every filter", "does not cover", "no detail pages"),
    "without storage",
)


class LogAddon:
    """An add-on, since these see the settings before anything is logged. Setting: LOG_JSON (auto, true, false).

    ``auto``: JSON where the log goes to standard error and that is no terminal; a file (LOG_FILE, which Scrapyd
    sets for each job) has Scrapy's own format, which job consoles read.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.context = CrawlContext(crawler.spidercls.name or "", self._crawl_id)
        self.crawler = crawler
        current_crawl.set(self.context)
        running.append(self.context)

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """What is logged before there is a crawler."""
        set_up(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        set_up(crawler.settings)
        addon = cls(crawler)
        crawler.signals.connect(addon.engine_stopped, signal=signals.engine_stopped)
        crawler.signals.connect(addon.item_error, signal=signals.item_error)
        return addon

    def __repr__(self) -> str:
        return type(self).__name__

    def _crawl_id(self) -> str | None:
        return getattr(getattr(self.crawler.spider, "crawl_record", None), "id", None)

    def engine_stopped(self) -> None:
        """Lines of other crawls in this process are not this one's."""
        if self.context in running:
            running.remove(self.context)

    def item_error(self) -> None:
        """Scrapy counts errors of spiders, not those of pipelines."""
        self.crawler.stats.inc_value("items/failed")


def set_up(settings: BaseSettings) -> None:
    """Have no log record of this process show a secret of settings or environment, and all in our formats."""
    values = {name: settings.get(name) for name in settings if may_hold_secret(str(name))}
    mask_records(Masker(secrets_of(values, os.environ)))

    def make_record(name: str, level: int, *args: Any, **kwargs: Any) -> logging.LogRecord:
        # Scrapy makes its handler anew with every crawler and again in the midst of its start
        handler = get_scrapy_root_handler()
        if handler is not None and not isinstance(handler.formatter, OneLineFormatter):
            handler.setFormatter(formatter_for(settings, handler))
        return MaskedRecord(name, _level(name, level, args), *args, **kwargs)

    logging.setLogRecordFactory(make_record)


def _level(name: str, level: int, args: tuple[Any, ...]) -> int:
    """What Scrapy calls a warning and nobody has to look at: a component that is not needed, a handler that we chose.

    A component that a mistake in a setting has disabled stays a warning.
    """
    if level == logging.WARNING and len(args) > 2:
        message = str(args[2])
        if name == "scrapy.middleware" and message.startswith("Disabled") and len(args) > 3:
            reason = str(args[3])
            return logging.INFO if any(words in reason for words in _CHOSEN) else level
        if name.startswith("scrapy.core.downloader.handlers") and "experimental" in message:
            return logging.DEBUG
    return level


def formatter_for(settings: BaseSettings, handler: logging.Handler) -> OneLineFormatter:
    """The formatter that LOG_JSON asks for."""
    tracebacks = handler.level <= logging.DEBUG
    if as_json(settings, handler):
        return JsonFormatter(tracebacks=tracebacks)
    return LineFormatter(settings.get("LOG_FORMAT"), settings.get("LOG_DATEFORMAT"), tracebacks=tracebacks)


def as_json(settings: BaseSettings, handler: logging.Handler) -> bool:
    """What LOG_JSON says; ``auto`` and whatever is neither yes nor no asks where the log goes."""
    wanted = str(settings.get("LOG_JSON", "auto")).strip().lower()
    if wanted in ("true", "1", "yes", "on"):
        return True
    if wanted in ("false", "0", "no", "off") or not isinstance(handler, logging.StreamHandler):
        return False
    return not isinstance(handler, logging.FileHandler) and not (handler.stream or sys.stderr).isatty()


class ScopeLogMiddleware:
    """A spider middleware: lines that the reading of a response leads to name its scope."""

    def process_spider_input(self, response: Response) -> None:
        """Everything that follows for this response runs in this task or in tasks that it starts."""
        request = response.request
        current_scope.set(request.meta.get("scope") if request is not None else None)


class ShortLogFormatter(LogFormatter):
    """LOG_FORMATTER: a posting is named, not printed; only DEBUG shows it whole.

    Above DEBUG no record is made for each page and posting, which a handler would only throw away.
    """

    def __init__(self, debugging: bool = True) -> None:
        self._debugging = debugging

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        level = crawler.settings.get("LOG_LEVEL")
        number = level if isinstance(level, int) else logging.getLevelNamesMapping().get(str(level), 0)
        return cls(number <= logging.DEBUG)

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]  # None is allowed since Scrapy 2.4
        """A page arrived."""
        return super().crawled(request, response, spider) if self._debugging else None

    def scraped(  # type: ignore[override]
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """A posting went through all pipelines."""
        return super().scraped(item, response, spider) if self._debugging else None

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Dropped by a pipeline."""
        entry = super().dropped(item, exception, response, spider)
        return {
            "level": entry["level"],
            "msg": "Dropped %(item)s: %(exception)s",
            "args": {"item": name_of(item), "exception": exception},
        }

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A fault of a pipeline."""
        return {"level": logging.ERROR, "msg": "Error processing %(item)s", "args": {"item": name_of(item)}}


def name_of(item: Any) -> str:
    """An item in a few words."""
    words = (type(item).__name__, getattr(item, "board", None), getattr(item, "external_id", None))
    return " ".join(str(word) for word in words if word)
