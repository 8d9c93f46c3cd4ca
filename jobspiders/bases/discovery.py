"""Finds the ATS boards of companies: from their sites' pages to platform and token, each checked on the platform."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import urljoin, urlsplit

from rapidfuzz.fuzz import partial_ratio
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spiderloader import get_spider_loader
from twisted.python.failure import Failure

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.ats import AtsArguments, AtsSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.outcomes import failure_outcome, status_outcome
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Outcome
from jobspiders.items import JobPosting
from jobspiders.parsing.job_addresses import canonical, company_label, job_likelihood, site_of
from jobspiders.parsing.job_links import job_links, outside_links
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute
from jobspiders.parsing.platforms import EMBEDDED, EMPTY_IS_NO_PROOF, Tenant, tenant_of, weighed_tenants

#: Pages of one site that are read, and steps from its front page.
MOST_PAGES, MOST_STEPS = 8, 2
#: Tenants of one site that are checked: a page that links to more is a list of other companies.
MOST_TENANTS = 10
#: Where careers are on sites whose front page does not link to them.
USUAL_PATHS = ("/careers", "/jobs")
#: Of 100: how alike the names of a site and a board's company are at least.
_ALIKE = 85
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Check:
    """What the platform says of a tenant: ``outcome`` of its list, how many postings, the company's name.

    ``token_name`` is what of the token names the company.
    """

    token_name: str = ""
    outcome: Outcome | None = None
    evidence: str | None = None
    postings: int = 0
    company: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether the board is there, with or without postings."""
        return self.outcome in ("ok", "empty")


@dataclass(slots=True)
class Hit:
    """A tenant on the page of a site; ``embedded`` says that it is more than a link."""

    tenant: Tenant
    page: str
    embedded: bool


@dataclass(slots=True)
class Search:
    """One site: what was given, what was read of it, what was found."""

    given: str
    url: str
    name: str | None = None
    pages: int = 0
    asked: set[str] = field(default_factory=set)
    hits: dict[Tenant, Hit] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    own_postings: str | None = None

    def verdict(self, hit: Hit, check: Check) -> Literal["found", "unsure", "other company", "gone"]:
        """What a hit is worth: on the list, or why not."""
        if check.outcome == "not_found":
            return "gone"
        if not check.is_live or (check.outcome == "empty" and hit.tenant.platform in EMPTY_IS_NO_PROOF):
            return "unsure"
        mine, board = (company_label(self.url), self.name), (check.token_name, check.company)
        return "found" if hit.embedded or alike(mine, board) else "other company"


