"""Teamtailor: a JSON Feed per tenant, in pages, whose items carry schema.org JobPosting; RSS where it is not."""

from __future__ import annotations

import re
from typing import Any

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import teamtailor
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

RSS = "https://{host}/jobs.rss?per_page=200"


class TeamtailorSpider(AtsApiSpider):
    name = "teamtailor"
    homepage = "https://www.teamtailor.com"
    allowed_domains = ["teamtailor.com"]
    terms = "public feeds of each career site"
    paged = True
    tenant_url = re.compile(r"//(?!www\.|api\.|app\.|docs\.)([\w-]+(?:\.na)?)\.teamtailor\.com")
    detail_url = teamtailor.KEY
    list_url = "https://{host}/jobs.json"
    host_suffix = ".teamtailor.com"
    layout = teamtailor.LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.tenant_request(position.cursor or self.list_url, scope.key)

    def other_list(self, page: Page, tenant: str) -> Request | None:
        gone = page.status in (404, 406, 410) and "/jobs.json" in page.url
        return self.tenant_request(RSS, tenant) if gone else None

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            listing.cursor = page.absolute(page.record.text("next_url"))
            listing.last = listing.cursor is None
            return listing
        rows = teamtailor.rss_rows(page)
        if rows is None:
            return None
        return Listing(
            rows,
            lambda row: self.read(Record(row), page),
            last=True,
            partial=len(rows) >= 200,
            around=self.around(page),
        )

    def around(self, page: Page) -> Any:
        return [*super().around(page), page.record.text("title")]

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.company = posting.company or page.record.text("title")
