from __future__ import annotations

import asyncio

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from jobspiders.items import ClosedPosting, JobPosting, SeenPostings
from jobspiders.pipelines.dedup import DedupPipeline
from jobspiders.storage.coverage import DESCRIBED


def pipeline() -> DedupPipeline:
    crawler = get_crawler()
    crawler._apply_settings()
    return DedupPipeline.from_crawler(crawler)


def run(dedup: DedupPipeline, external_id: str, description: str | None = None, board: str = "b") -> bool:
    """Whether the posting goes on."""
    try:
        asyncio.run(
            dedup.process_item(JobPosting(board=board, external_id=external_id, description=description))
        )
    except DropItem:
        return False
    return True


def test_a_repeat_is_dropped_and_counted() -> None:
    dedup = pipeline()
    assert run(dedup, "1", "text")
    assert not run(dedup, "1", "text")
    assert not run(dedup, "1")
    assert dedup.stats.get_value("postings/duplicates") == 2


def test_a_repeat_that_says_more_goes_on_once() -> None:
    dedup = pipeline()
    assert [run(dedup, "1"), run(dedup, "1"), run(dedup, "1", "text"), run(dedup, "1", "text")] == [
        True,
        False,
        True,
        False,
    ]


def test_the_same_id_on_another_board_is_another_posting() -> None:
    dedup = pipeline()
    assert run(dedup, "1", board="a")
    assert run(dedup, "1", board="b")


def test_other_items_pass() -> None:
    item = ClosedPosting("b", "1")
    assert asyncio.run(pipeline().process_item(item)) is item


def test_a_dropped_repeat_is_no_warning() -> None:
    dedup = pipeline()
    run(dedup, "1", "text")
    with pytest.raises(DropItem) as caught:
        asyncio.run(dedup.process_item(JobPosting(board="b", external_id="1", description="text")))
    assert caught.value.log_level == "DEBUG"


def seen(dedup: DedupPipeline, *external_ids: str, covered: int = DESCRIBED) -> list[str]:
    """Those of the postings of known rows that go on."""
    item = SeenPostings("b", list(external_ids), [covered] * len(external_ids))
    try:
        asyncio.run(dedup.process_item(item))
    except DropItem:
        return []
    assert item.covered == [covered] * len(item.external_ids)
    return item.external_ids


def test_what_was_seen_without_being_read_is_no_news_on_another_list() -> None:
    dedup = pipeline()
    assert seen(dedup, "1", "2") == ["1", "2"]
    assert not run(dedup, "1", "text of another list")
    assert run(dedup, "3", "text")
    assert seen(dedup, "2", "3", "4") == ["4"]
    assert seen(dedup, "4") == []
    assert dedup.stats.get_value("postings/duplicates") == 4


def test_what_was_seen_without_a_description_may_be_described_elsewhere() -> None:
    dedup = pipeline()
    assert seen(dedup, "1", covered=0) == ["1"]
    assert seen(dedup, "1", covered=0) == []
    assert run(dedup, "1", "text")
    assert seen(dedup, "1") == []
