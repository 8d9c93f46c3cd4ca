"""Lever: a tenant's postings with everything they say, in pages; the EU host's tenants are ``eu:TOKEN``."""

from __future__ import annotations

import re

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import lever
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

LIMIT = 100


class LeverSpider(AtsApiSpider):
    name = "lever"
    homepage = "https://api.lever.co"
    allowed_domains = ["lever.co"]
    terms = "public API; robots.txt asks for a second between requests"
    paged = True
    tenant_url = re.compile(r"(?:jobs|api)\.(eu\.)?lever\.co/(?:v\d/postings/)?([\w.%-]+)")
    tenant_form = re.compile(r"(?:eu:)?[\w.%-]+")
    detail_url = re.compile(r"lever\.co/(?:v\d/postings/)?[^/?#]+/([0-9a-f-]{36})")
    layout = lever.LAYOUT

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        match = cls.tenant_url.search(url)
        return f"{'eu:' if match[1] else ''}{match[2]}" if match else None

    def listing_request(self, scope: Scope, position: Position) -> Request:
        region, _, token = scope.key.rpartition(":")
        host = f"api.{region}.lever.co" if region else "api.lever.co"
        return self.get(f"https://{host}/v0/postings/{token}", mode="json", skip=position.offset, limit=LIMIT)

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            # an empty page may be a fault: a short one is the end
            listing.last = listing.last or (len(listing.rows) < LIMIT if listing.rows else None)
        return listing

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        tenant = self.tenant_of(page.url)
        if not posting.url and posting.external_id and tenant:
            region, _, token = tenant.rpartition(":")
            posting.url = (
                f"https://jobs.{region}{'.' if region else ''}lever.co/{token}/{posting.external_id}"
            )

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.html.css(lever.CARDS)
        return Listing(cards, lambda card: self.posting_of_card(card, page), last=True) if cards else None

    def posting_of_card(self, card: LexborNode, page: Page) -> JobPosting:
        posting = lever.posting_from_card(card, page)
        posting.external_id = self.key_of(posting.url) or ""
        posting.company = self.company_of(posting.url)
        return posting

    def is_not_found(self, page: Page) -> bool:
        return page.record.get("ok") is False and "not found" in (page.record.text("error") or "").lower()
