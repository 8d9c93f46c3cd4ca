"""Lever: a tenant's postings with everything they say, in pages; the EU host's tenants are ``eu:TOKEN``."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_pages import AtsPagesSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location, Salary
from jobspiders.parsing.enumerated import pay_period, workplace_of
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined, rows_in

LIMIT = 100
FIELDS = {
    "external_id": "id",
    "url": "hostedUrl",
    "apply_url": "applyUrl",
    "requisition_id": "reqCode|requisitionCodes.0",
    "title": "text",
    "employment_text": "categories.commitment",
    "department": "categories.department",
    "team": "categories.team",
    "salary_text": "salaryDescriptionPlain",
    "date_posted": "createdAt",
}


class LeverSpider(AtsPagesSpider):
    name = "lever"
    homepage = "https://api.lever.co"
    allowed_domains = ["lever.co"]
    terms = "public API; robots.txt asks for a second between requests"
    paged = True
    tenant_url = re.compile(r"(?:jobs|api)\.(eu\.)?lever\.co/(?:v\d/postings/)?([\w.%-]+)")
    tenant_form = re.compile(r"(?:eu:)?[\w.%-]+")
    detail_url = re.compile(r"lever\.co/(?:v\d/postings/)?[^/?#]+/([0-9a-f-]{36})")

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        match = cls.tenant_url.search(url)
        return f"{'eu:' if match[1] else ''}{match[2]}" if match else None

    def listing_request(self, scope: Scope, position: Position) -> Request:
        region, _, token = scope.key.rpartition(":")
        host = f"api.{region}.lever.co" if region else "api.lever.co"
        url = f"https://{host}/v0/postings/{token}"
        return self.get(url, mode="json", skip=position.offset, limit=LIMIT)

    def listing_from_api(self, page: Page) -> Listing | None:
        single = [page.json] if page.record.text("text") and page.record.text("id") else None
        rows = single or rows_in(page.json, "data", "postings")
        return None if rows is None else Listing(rows, self.posting, last=len(rows) < LIMIT)

    def is_not_found(self, page: Page) -> bool:
        return page.record.get("ok") is False and "not found" in (page.record.text("error") or "").lower()

    def posting(self, row: object) -> JobPosting:
        job = Record(row)
        main = job.text("categories", "location")
        places = list(dict.fromkeys([*([main] if main else []), *job.texts("categories", "allLocations")]))
        country = job.text("country")
        posting = JobPosting(
            workplace=workplace_of(job.text("workplaceType")),
            location_text=joined(*places, separator="; ") or country,
            locations=[Location(text=place, country=country if place == main else None) for place in places],
            salary=pay(job.record("salaryRange")),
            description_html=description(job),
            tags=job.texts("categories", "level"),
            **job.fields(FIELDS),
        )
        posting.company = (self.tenant_of(posting.url) or "").removeprefix("eu:") or None
        return posting


def description(job: Record) -> str | None:
    """All parts of the text in the order of the page; list items come without the list around them."""
    parts = [
        f"<h3>{part.text('text') or ''}</h3><ul>{part.text('content') or ''}</ul>"
        for part in job.records("lists")
    ]
    opening = job.text("description") or job.text("descriptionBody") or job.text("descriptionPlain")
    return joined(opening, *parts, job.text("salaryDescription"), job.text("additional"), separator="\n")


def pay(given: Record) -> Salary | None:
    """Pay as the field ``salaryRange`` states it."""
    unit, times = pay_period(given.text("interval"))
    low, high = given.number("min"), given.number("max")
    if not (low or high):
        return None
    low, high = (low or high or 0) * times, (high or low or 0) * times
    return Salary(low, high, given.text("currency"), unit, source="stated")
