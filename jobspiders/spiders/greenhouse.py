"""Greenhouse job boards: one document per tenant from the public Job Board API."""

from __future__ import annotations

import html
import re

from scrapy import Request

from jobspiders.bases.ats import AtsSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined

FIELDS = {
    "external_id": "id",
    "url": "absolute_url",
    "apply_url": "absolute_url",
    "requisition_id": "requisition_id",
    "title": "title",
    "company": "company_name",
    "location_text": "location.name",
    "date_posted": "first_published",
    "valid_through": "application_deadline",
}
PAY_NAME = re.compile(r"salary|\bpay\b|compensation|wage|\bbase\b", re.IGNORECASE)
NOT_PAY_NAME = re.compile(r"reward|referral|bonus|commission|equity|budget", re.IGNORECASE)


class GreenhouseSpider(AtsSpider):
    name = "greenhouse"
    homepage = "https://boards-api.greenhouse.io"
    allowed_domains = ["boards-api.greenhouse.io"]
    terms = "public API; robots.txt closes /embed/ only"
    tenant_url = re.compile(
        r"greenhouse\.io/(?:v1/boards/|embed/job_(?:board|app)\S*?[?&]for=)?(?!embed/)([\w-]+)"
    )
    detail_url = re.compile(r"/jobs/\d+(?:\?|$)|/embed/job\?")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(f"{self.homepage}/v1/boards/{scope.key}/jobs", content="true")

    def detail_request(self, posting: JobPosting) -> Request | None:
        # the list says all but the pay ranges, which cost a request for each posting: only when asked for
        if self.arguments.details is not True:
            return None
        url = f"{self.homepage}/v1/boards/{posting.scope}/jobs/{posting.external_id}"
        return self.get(url, pay_transparency="true")

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = page.record.get("jobs")
        if jobs is None and page.record.text("title") is None:
            groups = [*page.record.records("departments"), *page.record.records("offices")]
            jobs = [job for group in groups for job in group.items("jobs")] if groups else None
        return Listing(jobs, self.posting, last=True) if isinstance(jobs, list) else None

    def detail_from_api(self, page: Page) -> JobPosting | None:
        return self.posting(page.json) if page.record.text("title") else None

    def posting(self, row: object) -> JobPosting:
        job = Record(row)
        extra = {(field.text("name") or "").lower(): field for field in job.records("metadata")}
        posting = JobPosting(
            workplace_text=first(extra, "workplace type", "location type", "work arrangement"),
            employment_text=first(extra, "employment type", "time type", "worker sub-type"),
            salary=pay(job, extra),
            description_html=html.unescape(job.text("content") or "") or None,
            department=joined(*(group.text("name") for group in job.records("departments"))),
            tags=[name for office in job.records("offices") if (name := office.text("name"))],
            language=(job.text("language") or "")[:2].lower() or None,
            **job.fields(FIELDS),
        )
        posting.company = posting.company or self.tenant_of(posting.url)
        return posting


def first(extra: dict[str, Record], *names: str) -> str | None:
    """The value of the first metadata field that has one of these names."""
    return next((value for name in names if name in extra and (value := extra[name].text("value"))), None)


def pay(job: Record, extra: dict[str, Record]) -> Salary | None:
    """Pay as the board's transparency ranges or a currency range in metadata; 0 to 0 is a placeholder."""
    for pay_range in job.records("pay_input_ranges"):
        low, high = pay_range.number("min_cents"), pay_range.number("max_cents")
        if low and high:
            return Salary(low / 100, high / 100, pay_range.text("currency_type"), source="stated")
    for name, field in extra.items():
        low, high = field.number("value", "min_value"), field.number("value", "max_value")
        if low and high and PAY_NAME.search(name) and not NOT_PAY_NAME.search(name):
            return Salary(low, high, field.text("value", "unit"), source="stated")
    return None
