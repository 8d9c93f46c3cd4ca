"""Counts how long answers take, in buckets: stats latency/bucket/BOUND (seconds) and latency/seconds (their sum)."""

from __future__ import annotations

from bisect import bisect_left
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler

from jobspiders.monitoring.access import LATENCY_BOUNDS

_NAMES = [f"latency/bucket/{bound:g}" for bound in LATENCY_BOUNDS]


class LatencyExtension:
    """Counts answers as they are downloaded; one from a cache or cassette counts as fast as it came."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.response_downloaded, signal=signals.response_downloaded)
        return extension

    def response_downloaded(self, request: Request) -> None:
        """One answer."""
        seconds = request.meta.get("download_latency")
        if seconds is not None:
            stats = self.crawler.stats
            stats.inc_value(_NAMES[bisect_left(LATENCY_BOUNDS, seconds)])
            stats.inc_value("latency/seconds", seconds)
