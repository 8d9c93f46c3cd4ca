"""Fewer passes of Python's cyclic garbage collector: pages of a thousand objects each are freed without it."""

from __future__ import annotations

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class GarbageCollectionExtension:
    """Setting GARBAGE_COLLECTION_THRESHOLD: objects between two passes; 0 leaves Python's own threshold.

    What was there when the crawl began, modules and tables, is not looked at again.
    """

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._before = gc.get_threshold()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        threshold = crawler.settings.getint("GARBAGE_COLLECTION_THRESHOLD")
        if threshold <= 0:
            raise NotConfigured("GARBAGE_COLLECTION_THRESHOLD is 0: Python's own threshold counts")
        extension = cls(threshold)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin."""
        gc.freeze()
        gc.set_threshold(self._threshold, *self._before[1:])

    def spider_closed(self) -> None:
        """Leave the process as it was: another crawl may follow in it."""
        gc.set_threshold(*self._before)
        gc.unfreeze()
