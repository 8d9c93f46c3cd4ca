from __future__ import annotations

import asyncio
from itertools import pairwise

from scrapy.utils.test import get_crawler

from jobspiders.items import JobPosting, SeenPosting
from jobspiders.pipelines.normalisation import NormalisationPipeline


def pipeline() -> NormalisationPipeline:
    crawler = get_crawler()
    crawler._apply_settings()
    return NormalisationPipeline.from_crawler(crawler)


def test_values_are_derived_as_of_the_time_of_the_page() -> None:
    made = JobPosting(board="b", external_id="1", title="Senior gardener", date_posted="2026-09-01")
    normalised = asyncio.run(pipeline().process_item(made))
    assert normalised is made
    assert made.seniority == "senior"
    assert made.fetched_at is not None


def test_what_is_no_posting_passes_untouched() -> None:
    seen = SeenPosting(board="b", external_id="1")
    assert asyncio.run(pipeline().process_item(seen)) is seen


def test_others_on_the_event_loop_have_their_turn_between_two_postings() -> None:
    """The writer would otherwise wait for as many postings as are in the pipelines before each of its steps."""

    async def run() -> list[int]:
        normalisation = pipeline()
        postings = [JobPosting(board="b", external_id=str(number), title="Senior") for number in range(20)]
        tasks = [asyncio.create_task(normalisation.process_item(each)) for each in postings]
        done = []
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            done.append(sum(each.seniority is not None for each in postings))
        return done

    done = asyncio.run(run())
    assert done[-1] == 20
    assert max(after - before for before, after in pairwise(done)) == 1
