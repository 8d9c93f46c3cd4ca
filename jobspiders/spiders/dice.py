"""Dice: result pages with a streamed job list, their cards, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider
from jobspiders.parsing.boards import dice
from jobspiders.parsing.page import Page

POSTED = {1: "ONE", 3: "THREE", 7: "SEVEN"}
KINDS = {"FULL_TIME": "FULLTIME", "PART_TIME": "PARTTIME", "CONTRACTOR": "CONTRACTS"}


class DiceSpider(SearchPagesSpider):
    name = "dice"
    homepage = "https://www.dice.com"
    allowed_domains = ["dice.com"]
    robots = "partly"
    terms = "postings of the United States, many by recruiters; 20 per page"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/job-detail/")
    posting_id = re.compile(r"/job-detail/([\w-]+)")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked = self.arguments
        days = asked.days() or 0
        return self.get(
            f"{self.homepage}/jobs",
            **{
                "q": asked.query,
                "location": asked.location,
                "countryCode": asked.country,
                "radius": self.miles(),
                "radiusUnit": "mi" if asked.radius_km else None,
                "filters.postedDate": next((POSTED[most] for most in POSTED if 0 < days <= most), None),
                "filters.employmentType": KINDS.get(asked.employment_type or ""),
                "filters.workplaceTypes": "Remote" if asked.remote else None,
                "page": position.page,
            },
        )

    def listing_from_embedded(self, page: Page) -> Listing | None:
        jobs = {job.text("guid") or job.text("id"): job for job in page.objects("detailsPageUrl")}
        total = page.number("totalResults")
        if len(jobs) < len(page.all(dice.CARDS)) or (not jobs and total != 0):
            return None
        pages, here = page.number("pageCount"), page.number("currentPage")
        last = here >= pages if pages is not None and here is not None else None
        return Listing(list(jobs.values()), lambda job: dice.posting_from_job(job, page), total, last=last)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(dice.CARDS)
        return Listing(cards, lambda card: dice.posting_from_card(card, page)) if cards else None
