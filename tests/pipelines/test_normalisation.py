from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from scrapy.utils.test import get_crawler

from jobspiders.items import ClosedPosting, JobPosting, SeenPosting
from jobspiders.normalise import posting as normalisers
from jobspiders.pipelines.normalisation import AT_ONCE, NormalisationPipeline


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


def made(count: int) -> list[JobPosting]:
    return [
        JobPosting(board="b", external_id=str(number), title=f"Senior {number}") for number in range(count)
    ]


def test_others_on_the_event_loop_have_their_turn_between_two_handfuls() -> None:
    """The writer would otherwise wait for as many postings as are in the pipelines before each of its steps."""

    async def run() -> list[int]:
        normalisation = pipeline()
        postings = made(22)
        tasks = [asyncio.create_task(normalisation.process_item(each)) for each in postings]
        done = []
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            done.append(sum(each.seniority is not None for each in postings))
        return done

    done = asyncio.run(run())
    assert done[-1] == 22
    steps = [after - before for before, after in pairwise(done)]
    assert max(steps) == AT_ONCE
    assert not any(first and second for first, second in pairwise(steps))


def test_postings_side_by_side_get_what_each_would_get_alone() -> None:
    texts = [
        "<p>At least 3 years, $100,000 a year</p>",
        None,
        "<p>Python in Berlin, remote</p>",
        "<ul><li>MSc</ul>",
    ]

    def postings() -> list[JobPosting]:
        return [
            JobPosting(
                board="b",
                external_id=str(number),
                title="Lead",
                description_html=text,
                date_posted="3 days ago",
            )
            for number, text in enumerate(texts)
        ]

    async def run(together: bool) -> list[JobPosting]:
        normalisation = pipeline()
        steps = [normalisation.process_item(each) for each in postings()]
        return await asyncio.gather(*steps) if together else [await step for step in steps]

    alone, beside = asyncio.run(run(False)), asyncio.run(run(True))
    for posting in (*alone, *beside):
        posting.fetched_at = None
    assert beside == alone


def test_what_is_no_posting_does_not_overtake_one() -> None:
    async def run() -> list[str]:
        normalisation = pipeline()
        passed: list[str] = []

        async def follow(item: JobPosting | ClosedPosting) -> None:
            await normalisation.process_item(item)
            passed.append(f"{type(item).__name__} {item.external_id}")

        items: list[JobPosting | ClosedPosting] = []
        for posting in made(6):
            items += [posting, ClosedPosting(board="b", external_id=posting.external_id)]
        await asyncio.gather(*map(follow, items))
        return passed

    assert asyncio.run(run()) == [
        f"{kind} {number}" for number in range(6) for kind in ("JobPosting", "ClosedPosting")
    ]


def test_a_fault_in_one_posting_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = normalisers.quality

    def faulty(posting: JobPosting, **options: object) -> tuple[int, list[str]]:
        if posting.external_id == "1":
            raise ZeroDivisionError
        return plain(posting, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(normalisers, "quality", faulty)

    async def run() -> list[JobPosting | BaseException]:
        normalisation = pipeline()
        return await asyncio.gather(
            *(normalisation.process_item(each) for each in made(3)), return_exceptions=True
        )

    first, second, third = asyncio.run(run())
    assert isinstance(second, ZeroDivisionError)
    assert isinstance(first, JobPosting) and first.quality
    assert isinstance(third, JobPosting) and third.quality
