"""Ashby: one document per tenant from the posting API, and the data in its job pages. Tokens keep their case."""

from __future__ import annotations

import re
from typing import Any

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import ashby
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class AshbySpider(AtsApiSpider):
    name = "ashby"
    homepage = "https://jobs.ashbyhq.com"
    allowed_domains = ["ashbyhq.com"]
    terms = "public API; answers may be a minute old"
    tenant_url = re.compile(r"ashbyhq\.com/(?:posting-api/job-board/)?(?!api/|posting-api/)([^/?#\s]+)")
    tenant_form = re.compile(r"[^/?#\s:]+")
    detail_url = re.compile(r"ashbyhq\.com/[^/?#]+/([0-9a-f-]{36})")
    list_url = "https://api.ashbyhq.com/posting-api/job-board/{tenant}?includeCompensation=true"
    layout = ashby.LAYOUT

    def listing_from_embedded(self, page: Page) -> Listing | None:
        data = page.assigned("window.__appData")
        rows = self.rows(data.get("jobBoard") or data.get("posting"))
        name = data.text("organization", "name")
        return None if rows is None else Listing(rows, lambda row: self.named(row, page, name), last=True)

    def named(self, row: Any, page: Page, company: str | None) -> JobPosting | None:
        posting = self.read(Record(row), page)
        if posting is not None:
            posting.company = company or posting.company
        return posting

    def is_not_found(self, page: Page) -> bool:
        data = page.assigned("window.__appData") if page.json is None else Record(None)
        return bool(data) and not (data.get("organization") or data.get("jobBoard") or data.get("posting"))

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        if not posting.url and posting.external_id:
            posting.url = f"{self.homepage}/{self.tenant_of(page.url) or ''}/{posting.external_id}"
