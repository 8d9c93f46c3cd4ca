"""Wellfound (once AngelList): pages of roles with an Apollo cache, their cards, and posting pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import wellfound
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class WellfoundSpider(SearchPagesSpider):
    name = "wellfound"
    homepage = wellfound.HOME
    allowed_domains = ["wellfound.com"]
    robots = "partly"
    terms = "refuses plain clients (DataDome); the query is a role such as `software engineer`"
    native_filters = frozenset({"query"})
    detail_url = re.compile(r"/jobs/\d+-")
    posting_id = wellfound.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        role = slug(self.arguments.query or "")
        place = slug(self.arguments.location or "")
        path = f"l/{role}/{place}" if place else f"r/{role}" if self.arguments.remote else role
        page = position.page if position.page > 1 else None
        return self.get(f"{self.homepage}/role/{path}", page=page)

    def detail_request(self, posting: JobPosting) -> Request | None:
        return None if posting.description or posting.description_html else super().detail_request(posting)

    def is_not_found(self, page: Page) -> bool:
        return "page not found (404)" in (page.text_of("h1, h2, h4") or page.text_of("title") or "").lower()

    def listing_from_embedded(self, page: Page) -> Listing | None:
        rows = list(wellfound.jobs_of_startups(page))
        total, pages = page.number("totalJobCount"), page.number("pageCount")
        if not rows and total != 0:
            return None
        here = Record(parse_qs(urlsplit(page.url).query)).integer("page", 0) or 1
        return Listing(rows, wellfound.posting_from_job, total, last=None if pages is None else here >= pages)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page)

    def listing_from_html(self, page: Page) -> Listing | None:
        links, last = wellfound.links(page), wellfound.is_last(page)
        if not links:
            return None
        return Listing(links, lambda link: wellfound.posting_from_link(link, page), last=last)