class DiscoverySpider(Spider):
    """Reads a few pages of each site and asks the platforms for every board that they name.

    The findings are in ``searches`` and ``checks`` when the crawl has ended.
    """

    name = "discover"
    handle_httpstatus_list = [*range(400, 600), 999]

    def __init__(self, sites: Iterable[tuple[str, str]] = (), **given: Any) -> None:
        super().__init__(**given)
        self.searches = [Search(text, url) for text, url in sites]
        self.checks: dict[Tenant, Check] = {}
        self._probes: dict[Tenant, AtsSpider] = {}
        self._platforms: dict[str, type[AtsSpider]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **given)
        loader = get_spider_loader(crawler.settings)
        for name in loader.list():
            platform = loader.load(name)
            if issubclass(platform, AtsSpider):
                spider._platforms[name] = platform
        return spider

    async def start(self) -> AsyncIterator[Any]:
        for request in self.initial_requests():
            yield request

    def initial_requests(self) -> Iterator[Request]:
        """The front page of each site, or the list of a board that was given itself."""
        for search in self.searches:
            tenant = tenant_of(search.url)
            if tenant is not None:
                yield from self._found(search, tenant, search.url, embedded=True)
            else:
                yield from self._ask(search, search.url, 0)

    def _ask(self, search: Search, url: str, step: int) -> Iterator[Request]:
        key = canonical(url)
        if len(search.asked) >= MOST_PAGES or key in search.asked:
            return
        search.asked.add(key)
        yield Request(
            url,
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"search": search, "step": step},
            # a site may be given twice, and redirects of several pages may end at one
            dont_filter=True,
            priority=-step,
        )

    def parse_page(self, response: Response, search: Search, step: int) -> Iterator[Request]:
        """Note the boards that a page names, and go on to the pages about jobs that it links to."""
        page = page_of(response)
        redirects = [*response.meta.get("redirect_urls", ()), response.url]
        for url in redirects:
            tenant = tenant_of(url)
            if tenant is not None:
                yield from self._found(search, tenant, redirects[0], embedded=True)
        outcome = status_outcome(page.status, frozenset({404, 410}))
        if outcome is not None:
            search.faults.append(f"{outcome}: HTTP {page.status} at {page.url}")
            if step == 0:
                yield from self._usual(search, page.url)
            return
        search.pages += 1
        if step == 0:
            search.url = page.url
            search.name = attribute(page.first("meta[property='og:site_name']"), "content")
        for tenant, weight in weighed_tenants(page).most_common(MOST_TENANTS):
            yield from self._found(search, tenant, page.url, embedded=weight >= EMBEDDED)
        if page.jsonld and search.own_postings is None:
            search.own_postings = page.url
        if step < MOST_STEPS and tenant_of(page.url) is None:
            yield from self._links(search, page, step)

    def _links(self, search: Search, page: Page, step: int) -> Iterator[Request]:
        links = job_links(page)
        name = company_label(search.url)
        away = [url for url in outside_links(page) if name in site_of(url) and job_likelihood(url)]
        # pages about jobs first, then single postings, whose links to apply lead to the platform
        for url in [*sorted(links, key=lambda url: (links[url], len(url))), *away]:
            yield from self._ask(search, url, step + 1)
        if step == 0 and not links and not search.hits:
            yield from self._usual(search, page.url)

    def _usual(self, search: Search, base: str) -> Iterator[Request]:
        for path in USUAL_PATHS:
            yield from self._ask(search, urljoin(base, path), 1)

    def page_failed(self, failure: Failure) -> Iterator[Request]:
        """A page that brought no answer; a site that has only ``www.`` is asked there."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        search: Search = request.cb_kwargs["search"]
        outcome, evidence = failure_outcome(failure)
        search.faults.append(f"{outcome}: {evidence}")
        host = urlsplit(request.url).netloc
        if request.cb_kwargs["step"] == 0 and outcome == "failed" and host.count(".") == 1:
            yield from self._ask_www(search, request.url.replace(host, f"www.{host}", 1))

    def _ask_www(self, search: Search, url: str) -> Iterator[Request]:
        search.asked.discard(canonical(url))
        yield from self._ask(search, url, 0)

    # --- checks

    def _found(self, search: Search, tenant: Tenant, page: str, *, embedded: bool) -> Iterator[Request]:
        known = search.hits.get(tenant)
        if known is not None:
            known.embedded = known.embedded or embedded
            return
        platform = self._platforms.get(tenant.platform)
        if platform is None or len(search.hits) >= MOST_TENANTS:
            return
        search.hits[tenant] = Hit(tenant, page, embedded)
        if tenant in self.checks:
            return
        self.checks[tenant] = Check(platform.company_token(tenant.token))
        try:
            arguments = AtsArguments(companies=(tenant.token,), details=False)
            self._probes[tenant] = platform(arguments=arguments)
            first = next(self._probes[tenant].initial_requests())
        except ArgumentError as error:
            self.checks[tenant] = Check(tenant.token, "not_found", str(error))
            return
        yield self._check(first, tenant)

    def _check(self, request: Request, tenant: Tenant) -> Request:
        return request.replace(
            callback=self.parse_check,
            errback=self.check_failed,
            cb_kwargs={**request.cb_kwargs, "tenant": tenant},
            priority=10,
        )

    def parse_check(
        self, response: Response, tenant: Tenant, scope_key: str, position: Position
    ) -> Iterator[Request]:
        """Read the first page of a tenant's list as the platform's own crawl would."""
        probe = self._probes[tenant]
        outputs = list(probe.parse_listing(response, scope_key=scope_key, position=position))
        scope = probe.ledger.get(scope_key)
        if not scope.pages and not scope.faults:
            # the platform has the list at another address
            others = [output for output in outputs if isinstance(output, Request)]
            yield from (self._check(request, tenant) for request in others[:1])
            return
        scope.pending = 0
        check = self.checks[tenant]
        check.outcome, check.evidence = scope.outcome(finished=True)
        check.postings = scope.total or scope.rows
        names = Counter(
            output.company for output in outputs if isinstance(output, JobPosting) and output.company
        )
        check.company = names.most_common(1)[0][0] if names else None

    def check_failed(self, failure: Failure) -> None:
        """A platform that brought no answer."""
        tenant: Tenant = failure.request.cb_kwargs["tenant"]  # type: ignore[attr-defined]  # set by Scrapy
        check = self.checks[tenant]
        check.outcome, check.evidence = failure_outcome(failure)


def alike(mine: Iterable[str | None], board: Iterable[str | None]) -> bool:
    """Whether one of the names of a site is one of those of a board, or a part of it."""
    ours, theirs = ([_NO_LETTERS.sub("", (name or "").lower()) for name in names] for names in (mine, board))
    pairs = ((one, other) for one in ours for other in theirs if min(len(one), len(other)) > 2)
    return any(partial_ratio(one, other) >= _ALIKE for one, other in pairs)
