"""iCIMS: classic portals (HTML lists, JSON-LD in each posting's page) and Jibe fronts (JSON) of the same postings.

A tenant is the first part of a portal's host on icims.com, or the host of a Jibe front.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import icims
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

LIMIT = 100


class IcimsSpider(AtsApiSpider):
    name = "icims"
    homepage = "https://www.icims.com"
    allowed_domains = ["icims.com", "jibeapply.com"]
    terms = "public career portals; robots.txt differs by portal"
    paged = True
    tenant_url = re.compile(
        r"//(?!www\.)([\w-]+)\.icims\.com|//([\w.-]+\.jibeapply\.com|[\w.-]+(?=/api/jobs))"
    )
    detail_url = icims.JOB
    layout = icims.LAYOUT

    @classmethod
    def company_token(cls, token: str) -> str:
        return re.sub(r"^\w*(?:careers|jobs)-", "", super().company_token(token))

    def listing_request(self, scope: Scope, position: Position) -> Request:
        if "." in scope.key:
            url = f"https://{scope.key}/api/jobs"
            request = self.get(url, page=position.page, limit=LIMIT, sortBy="relevance", internal="false")
            return request.replace(meta={"allow_offsite": True})
        url = f"https://{scope.key}.icims.com/jobs/search"
        return self.get(url, ss=1, in_iframe=1, pr=position.page - 1)

    def rows(self, answer: Any) -> list[Any] | None:
        """The jobs of a Jibe answer, each taken out of the ``data`` around it."""
        rows = super().rows(answer)
        return None if rows is None else [Record(row).get("data") or row for row in rows]

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            listing.total = page.record.integer("totalCount")
        return listing

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = icims.cards(page)
        if cards is None:
            return None
        return Listing(cards, lambda card: self.posting_of_card(card, page), last=icims.is_last(page))

    def posting_of_card(self, card: LexborNode, page: Page) -> JobPosting:
        posting = icims.posting_from_card(card, page)
        posting.company = self.company_of(page.url) or self.company_of(posting.url)
        return posting

    def detail_request(self, posting: JobPosting) -> Request | None:
        ours = (urlsplit(posting.url).hostname or "").endswith(".icims.com")
        return self.get(posting.url, in_iframe=1) if ours and posting.source == "html" else None

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        if not page.jsonld:
            return None
        posting = self.posting_of_jsonld(page.jsonld[0], page)
        posting.url = icims.without_query(posting.url)
        return posting
