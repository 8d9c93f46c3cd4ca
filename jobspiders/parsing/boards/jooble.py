"""What Jooble says of a posting, and where."""

from __future__ import annotations

from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, local_name, xml_root

JOB = {
    "external_id": "guid|referencenumber|id",
    "url": "url|link",
    "title": "title",
    "company": "company",
    "location_text": "region.city|region.state|location",
    "salary_text": "salary",
    "salary.min": "salary.min",
    "salary.max": "salary.max",
    "salary.currency": "salary.currency|currency",
    "salary.unit": "salary.rate",
    "employment_text": "jobtype|type",
    "description_html": "description|snippet",
    "date_posted": "date_updated|updated",
    "valid_through": "date_expired",
}
PLACE = {"text": "region.city|region.state", "country": "region.country"}


def jobs(page: Page) -> list[Any] | None:
    """The jobs of an answer of the API or of a feed."""
    found = page.record.get("jobs")
    if isinstance(found, list):
        return found
    root = xml_root(page.body)
    if root is None or local_name(root) not in ("jobs", "source", "job"):
        return None
    return [as_value(job) for job in elements(root, "job")]


def posting_from_job(job: Record) -> JobPosting:
    """The posting of a job of the feed or of an answer of the API."""
    posting = mapped_posting(job, JOB)
    posting.locations = distinct([place_in(job, PLACE)])
    return posting
