"""Naukri: rendered result pages, their ItemList, the answers of the site's own API, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import naukri
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class NaukriSpider(SearchPagesSpider):
    name = "naukri"
    homepage = "https://www.naukri.com"
    home_country = "IN"
    allowed_domains = ["naukri.com"]
    robots = "partly"
    terms = "plain clients get an app shell without postings; pay is given in lakh and crore rupees a year"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/job-listings-|/jobapi/v\d/job/\d")
    posting_id = naukri.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        where = f"-in-{slug(self.arguments.location)}" if self.arguments.location else ""
        page = f"-{position.page}" if position.page > 1 else ""
        path = f"{slug(self.arguments.query or '')}-jobs{where}{page}"
        return self.get(f"{self.homepage}/{path}", jobAge=self.arguments.days())

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs, total = page.record.get("jobDetails"), page.record.integer("noOfJobs")
        if not isinstance(jobs, list):
            return None
        return Listing(jobs, lambda row: naukri.posting_from_job(Record(row), page), total)

    def listing_from_embedded(self, page: Page) -> Listing | None:
        jobs = list({job.text("jobId"): job for job in page.objects("jdURL")}.values())
        if not jobs or len(jobs) < len(page.all(naukri.CARDS)):
            return None
        return Listing(jobs, lambda job: naukri.posting_from_job(job, page), page.number("noOfJobs"))

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page) or self.listed(page, unless=naukri.CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(naukri.CARDS)
        if not cards and page.first(naukri.EMPTY) is None:
            return None
        total, last = naukri.count(page)
        return Listing(cards, lambda card: naukri.posting_from_card(card, page), total, last=last)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        job = page.record.record("jobDetails")
        return naukri.posting_from_job(job, page) if job.text("title") else None

    def detail_from_html(self, page: Page) -> JobPosting | None:
        return naukri.posting_from_page(page)
