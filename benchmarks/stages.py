"""What a posting costs in our process, stage by stage: each stage alone, over the same postings, in CPU time.

No Scrapy and no server here: pages in memory are read, normalised, checked and journalled; then the journal is
stored, with and without matching. The time of PostgreSQL's own processes is not in these figures.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any
from uuid import uuid4

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from benchmarks import pages
from benchmarks.invented import Inventor
from benchmarks.site import TENANT, search_postings
from jobspiders.bases.listing import Position
from jobspiders.items import JobPosting
from jobspiders.normalise.posting import normalisation, normalise
from jobspiders.pipelines.normalisation import AT_ONCE
from jobspiders.pipelines.validation import rejection_reason
from jobspiders.settings import GARBAGE_COLLECTION_THRESHOLD
from jobspiders.spiders.greenhouse import GreenhouseSpider
from jobspiders.spiders.linkedin import LinkedinSpider
from jobspiders.storage import database
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.journal import Journal
from jobspiders.storage.records import CrawlRecord
from jobspiders.storage.segments import Kind
from jobspiders.storage.tuples import encode


@dataclass(slots=True)
class Stages:
    """Microseconds of CPU per posting, by stage."""

    postings: int
    microseconds: dict[str, float] = field(default_factory=dict)

    def note(self, stage: str, seconds: float) -> None:
        """A stage took so many seconds for all postings."""
        self.microseconds[stage] = seconds / self.postings * 1e6


def read_ats(bodies: Iterable[bytes]) -> list[JobPosting]:
    """The postings of an ATS platform's documents, as the spider yields them."""
    spider = GreenhouseSpider(companies="x")
    found: list[JobPosting] = []
    for number, body in enumerate(bodies):
        url = f"https://boards-api.greenhouse.io/v1/boards/t{number}/jobs?content=true"
        response = TextResponse(url, body=body)
        found += _postings(spider.parse_listing(response, f"t{number}", Position()))
    return found


def read_search(listings: Iterable[bytes], details: dict[str, bytes]) -> list[JobPosting]:
    """The postings of search results and of their own pages, as the spider yields them."""
    spider = LinkedinSpider(query="x")
    found: list[JobPosting] = []
    for number, body in enumerate(listings):
        url = f"https://www.linkedin.com/jobs-guest/jobs/api/seeMoreJobPostings/search?start={number}"
        response: Response = HtmlResponse(url, body=body, encoding="utf-8")
        for request in spider.parse_listing(response, "query=x", Position()):
            posting = request.cb_kwargs.get("posting") if isinstance(request, Request) else None
            if isinstance(request, Request) and posting is not None:
                response = HtmlResponse(request.url, body=details[posting.external_id], encoding="utf-8")
                found += _postings(spider.parse_detail(response, posting))
    return found


def _postings(yielded: Iterable[Any]) -> list[JobPosting]:
    return [item for item in yielded if isinstance(item, JobPosting)]


def measure(url: str, home: Path, count: int, kind: str = "ats", rounds: int = 3) -> dict[str, float]:
    """CPU microseconds per posting by stage, each the median of ``rounds``, on the empty database of ``url``."""
    taken = [_round(url, home, count, kind, number) for number in range(rounds)]
    return {stage: sorted(each[stage] for each in taken)[rounds // 2] for stage in taken[0]}


def _round(url: str, home: Path, count: int, kind: str, number: int) -> dict[str, float]:
    inventor = Inventor()
    first = 10_000_000 * (number + 1)
    if kind == "ats":
        postings = [
            list(inventor.postings(inventor.company(at // TENANT), at, TENANT))
            for at in range(first, first + count, TENANT)
        ]
        bodies = [pages.greenhouse(each) for each in postings]
        read: Callable[[], list[JobPosting]] = partial(read_ats, bodies)
    else:
        found = search_postings(inventor, count, first=first)
        listings = [pages.linkedin_listing(found[at : at + 10]) for at in range(0, count, 10)]
        details = {str(pages.linkedin_key(each)): pages.linkedin_detail(each) for each in found}
        read = partial(read_search, listings, details)
    return stages_of(read, url, home).microseconds


def stages_of(read: Callable[[], list[JobPosting]], url: str, home: Path) -> Stages:
    """The stages of the postings that ``read`` gives."""
    counted: Counter[str] = Counter()
    now = datetime.now(UTC)
    # as in a crawl
    gc.set_threshold(GARBAGE_COLLECTION_THRESHOLD)
    gc.freeze()
    # tables are loaded, and patterns compiled, before anything is measured
    for posting in read()[:50]:
        normalise(posting, now=now, count=lambda name: None)
        encode(posting, now)
    began = time.process_time()
    postings = read()
    stages = Stages(len(postings))
    stages.note("read", time.process_time() - began)
    began = time.process_time()
    # side by side, as in the pipeline of a crawl
    for at in range(0, len(postings), AT_ONCE):
        steps = [
            normalisation(posting, now=now, count=lambda name: counted.update((name,)))
            for posting in postings[at : at + AT_ONCE]
        ]
        deque(zip_longest(*steps), maxlen=0)
    stages.note("normalise", time.process_time() - began)
    began = time.process_time()
    for posting in postings:
        if reason := rejection_reason(posting):
            raise SystemExit(f"an invented posting is rejected: {reason}")
    stages.note("validate", time.process_time() - began)
    directory = home / "journal" / "stages"
    shutil.rmtree(directory, ignore_errors=True)
    journal = Journal(directory)
    began = time.process_time()
    for posting in postings:
        journal.append(Kind.POSTING, encode(posting, now))
    stages.note("journal", time.process_time() - began)
    journal.discard()
    stored = asyncio.run(_store(postings, url, home, matching=True))
    for posting in postings:
        posting.external_id = f"without-matching-{posting.external_id}"
    alone = asyncio.run(_store(postings, url, home, matching=False))
    journalled = stages.microseconds["journal"] / 1e6 * len(postings)
    stages.note("match", stored - alone)
    stages.note("store", alone - journalled)
    return stages


async def _store(postings: list[JobPosting], url: str, home: Path, *, matching: bool) -> float:
    """CPU seconds of journalling and storing the postings."""
    config = StorageConfig(home=home, url=database.resolve(url, home), matching=matching, search_time=0.0)
    crawl = CrawlRecord(id=str(uuid4()), board=postings[0].board, started_at=datetime.now(UTC))
    ingest = await Ingest.open(config, crawl)
    began = time.process_time()
    for posting in postings:
        ingest.append(posting)
    counts = await ingest.close(replace(crawl, finished_at=datetime.now(UTC), outcome="ok"))
    took = time.process_time() - began
    if counts.new != len(postings):
        raise SystemExit(f"{counts.new} of {len(postings)} postings were stored as new")
    return took
