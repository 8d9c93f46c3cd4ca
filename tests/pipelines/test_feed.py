from __future__ import annotations

import asyncio

import pytest
from scrapy.exceptions import DropItem

from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting
from jobspiders.pipelines.feed import PostingsOnlyPipeline


def test_only_postings_reach_a_feed() -> None:
    posting = JobPosting()
    assert asyncio.run(PostingsOnlyPipeline().process_item(posting)) is posting
    for item in (RejectedPosting(), ClosedPosting()):
        with pytest.raises(DropItem):
            asyncio.run(PostingsOnlyPipeline().process_item(item))
