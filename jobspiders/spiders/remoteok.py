"""Remote OK: the public API (one array whose first element is a legal notice) and the HTML rows."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.jsonld import job_postings
from jobspiders.parsing.page import Page, attribute
from jobspiders.parsing.record import Record

#: Every description asks applicants for a code word against robots; it is no part of the posting.
HONEYPOT = re.compile(r"(?:<br\s*/?>\s*)*Please mention the word \*\*.*", re.DOTALL)


class RemoteOkSpider(FeedSpider):
    name = "remoteok"
    homepage = "https://remoteok.com"
    allowed_domains = ["remoteok.com"]
    terms = "API use requires a followed link back to the posting's Remote OK address"
    feed_url = "https://remoteok.com/api"
    whole = False

    def listing_from_api(self, page: Page) -> Listing | None:
        if not isinstance(page.json, list):
            return None
        notice = next((text for row in page.json if (text := Record(row).text("legal"))), None)
        jobs = [row for row in page.json if not Record(row).get("legal")]
        return Listing(jobs, lambda row: self.posting(Record(row), notice), last=True)

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        rows = [row for row in page.html.css("tr.job[data-id]") if "ld+json" in (row.html or "")]
        return Listing(rows, lambda row: self.posting_of_row(page, row), last=True) if rows else None

    def posting(self, job: Record, notice: str | None) -> JobPosting:
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

    def posting_of_row(self, page: Page, row: LexborNode) -> JobPosting | None:
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
