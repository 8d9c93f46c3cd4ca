"""Bundesagentur für Arbeit: Germany's public job search, in the answers of its fourth and sixth version."""

from __future__ import annotations

import base64

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import arbeitsagentur
from jobspiders.parsing.page import Page


class ArbeitsagenturSpider(JsonFeedSpider):
    name = "arbeitsagentur"
    homepage = "https://rest.arbeitsagentur.de"
    home_country = "DE"
    allowed_domains = ["rest.arbeitsagentur.de"]
    terms = "key needed; the paths changed in August 2026"
    required_settings = {"ARBEITSAGENTUR_API_KEY": "the key that the agency gave you for its job search"}
    native_filters = frozenset({"query", "location", "posted_within_hours"})
    paged = True
    whole = False
    layout = arbeitsagentur.LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        request = self.get(
            f"{self.homepage}/jobboerse/jobsuche-service/pc/v4/jobs",
            was=self.arguments.query,
            wo=self.arguments.location,
            veroeffentlichtseit=self.arguments.days(),
            page=position.page,
            size=100,
        )
        return request.replace(headers=self.key_header())

    def detail_request(self, posting: JobPosting) -> Request | None:
        code = base64.b64encode(posting.external_id.encode()).decode()
        request = self.get(f"{self.homepage}/jobboerse/jobsuche-service/pc/v4/jobdetails/{code}")
        return request.replace(headers=self.key_header())

    def key_header(self) -> dict[str, str]:
        """The header that carries one's own key."""
        return {"X-API-Key": self.keys.get("ARBEITSAGENTUR_API_KEY", "")}

    def detail_from_api(self, page: Page) -> JobPosting | None:
        said = page.record.text("stellenangebotsTitel") or page.record.text("titel")
        return self.layout.posting(page.record) if said else None
