"""The postings' own pages: asked for where the board has them, and what their answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from jobspiders.bases.described_board import Output
from jobspiders.bases.outcomes import failure_outcome
from jobspiders.bases.page_reader import ROW_ERRORS, PageReader
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.items import ClosedPosting, JobPosting, SeenPosting, Source
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.merging import completed

#: So many detail pages that answer 404, and none that can be read, are not taken for postings that are gone.
MANY_MISSING = 10


class DetailCrawl(PageReader):
    """The layer of a board's spider that completes listed postings from their own pages."""

    def _posting_or_detail(self, scope: Scope, posting: JobPosting) -> Iterator[Output]:
        try:
            request = self.detail_request(posting) if self.arguments.details is not False else None
        except ROW_ERRORS as error:
            posting.row_hash = None
            yield from self._listed_only(scope, posting, "failed", f"no detail request: {error!r}")
            return
        if request is None:
            yield posting
            return
        # what its own page says, the row does not
        posting.row_hash = None
        scope.pending += 1
        request.callback, request.errback = self.parse_detail, self.detail_failed
        request.cb_kwargs["posting"] = posting
        request.meta.update(scope=scope.key, stage="detail")
        request.priority += 1
        yield request

    def parse_detail(self, response: Response, posting: JobPosting) -> Iterator[Output]:
        """Complete a listed posting from its own page."""
        scope = self.ledger.get(posting.scope or "")
        scope.pending -= 1
        yield from self._detail(scope, response, posting)
        yield from self._conclude_details(scope)

    def _detail(self, scope: Scope, response: Response, posting: JobPosting) -> Iterator[Output]:
        page = page_of(response)
        if page.status == 404 and not scope.details_read:
            scope.missing.append(posting)
            return
        if page.status in (404, 410):
            yield self._closed(posting, f"HTTP {page.status}")
            return
        fault = self.judge(page)
        if fault is not None:
            yield from self._listed_only(scope, posting, fault[0], fault[1])
            return
        source, reading = self.read_detail(page)
        if isinstance(reading, Gone):
            yield self._closed(posting, reading.reason)
            return
        if reading is None:
            yield from self._listed_only(scope, posting, "layout_changed", f"nothing to read at {page.url}")
            return
        self._count(f"detail/source/{source}")
        scope.details_read += 1
        if self.sampler is not None and self.sampler.wants_row():
            whole = page.html.body if source == "html" else page.json
            self.sampler.row("detail", source, reading.raw or whole, reading)
        detail = self._stamped(reading, scope, source, reading.raw)
        yield completed(detail, posting)
        yield from self._missing_closed(scope)

    def _conclude_details(self, scope: Scope) -> Iterator[Output]:
        """Nothing is under way: say what pages that answered 404 mean where no page could be read.

        A few are gone. Many are no news of the postings: the pages are at another address now.
        """
        if scope.pending > 0 or not scope.missing:
            return
        if len(scope.missing) < MANY_MISSING:
            yield from self._missing_closed(scope)
            return
        missing, scope.missing = scope.missing, []
        for posting in missing:
            yield from self._listed_only(scope, posting, "not_found", f"HTTP 404 at {posting.url}")
        self._fault(scope, "layout_changed", f"all {len(missing)} detail pages answered HTTP 404")

    def _missing_closed(self, scope: Scope) -> Iterator[Output]:
        missing, scope.missing = scope.missing, []
        for posting in missing:
            yield self._closed(posting, "HTTP 404")

    def _listed_only(
        self, scope: Scope, posting: JobPosting, outcome: Outcome, evidence: str
    ) -> Iterator[Output]:
        self._count(f"detail/failed/{outcome}")
        scope.details_failed += 1
        if outcome in ("blocked", "throttled"):
            self._fault(scope, outcome, evidence)
        posting.listing_hash = None
        yield posting

    def detail_unchanged(self, posting: JobPosting) -> Iterator[Output]:
        """What to give for a listed posting whose own page is not asked for: it says what it said before."""
        scope = self.ledger.get(posting.scope or "")
        scope.pending -= 1
        yield SeenPosting(
            posting.board, posting.external_id, posting.url, scope.key, fetched_at=posting.fetched_at
        )
        yield from self._conclude_details(scope)

    def _closed(self, posting: JobPosting, reason: str) -> ClosedPosting:
        self._count("detail/gone")
        return ClosedPosting(
            board=posting.board,
            external_id=posting.external_id,
            reason=reason,
            scope=posting.scope,
            fetched_at=posting.fetched_at,
        )

    def detail_failed(self, failure: Failure) -> Iterator[Output]:
        """A detail request that brought no response; what the listing said is kept."""
        scope = self._failed_scope(failure)
        posting = failure.request.cb_kwargs["posting"]  # type: ignore[attr-defined]  # set by Scrapy
        yield from self._listed_only(scope, posting, *failure_outcome(failure))
        yield from self._conclude_details(scope)

    def _failed_scope(self, failure: Failure) -> Scope:
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        scope = self.ledger.get(request.meta["scope"])
        scope.pending -= 1
        return scope

    def _stamped(
        self, posting: JobPosting, scope: Scope | None, source: Source | None, raw: Any
    ) -> JobPosting:
        posting.board = posting.board or self.name
        posting.source = posting.source or source
        posting.fetched_at = posting.fetched_at or self.now()
        posting.scope = scope.key if scope else None
        if posting.raw is None:
            posting.raw = getattr(raw, "value", raw) if not hasattr(raw, "html") else raw.html
        return posting
