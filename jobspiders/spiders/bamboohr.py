"""BambooHR: one list per tenant, and a detail of each posting with text, date and pay."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import bamboohr
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class BambooHrSpider(AtsApiSpider):
    name = "bamboohr"
    homepage = "https://www.bamboohr.com"
    allowed_domains = ["bamboohr.com"]
    terms = "the data behind public career pages; undocumented"
    tenant_url = re.compile(r"//(?!www\.|api\.|help\.|documentation\.)([\w-]+)\.bamboohr\.com")
    detail_url = re.compile(r"/(?:careers|jobs)/(?:view\.php\?id=)?(\d+)")
    list_url = "https://{host}/careers/list"
    host_suffix = ".bamboohr.com"
    layout = bamboohr.LAYOUT

    def detail_request(self, posting: JobPosting) -> Request:
        return self.get(f"{posting.url}/detail")

    def detail_from_api(self, page: Page) -> JobPosting | Gone | None:
        job = bamboohr.opening(page)
        return self.read(job, page) if isinstance(job, Record) else job

    def listing_from_api(self, page: Page) -> Listing | None:
        return None if page.record.record("result") else super().listing_from_api(page)

    def is_not_found(self, page: Page) -> bool:
        return bamboohr.is_marketing(page)

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = posting.external_id or self.key_of(posting.url) or self.key_of(page.url) or ""
        posting.url = posting.url or f"/careers/{posting.external_id}"
