"""Rippling: one list per tenant with a row for each place of a posting, and a detail with text, date and pay."""

from __future__ import annotations

import re
from typing import Any

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting, Location, Salary
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.page import Page
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections


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
    row_keys = ("items",)
    fields = {
        "external_id": "uuid|id",
        "url": "url",
        "title": "name",
        "company": "companyName",
        "employment_text": "employmentType.id|employmentType.label|employmentType",
        "department": "department.label|department.name|department",
        "language": "language",
        "date_posted": "createdOn",
    }
    place = {
        "city": "city",
        "region": "state",
        "country": "country",
        "country_code": "countryCode",
        "name": "name|label",
    }
    place_keys = ("workLocation", "locations")

    def rows(self, answer: Any) -> list[Any] | None:
        """Rows of one posting as one, with all their places."""
        rows = super().rows(answer)
        found: dict[str | int, dict[str, Any]] = {}
        for place, job in enumerate(Record(row) for row in rows or () if isinstance(row, dict)):
            key = job.text("uuid") or job.text("id") or place
            if key in found:
                found[key]["locations"] = [*Record(found[key]).items("locations"), job.get("workLocation")]
            else:
                found[key] = dict(job.value)
        return None if rows is None else list(found.values())

    def detail_request(self, posting: JobPosting) -> Request | None:
        tenant = self.tenant_of(posting.url)
        return self.get(f"{self.list_url.format(tenant=tenant)}/{posting.external_id}") if tenant else None

    def listing_from_api(self, page: Page) -> Listing | None:
        return None if page.record.get("description") else super().listing_from_api(page)

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return self.read(page.record, page) if page.record.get("description") else None

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        named = [Location(text=name) for name in job.texts("workLocations")]
        posting.locations = distinct([*posting.locations, *named])
        kinds = {place.text("workplaceType") for place in job.records("locations")}
        posting.workplace = workplace_of(kinds.pop()) if len(kinds) == 1 else None
        parts = ((None, job.text("description", name)) for name in ("company", "role"))
        posting.description_html = sections(*parts) or job.text("description")
        posting.salary = pay(list(job.records("payRangeDetails")))


def pay(ranges: list[Record]) -> Salary | None:
    """The span of the ranges that are in the currency and for the period of the first."""
    first = ranges[0] if ranges else Record(None)
    currency, period = first.text("currency"), first.text("frequency")
    alike = [each for each in ranges if (each.text("currency"), each.text("frequency")) == (currency, period)]
    figures = [number for each in alike for key in ("rangeStart", "rangeEnd") if (number := each.number(key))]
    return stated_pay(min(figures), max(figures), currency, period) if figures else None
