"""Ashby: one document per tenant from the posting API, and the data in its job pages. Tokens keep their case."""

from __future__ import annotations

import re
from typing import Any

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.page import Page
from jobspiders.parsing.pay import pay_in
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined

ADDRESS = {"city": "addressLocality", "region": "addressRegion", "country": "addressCountry"}
KIND = "compensationType"
PAY = {"min": "minValue", "max": "maxValue", "currency": "currencyCode", "unit": "interval"}


class AshbySpider(AtsApiSpider):
    name = "ashby"
    homepage = "https://jobs.ashbyhq.com"
    allowed_domains = ["ashbyhq.com"]
    terms = "public API; answers may be a minute old"
    tenant_url = re.compile(r"ashbyhq\.com/(?:posting-api/job-board/)?(?!api/|posting-api/)([^/?#\s]+)")
    tenant_form = re.compile(r"[^/?#\s:]+")
    detail_url = re.compile(r"ashbyhq\.com/[^/?#]+/([0-9a-f-]{36})")
    list_url = "https://api.ashbyhq.com/posting-api/job-board/{tenant}?includeCompensation=true"
    row_keys = ("jobs", "jobPostings")
    fields = {
        "external_id": "id",
        "url": "jobUrl|externalLink",
        "apply_url": "applyUrl|applyLink",
        "title": "title",
        "employment_text": "employmentType",
        "department": "department|departmentName",
        "team": "team|teamName",
        "workplace": "workplaceType",
        "salary_text": "compensation.compensationTierSummary|compensationTierSummary",
        "description_html": "descriptionHtml|descriptionPlain",
        "date_posted": "publishedAt|publishedDate",
        "valid_through": "applicationDeadline",
    }

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

    def is_open(self, job: Record) -> bool:
        return job.get("isListed") is not False

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        rows = [job, *job.records("secondaryLocations")]
        names = [row.text("location") or row.text("locationName") for row in rows]
        places = [place_in(row.record("address", "postalAddress"), ADDRESS) for row in rows]
        written = [Location(text=name) if name else None for name in names]
        posting.locations = distinct(place or text for place, text in zip(places, written, strict=True))
        posting.location_text = joined(*names, separator="; ")
        if posting.workplace is None and job.get("isRemote") is True:
            posting.workplace = "remote"
        if not posting.url and posting.external_id:
            posting.url = f"{self.homepage}/{self.tenant_of(page.url) or ''}/{posting.external_id}"
        pay = job.record("compensation")
        tiers = [part for tier in pay.records("compensationTiers") for part in tier.records("components")]
        parts = [part for part in [*pay.records("summaryComponents"), *tiers] if part.text(KIND) == "Salary"]
        posting.salary = next((found for part in parts if (found := pay_in(part, PAY))), None)
