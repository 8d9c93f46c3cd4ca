"""Work at a Startup (Y Combinator): lists of postings inside its pages, and the JSON-LD of each posting's page."""

from __future__ import annotations

import html
import re

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.embedded import loads, walk
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.page import Page, attribute
from jobspiders.parsing.record import Record

FIELDS = {
    "external_id": "id",
    "url": "show_path|url|job_url",
    "title": "title",
    "company": "companyName|company_name|company.name",
    "location_text": "location|locations",
    "salary_text": "salary_range|salary",
    "employment_text": "job_type|type|jobType",
    "department": "role|roleType",
}


class WorkAtAStartupSpider(FeedSpider):
    name = "workatastartup"
    homepage = "https://www.workatastartup.com"
    allowed_domains = ["workatastartup.com", "ycombinator.com"]
    feed_url = "https://www.workatastartup.com/jobs"
    whole = False
    detail_url = re.compile(r"/jobs/\w+")

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url) if posting.url else None

    def listing_from_embedded(self, page: Page) -> Listing | None:
        data = attribute(page.first("[data-page]"), "data-page")
        if data is None:
            return None
        try:
            props = Record(loads(data)).record("props")
        except ValueError:
            return None
        found = [
            row for row in walk(props.value) if "title" in row and ("show_path" in row or "job_url" in row)
        ]
        company = props.text("company", "name")
        if not found and not any(isinstance(props.get(key), list) for key in ("jobs", "jobPostings")):
            found = [row for row in props.items("company", "jobs") if isinstance(row, dict)]
        return Listing(found, lambda row: self.posting(page, Record(row), company), last=True)

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        if not page.jsonld:
            return None
        posting = posting_from_jsonld(page.jsonld[0], page.url)
        posting.external_id = (
            posting.external_id or posting.url.rstrip("/").rsplit("/", 1)[-1].split("-", 1)[0]
        )
        return posting

    def posting(self, page: Page, row: Record, company: str | None) -> JobPosting:
        posting = JobPosting(**row.fields(FIELDS))
        posting.url = page.absolute(posting.url) or ""
        posting.company = posting.company or company
        posting.title = html.unescape(posting.title)
        return posting
