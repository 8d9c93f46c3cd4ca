"""Indeed: result pages with embedded job cards, the page of a posting, and the HTML of both."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import indeed
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

HOSTS = {"US": "www", "GB": "uk"}


class IndeedSpider(SearchPagesSpider):
    name = "indeed"
    homepage = "https://www.indeed.com"
    allowed_domains = ["indeed.com"]
    robots = "partly"
    terms = "robots.txt closes /viewjob and /jobs to many agents; about 1,000 results per search"
    native_filters = frozenset({"query", "location", "country", "posted_within_hours"})
    detail_url = re.compile(r"/viewjob\b|/rc/clk|/pagead/clk")
    posting_id = indeed.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        host = HOSTS.get(self.arguments.country or "US", (self.arguments.country or "").lower())
        miles = self.miles()
        return self.get(
            f"https://{host}.indeed.com/jobs",
            q=self.arguments.query,
            l=self.arguments.location,
            radius=miles and max(5, miles),
            fromage=self.arguments.days(),
            start=position.cursor or position.offset or None,
        )

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = indeed.answered_jobs(page)
        return None if jobs is None else Listing(jobs, lambda job: indeed.posting_from_answer(job, page))

    def listing_from_embedded(self, page: Page) -> Listing | None:
        rows = indeed.rows(page)
        if rows is None:
            return None
        total, start, last = indeed.paging(page)
        return Listing(rows, lambda row: indeed.posting_from_card(Record(row), page), total, start, last)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = indeed.cards(page)
        if cards is None:
            return None
        return Listing(cards, lambda card: indeed.posting_from_element(card, page))

    def detail_from_embedded(self, page: Page) -> JobPosting | Gone | None:
        return indeed.posting_from_data(page)

    def detail_from_html(self, page: Page) -> JobPosting | None:
        return indeed.posting_from_page(page)
