"""Glassdoor: result pages with job views in their scripts (plain or streamed), older lists, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import glassdoor
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import joined

SITES = {"AU": "com.au", "CA": "ca", "GB": "co.uk", "HK": "com.hk", "IE": "ie", "IN": "co.in", "NZ": "co.nz"}
SITES |= {"SG": "sg", "US": "com"}


class GlassdoorSpider(SearchPagesSpider):
    name = "glassdoor"
    homepage = "https://www.glassdoor.com"
    allowed_domains = [f"glassdoor.{site}" for site in SITES.values()]
    robots = "partly"
    terms = "terms forbid automated access; refuses many addresses; 30 pages of 30 per search"
    native_filters = frozenset({"query", "location", "country"})
    detail_url = re.compile(r"/job-listing/")
    posting_id = glassdoor.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        if position.cursor:
            return self.get(position.cursor)
        place = self.arguments.location or (None if self.arguments.country in SITES else self.place())
        if place is None:
            return self.search("", "")
        return self.get(f"{self.site()}/findPopularLocationAjax.htm", term=place, maxLocationsToReturn=10)

    def search(self, place: str, kind_and_id: str) -> Request:
        """The first page of a search; its address says where in it the place and the words stand."""
        place, words = slug(place), slug(self.arguments.query or "")
        start = len(place) + 1 if place else 0
        where = f"IL.0,{len(place)}_{kind_and_id}_" if place else ""
        path = f"{joined(place, words, separator='-')}-jobs-SRCH_{where}KO{start},{start + len(words)}.htm"
        return self.get(f"{self.site()}/Job/{path}", fromAge=self.arguments.days(), radius=self.miles())

    def site(self) -> str:
        return f"https://www.glassdoor.{SITES.get(self.arguments.country or 'US', 'com')}"

    def is_not_found(self, page: Page) -> bool:
        return page.json == [] and "findPopularLocationAjax" in page.url

    def listing_from_api(self, page: Page) -> Listing | None:
        place = glassdoor.place(page)
        return Listing((), lambda row: None, follow=[self.search(*place)]) if place else None

    def listing_from_embedded(self, page: Page) -> Listing | None:
        views = glassdoor.views(page)
        if views is None:
            return None
        total, following = page.number("totalJobsCount"), glassdoor.following(page)
        last = True if following is None else None
        return Listing(views, lambda view: glassdoor.posting_from_view(view, page), total, following, last)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page) or self.listed(page, unless=glassdoor.CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(glassdoor.CARDS)
        if not cards:
            return None
        return Listing(cards, lambda card: glassdoor.posting_from_card(card, page), last=True)

    def detail_from_embedded(self, page: Page) -> JobPosting | Gone | None:
        return glassdoor.posting_from_data(page)

    def detail_from_html(self, page: Page) -> JobPosting | None:
        return glassdoor.posting_from_page(page)
