from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting, SeenPosting
from jobspiders.pipelines.feed import PostingsOnlyPipeline
from tests.storage.crawling import BOARD, config, crawl, day, posting


def pipeline(**settings: Any) -> PostingsOnlyPipeline:
    return PostingsOnlyPipeline.from_crawler(get_crawler(settings_dict=settings))


def test_only_postings_go_on() -> None:
    item = JobPosting(title="Baker")
    assert asyncio.run(pipeline().process_item(item)) is item
    for other in (RejectedPosting(), ClosedPosting()):
        with pytest.raises(DropItem):
            asyncio.run(pipeline().process_item(other))


def test_a_feed_gets_what_was_seen_again_as_it_is_stored(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [posting(1)])
    feeds = {"FEEDS": {"out.jsonl": {"format": "jsonlines"}}, "DATABASE_URL": database_url}

    async def recall(number: int) -> Any:
        last = pipeline(**feeds, JOBSPIDERS_HOME=str(tmp_path))
        try:
            return await last.process_item(
                SeenPosting(BOARD, str(number), fetched_at=day(1), scope="lindgren")
            )
        finally:
            await last.close_spider()

    recalled = asyncio.run(recall(1))
    assert (recalled.title, recalled.fetched_at) == ("Gardener 1", day(1))
    assert recalled.description == posting(1).description
    with pytest.raises(DropItem, match="not in the database"):
        asyncio.run(recall(2))


def test_without_a_feed_nothing_is_recalled() -> None:
    seen = SeenPosting(BOARD, "1")
    assert asyncio.run(pipeline(DATABASE_URL="postgresql://127.0.0.1:1/x").process_item(seen)) is seen
