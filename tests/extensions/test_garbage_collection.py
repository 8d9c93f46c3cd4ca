"""The garbage collector works less while a crawl runs, and as before afterwards."""

from __future__ import annotations

import gc

import pytest
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from jobspiders.extensions.garbage_collection import GarbageCollectionExtension


def test_the_threshold_is_that_of_the_setting_while_a_crawl_runs() -> None:
    crawler = get_crawler(Spider, {"GARBAGE_COLLECTION_THRESHOLD": 50_000})
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    extension = GarbageCollectionExtension.from_crawler(crawler)
    crawler.signals.send_catch_log(signals.spider_opened)
    assert gc.get_threshold() == (50_000, *before[1:])
    assert gc.get_freeze_count() > frozen
    crawler.signals.send_catch_log(signals.spider_closed)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert extension is not None


def test_zero_leaves_pythons_own() -> None:
    with pytest.raises(NotConfigured):
        GarbageCollectionExtension.from_crawler(get_crawler(Spider, {"GARBAGE_COLLECTION_THRESHOLD": 0}))
