"""Work at a Startup (Y Combinator): lists of postings inside its pages, and the JSON-LD of each posting's page."""

from __future__ import annotations

import html
import re

from scrapy import Request

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.embedded import loads
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page, attribute
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
        rows = next(
            (rows for key in ("jobPostings", "jobs") if isinstance(rows := props.get(key), list)), None
        )
        return (
            Listing(rows, lambda row: self.posting(page, Record(row)), last=True)
            if rows is not None
            else None
        )

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        if not page.jsonld:
            return None
        posting = posting_from_jsonld(page.jsonld[0], page.url)
        posting.external_id = (
            posting.external_id or posting.url.rstrip("/").rsplit("/", 1)[-1].split("-", 1)[0]
        )
        return posting

    def posting(self, page: Page, row: Record) -> JobPosting:
        posting = mapped_posting(row, FIELDS)
        posting.url = page.absolute(posting.url) or ""
        posting.title = html.unescape(posting.title)
        posting.raw = {
            key: value for key, value in (row.value or {}).items() if key not in ("hiringManager", "founders")
        }
        return posting
