"""LinkedIn without a login: the guest search fragments, result pages, and a posting's fragment or page."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Outcome, Scope
from jobspiders.bases.search_pages import SearchPagesSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import linkedin
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

GUEST = "https://www.linkedin.com/jobs-guest/jobs/api"
KINDS = {"FULL_TIME": "F", "PART_TIME": "P", "CONTRACTOR": "C", "TEMPORARY": "T", "INTERN": "I"}
KINDS |= {"VOLUNTEER": "V", "OTHER": "O"}
#: The guest search answers up to this offset and with HTTP 400 after it.
LAST_OFFSET = 1000


class LinkedinSpider(SearchPagesSpider):
    name = "linkedin"
    homepage = linkedin.HOME
    allowed_domains = ["linkedin.com"]
    robots = "forbidden"
    terms = "robots.txt prohibits automated access without permission; 1,000 results per search"
    native_filters = frozenset({"query", "location", "remote", "employment_type", "posted_within_hours"})
    detail_url = re.compile(r"/jobs/view/|/jobPosting/\d")
    posting_id = linkedin.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked = self.arguments
        return self.get(
            f"{GUEST}/seeMoreJobPostings/search",
            keywords=asked.query,
            location=self.place(),
            distance=self.miles(),
            f_TPR=asked.posted_within_hours and f"r{asked.posted_within_hours * 3600}",
            f_JT=KINDS.get(asked.employment_type or ""),
            f_WT=None if asked.remote is None else "2" if asked.remote else "1,3",
            start=position.offset,
        )

    def detail_request(self, posting: JobPosting) -> Request | None:
        key = posting.external_id
        return self.get(f"{GUEST}/jobPosting/{key}") if key.isdecimal() else None

    def judge(self, page: Page) -> tuple[Outcome, str] | None:
        return None if page.status == 400 and linkedin.offset(page) else super().judge(page)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(linkedin.CARDS)
        if not cards and not linkedin.is_empty(page):
            return None
        total = Record(page.fields({"total": ".results-context-header__job-count"})).integer("total")
        last = True if linkedin.offset(page) + len(cards) >= LAST_OFFSET else None
        return Listing(cards, lambda card: linkedin.posting_from_card(card, page), total, last=last)

    def detail_from_jsonld(self, page: Page) -> JobPosting | Gone | None:
        posting = super().detail_from_jsonld(page) if len(page.jsonld) == 1 else None
        if not isinstance(posting, JobPosting):
            return None
        if linkedin.is_closed(page):
            return Gone(linkedin.CLOSED)
        for name, value in linkedin.criteria(page).items():
            setattr(posting, name, value)
        return posting

    def detail_from_html(self, page: Page) -> JobPosting | Gone | None:
        return linkedin.posting_from_page(page)
