from __future__ import annotations

from scrapy.utils.test import get_crawler

from jobspiders import settings
from jobspiders.extensions.stats import DirectStatsCollector


def test_a_crawl_counts_as_with_scrapys_own_collector() -> None:
    crawler = get_crawler(settings_dict={"STATS_CLASS": settings.STATS_CLASS, "STATS_DUMP": False})
    crawler._apply_settings()
    stats = crawler.stats
    assert isinstance(stats, DirectStatsCollector)
    stats.inc_value("pages")
    stats.inc_value("pages", 2)
    stats.inc_value("pages", count=3, start=10)
    stats.max_value("depth", 4)
    stats.max_value("depth", 2)
    stats.min_value("least", 4)
    stats.set_value("outcome", "ok")
    assert stats.get_stats() == {"pages": 6, "depth": 4, "least": 4, "outcome": "ok"}
    assert stats.get_value("missing", "nothing") == "nothing"
