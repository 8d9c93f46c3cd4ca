"""Career sites: pages of any company that carry schema.org JobPosting, found by sitemaps, links or address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.described_board import Output
from jobspiders.bases.frontier import Frontier, Site
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.outcomes import failure_outcome
from jobspiders.bases.response_page import page_of
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.bases.site_arguments import CareerSiteArguments, Role, Start, starts
from jobspiders.items import ClosedPosting, JobPosting
from jobspiders.parsing.job_addresses import is_about_jobs, job_likelihood, same_company
from jobspiders.parsing.job_links import job_links, next_page
from jobspiders.parsing.no_openings import says_no_openings
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import node_text
from jobspiders.parsing.platforms import tenants_in
from jobspiders.parsing.site_postings import SitePostings
from jobspiders.parsing.sitemap import is_sitemap, read_sitemap, sitemaps_of_robots

#: Sitemaps and lists of one site that are read.
MOST_SITEMAPS, MOST_LISTS = 100, 50
#: Pages under way at once where only so many postings are wanted.
WINDOW = 8


class CareerPagesSpider(BoardSpider):
    """Companies' own pages. A spider for one site names its ``own_pages``, ``own_sitemaps`` or ``own_domain``.

    A sitemap or domain is a complete scope where every likely page of it could be read; a page with links is not.
    """

    kind = "career site"
    arguments_type = CareerSiteArguments
    arguments: CareerSiteArguments
    own_pages: ClassVar[tuple[str, ...]] = ()
    own_sitemaps: ClassVar[tuple[str, ...]] = ()
    own_domain: ClassVar[str | None] = None

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.sites: dict[str, Site] = {}
        self._known: set[str] = set()
        self._reading = SitePostings(shared=not (self.own_pages or self.own_sitemaps or self.own_domain))

    @classmethod
    def check_arguments(cls, given: Mapping[str, Any]) -> BoardArguments:
        arguments = super().check_arguments(given)
        assert isinstance(arguments, CareerSiteArguments)
        if not cls.own_starts(arguments):
            raise ArgumentError(f"{cls.name} needs url=PAGE,... or sitemap=ADDRESS,... or domain=SITE,...")
        return arguments

    @classmethod
    def own_starts(cls, arguments: CareerSiteArguments) -> dict[str, Start]:
        """Where the arguments say to begin, else where the spider's own site begins."""
        given = (arguments.url or (), arguments.sitemap or (), arguments.domain or ())
        own = (cls.own_pages, cls.own_sitemaps, (cls.own_domain,) if cls.own_domain else ())
        return starts(*(given if any(given) else own))

    def scopes(self) -> Iterable[Scope]:
        for key, (role, url) in self.own_starts(self.arguments).items():
            site = self._site(key, url)
            site.home = urljoin(url, "/") if role == "robots" else None
            site.frontier.claim(url)
            yield Scope(key, complete=role != "start")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        role, url = self.own_starts(self.arguments)[scope.key]
        return self._request(url, role, first=True)

    def _site(self, key: str, base: str, *, saved: bool = False) -> Site:
        if key not in self.sites:
            limit = self.arguments.max_pages or self.max_pages
            self.sites[key] = Site(base, Frontier(limit, self._known), saved=saved)
        return self.sites[key]

    @staticmethod
    def _request(url: str, role: Role, **meta: Any) -> Request:
        # the frontier gives no address twice, and what redirects to a page that was read must be told
        return Request(url, dont_filter=True, meta={"role": role, **meta})

    def _ask(self, scope: Scope, url: str, role: Role, **meta: Any) -> Request:
        return self._listing(scope, self._request(url, role, **meta), Position())

    # --- pages

    def parse_listing(self, response: Response, scope_key: str, position: Position) -> Iterator[Output]:
        """Read a page of the site, whatever it is, and go on to what it leads to."""
        scope, page = self.ledger.get(scope_key), page_of(response)
        site = self._site(scope_key, page.url, saved=True)
        meta = response.meta if response.request is not None else {}
        role: Role = meta.get("role", "start")
        scope.pending -= 1
        if role in ("robots", "home", "start"):
            # a site may have moved
            site.base = page.url
        if role == "robots":
            yield from self._robots(scope, site, page)
        elif role == "sitemap" or (role == "start" and is_sitemap(page.body, page.url)):
            yield from self._sitemap(scope, site, page, meta)
        else:
            site.under_way -= role == "page"
            yield from self._page(scope, site, page, role)
        yield from self._go_on(scope, site)

    def _robots(self, scope: Scope, site: Site, page: Page) -> Iterator[Output]:
        fault = self.judge(page)
        if fault is not None and fault[0] in ("throttled", "failed"):
            self._fault(scope, *fault)
            return
        scope.pages += 1
        named = sitemaps_of_robots(page.text, page.url) if fault is None else []
        usual = urljoin(page.url, "/sitemap.xml")
        yield from self._sitemaps(scope, site, named or [usual], guessed=not named)

    def _sitemaps(
        self, scope: Scope, site: Site, urls: Iterable[str], *, guessed: bool = False
    ) -> Iterator[Output]:
        for url in sorted(urls, key=lambda url: not is_about_jobs(url)):
            if site.sitemaps >= MOST_SITEMAPS:
                self._count("sitemaps/limit")
                scope.complete = False
                return
            if site.frontier.claim(url):
                site.sitemaps += 1
                yield self._ask(scope, url, "sitemap", guessed=guessed)

    def _sitemap(self, scope: Scope, site: Site, page: Page, meta: Mapping[str, Any]) -> Iterator[Output]:
        fault = self.judge(page)
        sitemap = read_sitemap(page.body, page.url) if fault is None else None
        if sitemap is None:
            self._without_sitemap(scope, meta, *(fault or ("layout_changed", f"no sitemap at {page.url}")))
            return
        self._count("sitemaps/read")
        scope.pages += 1
        if sitemap.kind == "index":
            yield from self._sitemaps(scope, site, sitemap.urls)
            return
        scope.rows += len(sitemap.urls) if site.saved else 0
        least = int(is_about_jobs(page.url))
        for url in sitemap.urls:
            if same_company(url, site.base) or same_company(url, page.url):
                site.frontier.add(url, max(job_likelihood(url), least))

    def _without_sitemap(
        self, scope: Scope, meta: Mapping[str, Any], outcome: Outcome, evidence: str
    ) -> None:
        if meta.get("guessed") and outcome in ("not_found", "layout_changed"):
            self._count("sitemaps/none")
            return
        self._count("sitemaps/unreadable")
        scope.complete = False
        if meta.get("first") or outcome in ("blocked", "throttled"):
            self._fault(scope, outcome, evidence)

    def _page(self, scope: Scope, site: Site, page: Page, role: Role) -> Iterator[Output]:
        fault = self.judge(page)
        if fault is not None:
            yield from self._missed(scope, site, page.url, role, *fault)
            return
        source, listing = self.read_listing(page)
        if listing is None and role != "page" and (told := self.unread(page))[0] != "layout_changed":
            yield from self._missed(scope, site, page.url, role, *told)
            return
        scope.pages += 1
        scope.details_read += role == "page"
        if listing is None:
            self._bare(site, page)
        else:
            self._count(f"listing/source/{source}")
            scope.rows += len(listing.rows)
            listing.read = self._full(site, page, listing.read)
            yield from self._postings(scope, page, listing, source)
        if role in ("home", "start") and self.arguments.details is not False:
            yield from self._links(scope, site, page, role)

    def _bare(self, site: Site, page: Page) -> None:
        """A page without a posting: note what it says all the same."""
        self._count("pages/without_posting")
        site.bare_pages += 1
        body = page.html.body
        site.says_none = site.says_none or says_no_openings(node_text(body) or "")
        for tenant in tenants_in(page)[:10]:
            if tenant not in site.tenants:
                self.logger.info("%s uses %s: %s", page.url, tenant.platform, tenant.command)
            site.tenants[tenant] += 1

    def _full(
        self, site: Site, page: Page, read: Callable[[Any], JobPosting | None]
    ) -> Callable[[Any], JobPosting | None]:
        """The reading of rows without those that only name a page that is asked for anyway."""

        def read_full(row: Any) -> JobPosting | None:
            posting = read(row)
            if posting is None or posting.description_html or posting.url == page.url or site.saved:
                return posting
            if site.frontier.knows(posting.url):
                site.thin.append(posting)
                return None
            return posting

        return read_full

    def _links(self, scope: Scope, site: Site, page: Page, role: Role) -> Iterator[Output]:
        following = next_page(page)
        links = job_links(page)
        lists = [url for url, likelihood in links.items() if role == "home" and likelihood == 1]
        for url in [*lists, *([following] if following else [])]:
            if site.lists < MOST_LISTS and site.frontier.claim(url):
                site.lists += 1
                yield self._ask(scope, url, "start")
        for url, likelihood in links.items():
            site.frontier.add(url, likelihood)

    def _missed(
        self, scope: Scope, site: Site, url: str, role: Role, outcome: Outcome, evidence: str
    ) -> Iterator[Output]:
        """A page that could not be had: its posting is closed where it is gone, and nothing else is."""
        if role != "page":
            self._fault(scope, outcome, evidence)
            return
        if outcome == "not_found":
            self._count("pages/gone")
            gone = self._reading.id_in(url)
            if gone is not None:
                yield ClosedPosting(self.name, gone, evidence, scope.key, fetched_at=self.now())
            return
        scope.complete = False
        if evidence.startswith("robots.txt forbids"):
            self._count("pages/forbidden")
            site.forbidden += 1
            return
        self._count(f"pages/failed/{outcome}")
        scope.details_failed += 1
        if outcome in ("blocked", "throttled"):
            self._fault(scope, outcome, evidence)

    # --- what is next

    def _go_on(self, scope: Scope, site: Site) -> Iterator[Output]:
        """Ask for further pages; at the end of all say what there was, where no posting was."""
        yield from self._next_pages(scope, site)
        if scope.pending == 0 and not scope.rows and not scope.faults and not self._enough():
            home, site.home = site.home, None
            if home is not None and site.frontier.claim(home):
                scope.complete = False
                yield self._ask(scope, home, "home")
            elif site.frontier.turn_to_unlikely():
                yield from self._next_pages(scope, site)
        if scope.pending == 0 and site.thin:
            waiting, site.thin = site.thin, []
            yield from self._postings(
                scope, Page(site.base, b""), Listing(waiting, lambda posting: posting), "jsonld"
            )
        if scope.pending == 0 or site.saved:
            self._conclude(scope, site)

    def _next_pages(self, scope: Scope, site: Site) -> Iterator[Output]:
        few = self.arguments.max_results is not None
        while not self._enough() and not (few and site.under_way >= WINDOW):
            url = site.frontier.take()
            if url is None:
                break
            site.under_way += 1
            yield self._ask(scope, url, "page")
        if site.frontier.cut and not site.limit_told:
            site.limit_told, scope.complete = True, False
            self._count("pagination/page_limit")

    def _conclude(self, scope: Scope, site: Site) -> None:
        if scope.rows or scope.faults:
            return
        hint = site.hint()
        if hint is not None:
            self._fault(scope, "layout_changed", hint)
        elif site.forbidden:
            self._fault(
                scope,
                "blocked",
                f"robots.txt forbids {site.forbidden} pages (ROBOTSTXT_OBEY=False reads them)",
            )
        elif site.bare_pages and not site.says_none:
            self._fault(
                scope, "layout_changed", f"no JobPosting in the JSON-LD of any page ({site.bare_pages} read)"
            )

    def listing_failed(self, failure: Failure) -> Iterator[Output]:
        """A request that brought no response."""
        scope = self._failed_scope(failure)
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        site = self._site(scope.key, request.url)
        role: Role = request.meta["role"]
        outcome, evidence = failure_outcome(failure)
        if role == "sitemap":
            self._without_sitemap(scope, request.meta, outcome, evidence)
        else:
            site.under_way -= role == "page"
            yield from self._missed(scope, site, request.url, role, outcome, evidence)
        yield from self._go_on(scope, site)

    # --- postings

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return Listing(page.jsonld, self._reading.reader(page)) if page.jsonld else None

    def detail_request(self, posting: JobPosting) -> Request | None:
        site = self.sites.get(posting.scope or "")
        if posting.description_html or site is None or not same_company(posting.url, site.base):
            return None
        return Request(posting.url, dont_filter=True) if site.frontier.claim(posting.url) else None

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        return self._reading.reader(page)(page.jsonld[0]) if page.jsonld else None

    def _listed_only(
        self, scope: Scope, posting: JobPosting, outcome: Outcome, evidence: str
    ) -> Iterator[Output]:
        # a page without JSON-LD of a posting that a list tells of is no failure: the list is all there is
        if outcome != "layout_changed":
            yield from super()._listed_only(scope, posting, outcome, evidence)
            return
        self._count("detail/without_posting")
        posting.listing_hash = None
        yield posting

    def detail_unchanged(self, posting: JobPosting) -> Iterator[Output]:
        yield from super().detail_unchanged(posting)
        yield from self._after_detail(posting)

    def parse_detail(self, response: Response, posting: JobPosting) -> Iterator[Output]:
        yield from super().parse_detail(response, posting)
        yield from self._after_detail(posting)

    def detail_failed(self, failure: Failure) -> Iterator[Output]:
        yield from super().detail_failed(failure)
        yield from self._after_detail(failure.request.cb_kwargs["posting"])  # type: ignore[attr-defined]  # set by Scrapy

    def _after_detail(self, posting: JobPosting) -> Iterator[Output]:
        site = self.sites.get(posting.scope or "")
        if site is not None:
            yield from self._go_on(self.ledger.get(posting.scope or ""), site)
