"""Greenhouse job boards: one document per tenant from the public Job Board API."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats import AtsSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import greenhouse
from jobspiders.parsing.page import Page


class GreenhouseSpider(AtsSpider):
    name = "greenhouse"
    homepage = "https://boards-api.greenhouse.io"
    allowed_domains = ["boards-api.greenhouse.io"]
    terms = "public API; robots.txt closes /embed/ only"
    tenant_url = re.compile(
        r"greenhouse\.io/(?:v1/boards/|embed/job_(?:board|app)\S*?[?&]for=)?(?!embed/)([\w-]+)"
    )
    detail_url = re.compile(r"/jobs/\d+(?:\?|$)|/embed/job\?")

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
        return None if jobs is None else Listing(jobs, self.posting, total, last=True)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return self.posting(page.json) if page.record.text("title") else None

    def posting(self, job: object) -> JobPosting:
        posting = greenhouse.posting_from_job(job)
        posting.company = posting.company or self.tenant_of(posting.url)
        return posting
