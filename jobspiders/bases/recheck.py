"""A board asked only for the pages of postings that it has shown before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import make_dataclass
from typing import Any, ClassVar, Protocol

from scrapy import Request
from scrapy.http import Response

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.described_board import Output
from jobspiders.bases.details import MANY_MISSING
from jobspiders.bases.outcomes import ROBOTS_FORBID
from jobspiders.bases.page_reader import ROW_ERRORS
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.items import ClosedPosting, JobPosting, SeenPosting, Source
from jobspiders.parsing.job_posting import posting_from_jsonld

#: Name of the scope of every recheck.
SCOPE = "recheck"
#: Pages under way at once, and blocks after which no more are asked for.
WINDOW, MOST_BLOCKS = 50, 3
#: So often a page must have answered 404 where the board's other pages do so as well.
CERTAIN = 3


class DuePosting(Protocol):
    """A posting to ask for; ``attempts`` counts this one and those in vain before it."""

    @property
    def posting(self) -> JobPosting: ...
    @property
    def attempts(self) -> int: ...


class Queue(Protocol):
    """Where due postings come from; the calls wait for the database."""

    def claim(self, number: int) -> Sequence[DuePosting]: ...
    def seen_lately(self, number: int) -> Sequence[JobPosting]: ...


class Recheck(BoardSpider):
    """Mixed into a board's spider by ``rechecking``: asks for due postings in place of the board's lists.

    A page of 410, or one that says so, closes its posting; so does a 404, unless ten pages do so and none can be read:
    then postings that were seen lately must show whether the pages have moved. A page that can be read is the
    posting seen again. Everything else changes nothing. Its scope is never complete.

    Stats: recheck/asked, alive, unread (a page without a reading), withheld (404 not believed), stopped_by_blocks.
    """

    queue: Queue
    limit: int
    arguments_type: ClassVar[Any]

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._certain: dict[str, bool] = {}
        self._has_controls = False

    @classmethod
    def check_arguments(cls, given: Any) -> Any:
        return cls.arguments_type(recheck=True, details=True)

    def covers_everything(self) -> bool:
        return False

    async def start(self) -> AsyncIterator[Any]:
        scope = self.ledger.open(SCOPE, complete=False)
        if self.forbidden:
            self._count("robotstxt/board_forbidden")
            scope.fault("blocked", ROBOTS_FORBID)
            return
        scope.pages = 1
        left = self.limit
        while left > 0:
            due = await asyncio.to_thread(self.queue.claim, min(WINDOW, left))
            if not due:
                break
            left -= len(due)
            for each in due:
                yield self._asked(scope, each.posting, attempts=each.attempts)
            await self._until(scope, WINDOW // 2)
            if sum(fault.outcome in ("blocked", "throttled") for fault in scope.faults) >= MOST_BLOCKS:
                self._count("recheck/stopped_by_blocks")
                self.logger.warning("The site blocks; %d postings are left for later", left)
                break
        await self._until(scope, 0)
        if len(scope.missing) >= MANY_MISSING:
            for control in await asyncio.to_thread(self.queue.seen_lately, 2):
                self._has_controls = True
                yield self._asked(scope, control, attempts=0)
            await self._until(scope, 0)
        for closed in self._judged(scope):
            yield closed

    async def _until(self, scope: Scope, pending: int) -> None:
        while scope.pending > pending:
            await asyncio.sleep(0.1)

    def _asked(self, scope: Scope, posting: JobPosting, *, attempts: int) -> Request:
        self._count("recheck/asked")
        posting.fetched_at = self.now()
        try:
            request = self.detail_request(posting)
        except ROW_ERRORS:
            request = None
        plain = request is None
        if request is None:
            request = Request(posting.url, meta={"allow_offsite": True})
        scope.pending += 1
        scope.rows += 1
        return request.replace(
            callback=self.parse_detail,
            errback=self.detail_failed,
            cb_kwargs={"posting": posting},
            dont_filter=True,
            meta={**request.meta, "scope": SCOPE, "stage": "detail", "plain": plain, "attempts": attempts},
        )

    def parse_detail(self, response: Response, posting: JobPosting) -> Iterator[Output]:
        """What a posting's page says of it."""
        scope = self.ledger.get(SCOPE)
        scope.pending -= 1
        status, attempts = response.status, response.meta.get("attempts", 1)
        if status == 404 and not scope.details_read:
            if attempts:
                scope.missing.append(posting)
                self._certain[posting.external_id] = attempts >= CERTAIN
        elif response.meta.get("plain") and status < 400:
            yield from self._plain(scope, response, posting)
        else:
            yield from self._detail(scope, response, posting)

    def _plain(self, scope: Scope, response: Response, posting: JobPosting) -> Iterator[Output]:
        """A page that the board's readings do not know: only its JSON-LD can say that the posting is there."""
        page = page_of(response)
        titles = [posting_from_jsonld(data, page.url).title for data in page.jsonld]
        if not any(titles):
            self._count("recheck/unread")
            return
        scope.details_read += 1
        self._count("recheck/alive")
        yield SeenPosting(posting.board, posting.external_id, posting.url, fetched_at=self.now())
        yield from self._missing_closed(scope)

    def _stamped(
        self, posting: JobPosting, scope: Scope | None, source: Source | None, raw: Any
    ) -> JobPosting:
        # the posting stays in the scope in which it was found
        super()._stamped(posting, scope, source, raw).scope = None
        if scope is not None:
            self._count("recheck/alive")
            scope.postings += 1
        return posting

    def _conclude_details(self, scope: Scope) -> Iterator[Output]:
        return iter(())

    def _judged(self, scope: Scope) -> Iterator[Output]:
        """What 404 means of the postings for which no page that can be read spoke."""
        if not self._has_controls or scope.details_read:
            yield from self._missing_closed(scope)
            return
        uncertain = [posting for posting in scope.missing if not self._certain[posting.external_id]]
        scope.missing = [posting for posting in scope.missing if self._certain[posting.external_id]]
        yield from self._missing_closed(scope)
        for _ in uncertain:
            self._count("recheck/withheld")
        if uncertain:
            self._fault(
                scope, "layout_changed", f"{len(uncertain)} pages answered HTTP 404, and so do new ones"
            )

    def _closed(self, posting: JobPosting, reason: str) -> ClosedPosting:
        closed = super()._closed(posting, reason)
        closed.scope = SCOPE
        return closed

    def _listed_only(
        self, scope: Scope, posting: JobPosting, outcome: Outcome, evidence: str
    ) -> Iterator[Output]:
        self._count("recheck/unread" if outcome == "layout_changed" else f"detail/failed/{outcome}")
        scope.details_failed += 1
        if outcome in ("blocked", "throttled"):
            self._fault(scope, outcome, evidence)
        return iter(())


def rechecking(board: type[BoardSpider], queue: Queue, limit: int) -> type[BoardSpider]:
    """The spider of ``board`` that asks for at most ``limit`` postings of ``queue`` and for nothing else."""
    arguments = make_dataclass(
        "RecheckArguments", [("recheck", bool, True)], bases=(board.arguments_type,), frozen=True
    )
    made = {"arguments_type": arguments, "queue": queue, "limit": limit, "__module__": board.__module__}
    return type(f"Recheck{board.__name__}", (Recheck, board), made)
