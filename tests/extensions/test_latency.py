"""Latencies are counted in the buckets by which the monitor finds its median again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from jobspiders.extensions.latency import LatencyExtension
from jobspiders.monitoring.access import latency
from jobspiders.monitoring.figures import CrawlFigures


@pytest.mark.parametrize("seconds", [0.03, 0.4, 1.7, 11.0])
def test_the_median_comes_back_out_of_the_buckets(seconds: float) -> None:
    crawler = get_crawler(Spider)
    crawler._apply_settings()
    extension = LatencyExtension.from_crawler(crawler)
    for factor in (0.9, 0.95, 1.0, 1.0, 1.05, 1.1, 40.0):
        extension.response_downloaded(
            Request("https://jobs.example/", meta={"download_latency": seconds * factor})
        )
    extension.response_downloaded(Request("https://jobs.example/"))
    stats = crawler.stats.get_stats()
    found = latency(CrawlFigures("1", "board", datetime(2026, 9, 1, tzinfo=UTC), stats=stats))
    assert found is not None
    assert 0.6 * seconds <= found <= 1.5 * seconds
    assert sum(value for name, value in stats.items() if name.startswith("latency/bucket/")) == 7


def test_a_few_answers_have_no_median() -> None:
    figures = CrawlFigures("1", "board", datetime(2026, 9, 1, tzinfo=UTC), stats={"latency/bucket/0.5": 4})
    assert latency(figures) is None
