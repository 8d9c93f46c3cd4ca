"""Reading a saved page the way a crawl would, without an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scrapy import Request
from scrapy.http import Response

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.described_board import Output
from jobspiders.bases.listing import Position
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Outcome
from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting, SeenPosting, SeenPostings


@dataclass(slots=True)
class PageReading:
    """What one page gave: postings, rejected rows, what a crawl would request next, and the outcome."""

    stage: str
    postings: list[JobPosting] = field(default_factory=list)
    rejected: list[RejectedPosting] = field(default_factory=list)
    closed: list[ClosedPosting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    outcome: Outcome = "failed"
    evidence: str | None = None

    @property
    def sound(self) -> bool:
        """Whether a posting that could be stored, or the end of one, was read."""
        named = any(posting.external_id and posting.title and posting.url for posting in self.postings)
        return named or bool(self.closed)


def read_response(spider: BoardSpider, response: Response) -> PageReading:
    """Read a page as a listing or as a posting's own page, whichever it is.

    A listed posting whose details a crawl would fetch is given as the listing has it.
    """
    stage = _stage(spider, response)
    scope = spider.ledger.renew(spider.scope_of(response.url) or f"page {len(spider.ledger) + 1}")
    scope.pending += 1
    reading = PageReading(stage)
    if stage == "listing":
        _sort(reading, spider.parse_listing(response, scope_key=scope.key, position=Position()))
    else:
        blank = JobPosting(board=spider.name, scope=scope.key, fetched_at=spider.now())
        for output in spider.parse_detail(response, posting=blank):
            if not (isinstance(output, JobPosting) and output is blank):
                _sort(reading, [output])
        if not reading.postings and not reading.closed and not scope.faults:
            page = page_of(response)
            scope.fault(*(spider.judge(page) or spider.unread(page)))
        scope.pages += 1
        scope.rows += len(reading.postings) + len(reading.closed)
    scope.pending = 0
    scope.details_failed = 0
    reading.outcome, reading.evidence = scope.outcome(finished=True)
    return reading


def _stage(spider: BoardSpider, response: Response) -> str:
    page = page_of(response)
    if spider.judge(page) is not None or not spider.sources("detail"):
        return "listing"
    if not spider.sources("listing"):
        return "detail"
    named = [response.url, page.canonical if page.json is None else None]
    by_address = spider.detail_url is not None and any(spider.detail_url.search(url) for url in named if url)
    first, second = ("detail", "listing") if by_address else ("listing", "detail")
    for stage in (first, second):
        _, found = spider.read_listing(page) if stage == "listing" else spider.read_detail(page)
        if found is not None:
            return stage
    return first


def _sort(reading: PageReading, outputs: Iterable[Output] | Iterator[Output]) -> None:
    for output in outputs:
        if isinstance(output, JobPosting):
            reading.postings.append(output)
        elif isinstance(output, RejectedPosting):
            reading.rejected.append(output)
        elif isinstance(output, ClosedPosting):
            reading.closed.append(output)
        elif not isinstance(output, SeenPosting | SeenPostings):
            reading.requests.append(output)
            posting = output.cb_kwargs.get("posting")
            if isinstance(posting, JobPosting):
                reading.postings.append(posting)
