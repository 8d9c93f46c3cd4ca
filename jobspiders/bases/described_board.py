"""What a board says of itself, and what every crawl of it starts from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, TypeAlias

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import JsonRequest
from scrapy.settings import BaseSettings
from w3lib.url import add_or_replace_parameters

from jobspiders.bases.arguments import ArgumentError, parse_arguments
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Outcome, Scope, ScopeLedger
from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting, SeenPosting, SeenPostings, Source
from jobspiders.parsing.page import Page

Output: TypeAlias = JobPosting | RejectedPosting | ClosedPosting | SeenPosting | SeenPostings | Request

#: Sources in the order in which they are tried; a spider reads those it has methods for.
SOURCES: tuple[Source, ...] = ("api", "embedded", "jsonld", "html")


class DescribedBoard(Spider):
    """The lowest layer of a board's spider: its description, its arguments and keys, the scopes of one crawl."""

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

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        clock = crawler.settings.get("CRAWL_CLOCK")
        spider.frozen_now = datetime.fromisoformat(clock).astimezone(UTC) if clock else None
        spider.max_pages = crawler.settings.getint("LISTING_MAX_PAGES", 1000)
        spider.forbidden = cls.robots == "forbidden" and crawler.settings.getbool("ROBOTSTXT_OBEY")
        spider.keys = cls.check_settings(crawler.settings)
        return spider

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

    def _fault(self, scope: Scope, outcome: Outcome, evidence: str) -> None:
        self._count(f"scopes/fault/{outcome}")
        self.logger.warning("%s: %s (%s)", scope.key, outcome, evidence)
        scope.fault(outcome, evidence)

    def _count(self, stat: str) -> None:
        crawler = getattr(self, "crawler", None)
        if crawler is not None:
            crawler.stats.inc_value(stat)
