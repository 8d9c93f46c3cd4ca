"""The crawl that all boards share: scopes, pages, details, and an outcome for each scope."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, Self, TypeAlias

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import JsonRequest, Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.url import add_or_replace_parameters
from xxhash import xxh3_64_intdigest

from jobspiders.bases.arguments import ArgumentError, Country, argument, parse_arguments
from jobspiders.bases.list_end import Doubt, doubt, note_page
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Outcome, Scope, ScopeLedger, crawl_outcome
from jobspiders.items import EMPLOYMENT_TYPES, ClosedPosting, JobPosting, RejectedPosting, SeenPosting, Source
from jobspiders.parsing.error_pages import told_status
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.merging import completed
from jobspiders.parsing.page import Page

Output: TypeAlias = JobPosting | RejectedPosting | ClosedPosting | SeenPosting | Request

#: Sources in the order in which they are tried; a spider reads those it has methods for.
SOURCES: tuple[Source, ...] = ("api", "embedded", "jsonld", "html")

ROBOTS_FORBID = "robots.txt forbids it (ROBOTSTXT_OBEY=False crawls all the same)"

#: So many detail pages that answer 404, and none that can be read, are not taken for postings that are gone.
MANY_MISSING = 10

#: What a row of an unexpected shape can raise in a reading; it costs the row, never the page.
ROW_ERRORS = (AttributeError, LookupError, TypeError, ValueError)


class Sampler(Protocol):
    """Looks at some of what a crawl reads; ``source`` is None for a page that none could read."""

    def page(self, stage: str, source: str | None, page: Page) -> None: ...
    def wants_row(self) -> bool: ...
    def row(self, stage: str, source: str | None, row: Any, posting: JobPosting | None) -> None: ...


@dataclass(frozen=True)
class BoardArguments:
    """Arguments that every board takes. What the board itself cannot filter is filtered afterwards."""

    query: str | None = argument("words that a posting must hold")
    location: str | None = argument("place, as the board's own search field takes it")
    country: Country | None = argument("country, two letters (ISO 3166-1)")
    remote: bool | None = argument("only remote postings (true) or only others (false)")
    employment_type: str | None = argument("schema.org employment type", choices=EMPLOYMENT_TYPES)
    posted_within_hours: int | None = argument("only postings at most this old", minimum=1)
    max_results: int | None = argument("stop after so many postings", minimum=1)
    details: bool | None = argument("fetch each posting's own page where the board has one (default: true)")

    def filters(self) -> dict[str, Any]:
        """The filters that were asked for, by argument name."""
        names = ("query", "location", "country", "remote", "employment_type", "posted_within_hours")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def days(self) -> int | None:
        """The greatest age of postings in whole days, rounded up."""
        hours = self.posted_within_hours
        return None if hours is None else -(-hours // 24)


class BoardSpider(Spider):
    """Crawls one board: listing pages, then details where the board needs them.

    A board says what is its own: ``listing_request``, and one ``listing_from_SOURCE`` per source it has
    (``api``, ``embedded``, ``jsonld``, ``html``), each taking a Page and returning a Listing, or None where
    the page does not have that source. Boards with detail pages add ``detail_request`` and
    ``detail_from_SOURCE``. Readings never follow links and never raise for odd rows.
    """

    kind: ClassVar[str]
    arguments_type: ClassVar[type[BoardArguments]] = BoardArguments
    homepage: ClassVar[str]
    #: What robots.txt says of the pages we read: allowed, partly or forbidden. A forbidden board is crawled
    #: only where ROBOTSTXT_OBEY is off.
    robots: ClassVar[str] = "allowed"
    #: What an operator should know of the board's terms, in one line.
    terms: ClassVar[str] = ""
    #: The country whose places the board means where it names none (ISO 3166-1 alpha-2).
    home_country: ClassVar[str | None] = None
    #: Filters the board itself applies; all others are applied after normalisation.
    native_filters: ClassVar[frozenset[str]] = frozenset()
    #: Whether the list shows the newest posting first, so that a crawl may stop where an earlier one has been.
    sorted_by_date: ClassVar[bool] = False
    #: Whether the list comes in pages.
    paged: ClassVar[bool] = False
    not_found_statuses: ClassVar[frozenset[int]] = frozenset({404, 410})
    #: Addresses of pages that hold one posting.
    detail_url: ClassVar[re.Pattern[str] | None] = None
    #: Keys of one's own that the board asks for: setting (or environment variable) and what it holds.
    required_settings: ClassVar[Mapping[str, str]] = {}
    handle_httpstatus_list: ClassVar[list[int]] = [304, *range(400, 600), 999]

    def __init__(
        self, name: str | None = None, arguments: BoardArguments | None = None, **given: Any
    ) -> None:
        super().__init__(name)
        self.arguments = arguments or self.check_arguments(given)
        self.ledger = ScopeLedger()
        self.frozen_now: datetime | None = None
        self.max_pages = 1000
        self.forbidden = False
        self.keys: dict[str, str] = {}
        #: Who is shown what is read; a crawl that is watched has one.
        self.sampler: Sampler | None = None
        self._taken = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        clock = crawler.settings.get("CRAWL_CLOCK")
        spider.frozen_now = datetime.fromisoformat(clock).astimezone(UTC) if clock else None
        spider.max_pages = crawler.settings.getint("LISTING_MAX_PAGES", 1000)
        spider.forbidden = cls.robots == "forbidden" and crawler.settings.getbool("ROBOTSTXT_OBEY")
        spider.keys = cls.check_settings(crawler.settings)
        crawler.signals.connect(spider.request_dropped, signal=signals.request_dropped)
        return spider

    def request_dropped(self, request: Request) -> None:
        """A request that was made before, in this run of the crawl or an earlier one, is not waited for."""
        if "scope" in request.meta:
            self.ledger.get(request.meta["scope"]).pending -= 1
            self._count("requests/repeated")
            if self.crawler.stats.get_value("scheduler/resumed") is not None:
                self.ledger.forget_unread(request.meta["scope"])

    @classmethod
    def check_settings(cls, settings: BaseSettings) -> dict[str, str]:
        """The board's keys from settings or environment; raises ArgumentError for one that is not set."""
        keys = {name: settings.get(name) or os.environ.get(name) for name in cls.required_settings}
        for name, value in keys.items():
            if not value:
                meaning = cls.required_settings[name]
                raise ArgumentError(f"{cls.name} needs {name} as a setting or in the environment ({meaning})")
        return {name: str(value) for name, value in keys.items()}

    @classmethod
    def check_arguments(cls, given: Mapping[str, Any]) -> BoardArguments:
        """The typed arguments; raises ArgumentError."""
        return parse_arguments(cls.arguments_type, given, board=cls.name)

    @classmethod
    def sources(cls, stage: str) -> list[Source]:
        """The sources the board has for ``listing`` or ``detail``, in the order they are tried."""
        return [source for source in SOURCES if hasattr(cls, f"{stage}_from_{source}")]

    # --- what a board says of itself

    def scopes(self) -> Iterable[Scope]:
        """What the crawl covers."""
        raise NotImplementedError

    @classmethod
    def scope_of(cls, url: str) -> str | None:
        """The key of the scope whose pages have this address, where an address tells."""
        return None

    def listing_request(self, scope: Scope, position: Position) -> Request:
        """The request for one page of a scope's list."""
        raise NotImplementedError

    def detail_request(self, posting: JobPosting) -> Request | None:
        """The request for a posting's own page; None where the listing says all."""
        return None

    def is_not_found(self, page: Page) -> bool:
        """Whether a page with a good status says that there is no such tenant or search."""
        return False

    # --- requests

    def now(self) -> datetime:
        """The time of the crawl: the clock, or the fixed time of a replay."""
        return self.frozen_now or datetime.now(UTC)

    @staticmethod
    def get(url: str, **parameters: Any) -> Request:
        """A GET request; parameters that are None are left out."""
        given = {name: str(value) for name, value in parameters.items() if value is not None}
        return Request(add_or_replace_parameters(url, given) if given else url)

    @staticmethod
    def post(url: str, data: Any) -> Request:
        """A POST request that carries JSON and may be repeated safely, since it only searches."""
        return JsonRequest(url, data=data, meta={"idempotent": True})

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

    # --- the list

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

    def judge(self, page: Page) -> tuple[Outcome, str] | None:
        """Why a page cannot be read, by its status or the board's own word; None where it can."""
        fault = status_outcome(page.status, self.not_found_statuses)
        if fault is not None:
            return fault, f"HTTP {page.status} at {page.url}"
        if self.is_not_found(page):
            return "not_found", f"the board knows nothing at {page.url}"
        return None

    def unread(self, page: Page) -> tuple[Outcome, str]:
        """Why nothing could be read of a page: the error that it tells of, else a layout of another kind."""
        status = told_status(page)
        fault = None if status is None else status_outcome(status, self.not_found_statuses)
        if fault is not None:
            return fault, f"{page.url} tells of an error: {status}"
        return "layout_changed", f"nothing to read in {len(page.body)} bytes of {page.url}"

    def read_listing(self, page: Page) -> tuple[Source | None, Listing | None]:
        """The list of a page and the first source that could give it."""
        return self._read("listing", page)

    def _read(self, stage: str, page: Page) -> tuple[Source | None, Any]:
        for source in self.sources(stage):
            if source == "html" and page.json is not None:
                continue
            try:
                reading = getattr(self, f"{stage}_from_{source}")(page)
            except ROW_ERRORS as error:
                self._count(f"{stage}/unreadable/{source}")
                self.logger.warning("%s could not be read as %s: %r", page.url, source, error)
                continue
            if reading is not None:
                for _ in range(page.jsonld_repaired if source == "jsonld" else 0):
                    self._count("jsonld/repaired")
                if self.sampler is not None:
                    self.sampler.page(stage, source, page)
                return source, reading
        if self.sampler is not None:
            self.sampler.page(stage, None, page)
        return None, None

    def _postings(
        self, scope: Scope, page: Page, listing: Listing, source: Source | None
    ) -> Generator[Output, None, int]:
        fresh = readable = 0
        for row in listing.rows:
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
            readable += bool(posting.external_id and posting.title)
            self._show(source, row, posting)
            key = xxh3_64_intdigest(
                (posting.external_id or posting.url or repr(row)).encode(errors="replace")
            )
            if not scope.seen.add(key):
                self._count("postings/duplicates")
                continue
            fresh += 1
            if self._enough():
                break
            self._taken += 1
            scope.postings += 1
            yield from self._posting_or_detail(scope, self._stamped(posting, scope, source, row))
        if listing.rows and not readable:
            self._fault(
                scope, "layout_changed", f"none of {len(listing.rows)} rows of {page.url} could be read"
            )
        return fresh

    def _show(self, source: Source | None, row: Any, posting: JobPosting | None) -> None:
        if self.sampler is not None and self.sampler.wants_row():
            self.sampler.row("listing", source, row, posting)

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

    def _posting_or_detail(self, scope: Scope, posting: JobPosting) -> Iterator[Output]:
        try:
            request = self.detail_request(posting) if self.arguments.details is not False else None
        except ROW_ERRORS as error:
            yield from self._listed_only(scope, posting, "failed", f"no detail request: {error!r}")
            return
        if request is None:
            yield posting
            return
        scope.pending += 1
        request.callback, request.errback = self.parse_detail, self.detail_failed
        request.cb_kwargs["posting"] = posting
        request.meta.update(scope=scope.key, stage="detail")
        request.priority += 1
        yield request

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

    # --- details

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

    def read_detail(self, page: Page) -> tuple[Source | None, JobPosting | Gone | None]:
        """The posting of a detail page and the first source that could give it."""
        return self._read("detail", page)

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

    # --- failures

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        """A listing request that brought no response."""
        scope = self._failed_scope(failure)
        self._fault(scope, *failure_outcome(failure))
        return iter(())

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

    def _fault(self, scope: Scope, outcome: Outcome, evidence: str) -> None:
        self._count(f"scopes/fault/{outcome}")
        self.logger.warning("%s: %s (%s)", scope.key, outcome, evidence)
        scope.fault(outcome, evidence)

    def _rejected(self, scope: Scope, page: Page, reason: str, row: Any) -> RejectedPosting:
        raw = row.html if hasattr(row, "html") else getattr(row, "value", row)
        return RejectedPosting(
            board=self.name, reason=reason, url=page.url, scope=scope.key, fetched_at=self.now(), raw=raw
        )

    def _count(self, stat: str) -> None:
        crawler = getattr(self, "crawler", None)
        if crawler is not None:
            crawler.stats.inc_value(stat)


