"""A line of progress on a terminal: rate, postings, requests left. The log stays whole above it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from jobspiders.items import JobPosting, SeenPosting, SeenPostings


class ProgressExtension:
    """Shows progress where stderr is a terminal. Setting: PROGRESS_ENABLED."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._line: tqdm[Any] | None = None
        self._logging: AbstractContextManager[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("PROGRESS_ENABLED", True):
            raise NotConfigured("PROGRESS_ENABLED is off")
        if not sys.stderr.isatty():
            raise NotConfigured("stderr is no terminal")
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(extension.response_received, signal=signals.response_received)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin the line and send log records above it."""
        name = self.crawler.spider.name if self.crawler.spider else ""
        self._logging = _logging_above_the_line()
        self._logging.__enter__()
        self._line = tqdm(desc=name, unit=" postings", file=sys.stderr, leave=False, dynamic_ncols=True)

    def item_scraped(self, item: object) -> None:
        """One posting more, or those of a page."""
        if self._line is None:
            return
        if isinstance(item, JobPosting | SeenPosting):
            self._line.update()
        elif isinstance(item, SeenPostings):
            self._line.update(len(item.external_ids))

    def response_received(self) -> None:
        """One response more, and what is left."""
        if self._line is None:
            return
        stats = self.crawler.stats
        left = stats.get_value("scheduler/enqueued", 0) - stats.get_value("scheduler/dequeued", 0)
        done = stats.get_value("response_received_count", 0)
        self._line.set_postfix_str(f"{done} responses, {left} requests left", refresh=False)

    def spider_closed(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._line.close()
        if self._logging is not None:
            self._logging.__exit__(None, None, None)


@contextmanager
def _logging_above_the_line() -> Iterator[None]:
    """Log records go above the line, as selective as before: tqdm's handler drops level and filters of the old one."""
    replaced = list(logging.root.handlers)
    with logging_redirect_tqdm():
        level = max((handler.level for handler in replaced), default=logging.NOTSET)
        for handler in logging.root.handlers:
            if handler not in replaced:
                handler.setLevel(level)
                for old in replaced:
                    for selective in old.filters:
                        handler.addFilter(selective)
        yield
