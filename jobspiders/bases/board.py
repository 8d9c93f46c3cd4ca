"""The crawl that all boards share: scopes, the pages of their lists, and an outcome for each scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure
from xxhash import xxh3_64_intdigest

from jobspiders.bases.described_board import Output
from jobspiders.bases.details import DetailCrawl
from jobspiders.bases.known_rows import SeenRows
from jobspiders.bases.list_end import Doubt, doubt, note_page
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.outcomes import ROBOTS_FORBID, failure_outcome
from jobspiders.bases.page_reader import ROW_ERRORS
from jobspiders.bases.response_page import page_of
from jobspiders.bases.row_hashes import RowHasher
from jobspiders.bases.scopes import Outcome, Scope, crawl_outcome
from jobspiders.items import JobPosting, RejectedPosting, Source
from jobspiders.parsing.page import Page


class BoardSpider(DetailCrawl):
    """Crawls one board: listing pages, then details where the board needs them.

    A board says what is its own: ``listing_request``, and one ``listing_from_SOURCE`` per source it has
    (``api``, ``embedded``, ``jsonld``, ``html``), each taking a Page and returning a Listing, or None where
    the page does not have that source. Boards with detail pages add ``detail_request`` and
    ``detail_from_SOURCE``. Readings never follow links and never raise for odd rows.
    """

    #: By what rows are told to be known; a crawl that is stored has one.
    row_hasher: RowHasher | None = None
    _taken = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.request_dropped, signal=signals.request_dropped)
        return spider

    def request_dropped(self, request: Request) -> None:
        """A request that was made before, in this run of the crawl or an earlier one, is not waited for."""
        if "scope" in request.meta:
            self.ledger.get(request.meta["scope"]).pending -= 1
            self._count("requests/repeated")
            if self.crawler.stats.get_value("scheduler/resumed") is not None:
                self.ledger.forget_unread(request.meta["scope"])

    async def start(self) -> AsyncIterator[Any]:
        if self.forbidden:
            self._end_for_robots()
            return
        for request in self.initial_requests():
            yield request

    def _end_for_robots(self) -> None:
        """End every scope as blocked without a request."""
        self.logger.warning("%s: %s", self.name, ROBOTS_FORBID)
        self._count("robotstxt/board_forbidden")
        for scope in self.scopes():
            self.ledger.open(scope.key, complete=False).fault("blocked", ROBOTS_FORBID)

    def initial_requests(self) -> Iterator[Request]:
        """The first request of each scope."""
        for scope in self.scopes():
            opened = self.ledger.open(scope.key, complete=scope.complete and self.covers_everything())
            yield self._listing(opened, self.listing_request(opened, Position()), Position())

    @staticmethod
    def crawl_outcome(outcomes: Iterable[Outcome]) -> Outcome:
        """The outcome of the whole crawl from those of its scopes."""
        return crawl_outcome(outcomes)

    def covers_everything(self) -> bool:
        """Whether nothing was asked for that leaves postings out."""
        return not self.arguments.filters() and self.arguments.max_results is None

    def _listing(self, scope: Scope, request: Request, position: Position) -> Request:
        scope.pending += 1
        scope.lists += 1
        # a copy of the request would cost more than all that the board says of it
        request.callback, request.errback = self.parse_listing, self.listing_failed
        request.cb_kwargs.update(scope_key=scope.key, position=position)
        request.meta.update(scope=scope.key, stage="listing")
        return request

    def parse_listing(self, response: Response, scope_key: str, position: Position) -> Iterator[Output]:
        """Read one page of a scope's list and go on to the next."""
        scope = self.ledger.get(scope_key)
        scope.pending -= 1
        # what an earlier run of this crawl asked for was not counted by this one
        scope.lists = max(scope.lists, 1)
        yield from self._list_page(response, scope, position)
        scope.list_read()

    def _list_page(self, response: Response, scope: Scope, position: Position) -> Iterator[Output]:
        page = page_of(response)
        if response.status == 304:
            scope.not_modified = True
            self._count("listing/not_modified")
            return
        fault = self.judge(page)
        if fault is not None:
            self._fault(scope, *fault)
            return
        if response.status == 204:
            scope.pages += 1
            return
        source, listing = self.read_listing(page)
        if listing is None:
            self._fault(scope, *self.unread(page))
            return
        self._count(f"listing/source/{source}")
        self._remember_validators(scope, response)
        scope.pages += 1
        scope.rows += len(listing.rows)
        scope.total = scope.total if scope.total is not None else listing.total
        scope.complete = scope.complete and not listing.partial
        fresh = yield from self._postings(scope, page, listing, source)
        note_page(scope, listing, fresh)
        if self._enough():
            return
        followed = False
        for request in listing.follow:
            followed = True
            yield self._listing(scope, request, Position())
        if self.paged and self._goes_on(scope, listing, position, fresh):
            following = Position(position.page + 1, position.offset + len(listing.rows), listing.cursor)
            yield self._listing(scope, self.listing_request(scope, following), following)
        elif not followed:
            # one document is whole or cannot be read: only a list of pages can break off
            self._list_ended(scope, doubt(scope, listing, fresh) if self.paged else None, position)
        yield from self._conclude_details(scope)

    def _list_ended(self, scope: Scope, why: Doubt | None, position: Position) -> None:
        if why is None:
            scope.read_to = "end" if position.page < self.max_pages else None
        elif scope.complete:
            self._count(f"pagination/{why}")
            self.logger.warning(
                "%s: the list ended after %d rows of %s; nothing is closed by it",
                *(scope.key, scope.rows, "unknown" if scope.total is None else scope.total),
            )
            scope.complete = False

    def listing_stopped(self, request: Request) -> None:
        """A further page of a list is not asked for: earlier crawls have read what is on it."""
        scope = self.ledger.get(request.meta["scope"])
        scope.pending -= 1
        scope.complete = False
        scope.read_to = "watermark"
        self._count("pagination/watermark")

    def _postings(
        self, scope: Scope, page: Page, listing: Listing, source: Source | None
    ) -> Generator[Output, None, int]:
        fresh = readable = 0
        posting: JobPosting | None = None
        hash_of = self.row_hasher and self.row_hasher.of_listing(listing, source, self.now())
        unchanged = SeenRows(self.name, scope.key, self.now())
        for row in listing.rows:
            row_hash = hash_of(row) if hash_of else None
            known = scope.known.get(row_hash) if row_hash else None
            if known is None or (self.sampler is not None and self.sampler.wants_row()):
                try:
                    posting = listing.read(row)
                except ROW_ERRORS as error:
                    self._count("rows/unreadable")
                    self._show(source, row, None)
                    yield self._rejected(scope, page, f"unreadable: {error!r}", row)
                    continue
                if posting is None:
                    self._count("rows/skipped")
                    readable += 1
                    continue
                self._show(source, row, posting)
            if known is not None:
                readable += 1
                identity = known.external_id
            elif posting is not None:
                readable += bool(posting.external_id and posting.title)
                identity = posting.external_id or posting.url or repr(row)
            if not scope.seen.add(xxh3_64_intdigest(identity.encode(errors="replace"))):
                self._count("postings/duplicates")
                continue
            fresh += 1
            if self._enough():
                break
            self._taken += 1
            scope.postings += 1
            if known is not None:
                self._count("rows/unchanged")
                unchanged.add(known)
            elif posting is not None:
                posting.row_hash = row_hash
                yield from self._posting_or_detail(scope, self._stamped(posting, scope, source, row))
        yield from unchanged.items
        if listing.rows and not readable:
            self._fault(
                scope, "layout_changed", f"none of {len(listing.rows)} rows of {page.url} could be read"
            )
        return fresh

    def _show(self, source: Source | None, row: Any, posting: JobPosting | None) -> None:
        if self.sampler is not None and self.sampler.wants_row():
            self.sampler.row("listing", source, row, posting)

    def _rejected(self, scope: Scope, page: Page, reason: str, row: Any) -> RejectedPosting:
        raw = row.html if hasattr(row, "html") else getattr(row, "value", row)
        return RejectedPosting(
            board=self.name, reason=reason, url=page.url, scope=scope.key, fetched_at=self.now(), raw=raw
        )

    def _goes_on(self, scope: Scope, listing: Listing, position: Position, fresh: int) -> bool:
        seen = position.offset + len(listing.rows)
        if listing.last is True or not listing.rows:
            return False
        if not fresh and not listing.overlaps:
            self._count("pagination/repeated_page")
            self.logger.warning("%s repeats itself at page %d; stopping there", scope.key, position.page)
            return False
        if (
            listing.last is None
            and listing.cursor is None
            and scope.total is not None
            and seen >= scope.total
        ):
            return False
        if position.page >= self.max_pages:
            self._count("pagination/page_limit")
            scope.complete = False
            return False
        return True

    def _enough(self) -> bool:
        return self.arguments.max_results is not None and self._taken >= self.arguments.max_results

    def _remember_validators(self, scope: Scope, response: Response) -> None:
        if self.paged or response.request is None or response.request.method != "GET":
            return
        scope.etag = (response.headers.get("ETag") or b"").decode("latin-1") or None
        scope.last_modified = (response.headers.get("Last-Modified") or b"").decode("latin-1") or None
        scope.validator_url = response.request.url

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        """A listing request that brought no response."""
        scope = self._failed_scope(failure)
        self._fault(scope, *failure_outcome(failure))
        return iter(())
