"""Rippling: one list per tenant with a row for each place of a posting, and a detail with text, date and pay."""

from __future__ import annotations

import re
from typing import Any

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import rippling
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class RipplingSpider(AtsApiSpider):
    name = "rippling"
    homepage = "https://ats.rippling.com"
    allowed_domains = ["rippling.com"]
    terms = "the data behind public job boards; undocumented"
    tenant_url = re.compile(
        r"/board/([\w-]+)|ats\.rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?!api/|[a-z]{2}-[A-Z]{2}/)([\w-]+)"
    )
    detail_url = re.compile(r"/jobs/([0-9a-f-]{36})")
    list_url = "https://api.rippling.com/platform/api/ats/v1/board/{tenant}/jobs"
    layout = rippling.LAYOUT

    def rows(self, answer: Any) -> list[Any] | None:
        rows = super().rows(answer)
        if rows is None or any(not isinstance(row, dict) for row in rows):
            return None
        return rippling.merged(rows)

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        tenant = self.tenant_of(page.url)
        if not posting.url and posting.external_id and tenant:
            posting.url = f"{self.homepage}/{tenant}/jobs/{posting.external_id}"

    def detail_request(self, posting: JobPosting) -> Request | None:
        tenant = self.tenant_of(posting.url)
        return self.get(f"{self.list_url.format(tenant=tenant)}/{posting.external_id}") if tenant else None

    def listing_from_api(self, page: Page) -> Listing | None:
        return None if page.record.get("description") else super().listing_from_api(page)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return self.read(page.record, page) if page.record.get("description") else None
