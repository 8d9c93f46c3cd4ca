"""What Work at a Startup says of a posting, and where."""

from __future__ import annotations

import html
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.embedded import loads
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute
from jobspiders.parsing.record import Record

FIELDS = {
    "external_id": "id",
    "url": "url|show_path",
    "title": "title",
    "company": "companyName|company_name",
    "company_logo": "companyLogoUrl",
    "location_text": "location",
    "salary_text": "salaryRange|salary_range",
    "employment_text": "type|job_type",
    "department": "prettyRole|role",
    "tags": "skills",
}


def rows(page: Page) -> list[Any] | None:
    """The rows of the list that a page carries for its scripts."""
    data = attribute(page.first("[data-page]"), "data-page")
    try:
        props = Record(loads(data) if data is not None else None).record("props")
    except ValueError:
        return None
    return next((rows for key in ("jobPostings", "jobs") if isinstance(rows := props.get(key), list)), None)


def posting_from_page(page: Page) -> JobPosting | None:
    """The posting of a page of its own, by its JSON-LD."""
    if not page.jsonld:
        return None
    posting = posting_from_jsonld(page.jsonld[0], page.url)
    last_part = posting.url.rstrip("/").rsplit("/", 1)[-1]
    posting.external_id = posting.external_id or last_part.split("-", 1)[0]
    return posting


def posting_from_row(row: Record, page: Page) -> JobPosting:
    """The posting of a row, kept without the people that it names."""
    posting = mapped_posting(row, FIELDS)
    posting.url = page.absolute(posting.url) or ""
    posting.title = html.unescape(posting.title)
    posting.raw = {
        key: value for key, value in (row.value or {}).items() if key not in ("hiringManager", "founders")
    }
    return posting
