"""What Greenhouse says of a posting, and where."""

from __future__ import annotations

import re
from typing import Any

from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.entities import unescape
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
#: A posting's number in an address, on Greenhouse's own hosts or, as a parameter, on a company's.
KEY = re.compile(
    r"greenhouse\.io/(?:v1/boards/)?[\w-]+/jobs/(\d+)|[?&]gh_jid=(\d+)|/embed/job\?[^#]*?\bid=(\d+)"
    r"|/embed/job_app\?[^#]*?\btoken=(\d+)"
)
PAY_NAME = re.compile(r"salary|\bpay\b|compensation|wage|\bbase\b", re.IGNORECASE)
NOT_PAY_NAME = re.compile(r"reward|referral|bonus|commission|equity|budget", re.IGNORECASE)


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
        if not field.record("value"):
            continue
        low, high = field.number("value", "min_value"), field.number("value", "max_value")
        if low and high and PAY_NAME.search(name) and not NOT_PAY_NAME.search(name):
            return Salary(low, high, field.text("value", "unit"), source="stated")
    return None


def jobs(page: Page) -> list[Any] | None:
    """The jobs of a tenant's document, also of one that has them under departments or offices."""
    found = page.record.get("jobs")
    if found is None and page.record.text("title") is None:
        groups = [*page.record.records("departments"), *page.record.records("offices")]
        groups = [group for group in groups if isinstance(group.get("jobs"), list)]
        found = [job for group in groups for job in group.items("jobs")] if groups else None
    return found if isinstance(found, list) else None


def shown_jobs(page: Page) -> list[Any]:
    """The jobs that a page has for its scripts, in the shape that the documents have."""
    found = {}
    for job in page.objects("absolute_url") if page.json is None else ():
        if job.text("title") and job.text("id"):
            place = job.text("location")
            shown = {"location": {"name": place}} if place else {}
            group = [job.get("department")] if job.record("department") else job.get("departments")
            dates = {"first_published": job.text("first_published") or job.text("published_at")}
            found[job.text("id")] = {**job.value, **shown, **dates, "departments": group}
    return list(found.values())


def posting_from_job(row: object) -> JobPosting:
    """The posting of a job in the list or in a detail, which only adds the pay ranges."""
    job = Record(row)
    extra = {(field.text("name") or "").lower(): field for field in job.records("metadata")}
    return JobPosting(
        workplace_text=first(extra, "workplace type", "location type", "work arrangement"),
        employment_text=first(extra, "employment type", "time type", "worker sub-type"),
        salary=pay(job, extra),
        description_html=unescape(job.text("content") or "") or None,
        department=joined(*(group.text("name") for group in job.records("departments"))),
        tags=[name for office in job.records("offices") if (name := office.text("name"))],
        language=(job.text("language") or "")[:2].lower() or None,
        **job.fields(FIELDS),
    )
