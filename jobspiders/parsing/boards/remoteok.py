"""What Remote OK says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.jsonld import job_postings
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute
from jobspiders.parsing.record import Record

#: Every description asks applicants for a code word against robots; it is no part of the posting.
HONEYPOT = re.compile(r"(?:<br\s*/?>\s*)*Please mention the word \*\*.*", re.DOTALL)


def posting_from_job(job: Record, notice: str | None) -> JobPosting:
    """The posting of an element of the API; ``notice`` is the legal notice that goes with it."""
    low, high = job.number("salary_min") or 0, job.number("salary_max") or 0
    return JobPosting(
        external_id=job.text("id") or "",
        url=job.text("url") or "",
        apply_url=job.text("apply_url"),
        title=job.text("position") or "",
        company=job.text("company"),
        company_logo=job.text("company_logo") or job.text("logo"),
        location_text=job.text("location"),
        # the unlabelled figures are mostly, not always, US dollars a year: neither is stated
        salary=Salary(low or high, high or low, source="stated") if low or high else None,
        description_html=HONEYPOT.sub("", job.text("description") or "") or None,
        date_posted=job.text("date") or job.number("epoch"),
        tags=job.texts("tags"),
        workplace="remote",
        raw={**job.value, "legal": notice} if notice and job else job.value,
    )


def posting_from_row(row: LexborNode, page: Page) -> JobPosting | None:
    """The posting of a row of the HTML list by the JSON-LD in it."""
    found = next(job_postings(row.html or ""), None)
    if found is None:
        return None
    posting = posting_from_jsonld(Record(found), page.url)
    posting.external_id = attribute(row, "data-id") or ""
    posting.url = page.absolute(attribute(row, "data-url") or attribute(row, "data-href")) or ""
    # the rows give every posting a US dollar range of the board's own making
    if posting.salary is not None:
        posting.salary.source = "estimated"
    return posting