def page_of(response: Response) -> Page:
    """A Scrapy response as a Page; its text is decoded only when a reading asks for it."""
    return ResponsePage(response)


class ResponsePage(Page):
    """A page whose text is decoded the way Scrapy does: headers, BOM, then the page's own word."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.url, response.body, status=response.status)
        self._response = response
        if response.request is not None:
            self.sent = response.request.body

    def _decode(self) -> str:
        try:
            return self._response.text
        except AttributeError:
            return super()._decode()


def status_outcome(status: int, not_found: frozenset[int]) -> Outcome | None:
    """What a status says of a page: None for one that may be read."""
    if status in not_found:
        return "not_found"
    if status < 400:
        return None
    if status in (401, 403, 451, 999):
        return "blocked"
    if status in (429, 503):
        return "throttled"
    return "failed"


def failure_outcome(failure: Failure) -> tuple[Outcome, str]:
    """What an exception says of a request: our own errors carry ``outcome`` or ``vendor``."""
    error = failure.value
    outcome: Outcome | None = getattr(error, "outcome", "blocked" if hasattr(error, "vendor") else None)
    if outcome is not None:
        return outcome, str(error)
    if isinstance(error, HttpError):
        return status_outcome(error.response.status, frozenset({404, 410})) or "failed", str(error)
    if "robots.txt" in str(error):
        return "blocked", ROBOTS_FORBID
    return "failed", f"{type(error).__name__}: {error}".strip(": ")
