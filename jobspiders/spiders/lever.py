"""Lever: a tenant's postings with everything they say, in pages; the EU host's tenants are ``eu:TOKEN``."""

from __future__ import annotations

import re

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.page import Page, node_fields
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

LIMIT = 100
#: A posting in the list that a tenant's page shows; its categories end in what sets them apart.
CARD = {
    "title": "[data-qa=posting-name], h5",
    "url": "a.posting-title@href",
    "location_text": ".location",
    "employment_text": ".commitment",
    "workplace_text": ".workplaceTypes",
}


class LeverSpider(AtsApiSpider):
    name = "lever"
    homepage = "https://api.lever.co"
    allowed_domains = ["lever.co"]
    terms = "public API; robots.txt asks for a second between requests"
    paged = True
    tenant_url = re.compile(r"(?:jobs|api)\.(eu\.)?lever\.co/(?:v\d/postings/)?([\w.%-]+)")
    tenant_form = re.compile(r"(?:eu:)?[\w.%-]+")
    detail_url = re.compile(r"lever\.co/(?:v\d/postings/)?[^/?#]+/([0-9a-f-]{36})")
    fields = {
        "external_id": "id",
        "url": "hostedUrl|urls.show",
        "apply_url": "applyUrl|urls.apply",
        "requisition_id": "reqCode|requisitionCodes.0",
        "title": "text",
        "employment_text": "categories.commitment",
        "department": "categories.department",
        "team": "categories.team",
        "tags": "categories.level",
        "workplace": "workplaceType",
        "salary_text": "salaryDescriptionPlain",
        "salary.min": "salaryRange.min",
        "salary.max": "salaryRange.max",
        "salary.currency": "salaryRange.currency",
        "salary.unit": "salaryRange.interval",
        "date_posted": "createdAt",
    }

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
            listing.last = listing.last or len(listing.rows) < LIMIT
        return listing

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.html.css("div.posting:has(a.posting-title)")
        return Listing(cards, lambda card: self.posting_of_card(page, card), last=True) if cards else None

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting:
        found = {name: text.rstrip(" /—–") for name, text in node_fields(card, CARD).items()}
        posting = JobPosting(**found)
        posting.url = page.absolute(posting.url) or ""
        posting.external_id = self.key_of(posting.url) or ""
        posting.company = self.company_of(posting.url)
        posting.workplace = workplace_of(posting.workplace_text)
        return posting

    def is_not_found(self, page: Page) -> bool:
        return page.record.get("ok") is False and "not found" in (page.record.text("error") or "").lower()

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        main, country = job.text("categories", "location"), job.text("country")
        places = dict.fromkeys([main or country, *job.texts("categories", "allLocations")])
        first = main or country
        posting.locations = [
            Location(text, country=country if text == first else None) for text in places if text
        ]
        opening = job.text("description") or job.text("descriptionBody") or job.text("descriptionPlain")
        lists = [(part.text("text"), f"<ul>{part.text('content')}</ul>") for part in job.records("lists")]
        closing = [(None, job.text(key)) for key in ("salaryDescription", "additional")]
        posting.description_html = sections((None, opening), *lists, *closing)
