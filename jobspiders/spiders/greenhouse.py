"""Greenhouse job boards: one document per tenant from the public Job Board API."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_pages import AtsPagesSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import greenhouse
from jobspiders.parsing.page import Page


class GreenhouseSpider(AtsPagesSpider):
    name = "greenhouse"
    homepage = "https://boards-api.greenhouse.io"
    allowed_domains = ["boards-api.greenhouse.io"]
    terms = "public API; robots.txt closes /embed/ only"
    tenant_url = re.compile(
        r"greenhouse\.io/(?:v1/boards/|embed/job_(?:board|app)\S*?[?&]for=)?(?!embed/)([\w-]+)"
    )
    detail_url = greenhouse.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(f"{self.homepage}/v1/boards/{scope.key}/jobs", content="true")

    def detail_request(self, posting: JobPosting) -> Request | None:
        # the list says all but the pay ranges, which cost a request for each posting: only when asked for
        if self.arguments.details is not True:
            return None
        url = f"{self.homepage}/v1/boards/{posting.scope}/jobs/{posting.external_id}"
        return self.get(url, pay_transparency="true")

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = greenhouse.jobs(page)
        total = page.record.integer("meta", "total")
        if jobs is None:
            return None
        around = [self.tenant_of(page.url)]
        return Listing(jobs, lambda job: self.listed(job, page), total, last=True, around=around)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return self.posting(page.json) if page.record.text("title") else None

    def listing_from_embedded(self, page: Page) -> Listing | None:
        rows = greenhouse.shown_jobs(page)
        return Listing(rows, lambda row: self.listed(row, page), last=True, partial=True) if rows else None

    def listed(self, job: object, page: Page) -> JobPosting:
        posting, tenant = self.posting(job), self.tenant_of(page.url)
        posting.external_id = posting.external_id or self.key_of(posting.url) or ""
        if not posting.url and posting.external_id and tenant:
            posting.url = f"https://job-boards.greenhouse.io/{tenant}/jobs/{posting.external_id}"
        posting.company = posting.company or tenant
        return posting

    def posting(self, job: object) -> JobPosting:
        posting = greenhouse.posting_from_job(job)
        posting.company = posting.company or self.tenant_of(posting.url)
        return posting
