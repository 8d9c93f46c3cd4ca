"""SmartRecruiters: pages of postings, the text in a detail of each. An unknown company reads as an empty one."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import smartrecruiters
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined


class SmartRecruitersSpider(AtsApiSpider):
    name = "smartrecruiters"
    homepage = "https://jobs.smartrecruiters.com"
    allowed_domains = ["smartrecruiters.com"]
    robots = "forbidden"
    terms = "the documents call the API public, its robots.txt closes it to all but one agent"
    paged = True
    tenant_url = re.compile(r"(?:jobs|careers)\.smartrecruiters\.com/([\w-]+)|/v1/companies/([\w-]+)")
    detail_url = re.compile(r"/postings/([\w-]+)|jobs\.smartrecruiters\.com/[\w-]+/(\d{9,})")
    list_url = "https://api.smartrecruiters.com/v1/companies/{tenant}/postings"
    layout = smartrecruiters.LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.tenant_request(self.list_url, scope.key, limit=100, offset=position.offset)

    def detail_request(self, posting: JobPosting) -> Request:
        tenant = self.tenant_of(posting.url) or posting.scope
        return self.get(f"{self.list_url.format(tenant=tenant)}/{posting.external_id}")

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = None if page.record.get("jobAd") else super().listing_from_api(page)
        if listing is not None:
            listing.total = page.record.integer("totalFound")
        return listing

    def detail_from_api(self, page: Page) -> JobPosting | Gone | None:
        if page.record.get("active") is False:
            return Gone("no longer active")
        return self.read(page.record, page) if page.record.record("jobAd") else None

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        reference = self.key_of(job.text("ref") or "") or self.key_of(posting.url)
        posting.external_id = posting.external_id or reference or self.key_of(page.url) or page.url
        if not posting.url:
            company = job.text("company", "identifier") or self.tenant_of(job.text("ref") or page.url)
            posting.url = joined(self.homepage, company, posting.external_id, separator="/") or ""
