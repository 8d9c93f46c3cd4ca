"""Teamtailor: a JSON Feed per tenant, in pages, whose items carry schema.org JobPosting; RSS where it is not."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.merging import completed
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, local_name, xml_root

RSS = "https://{host}/jobs.rss?per_page=200"


class TeamtailorSpider(AtsApiSpider):
    name = "teamtailor"
    homepage = "https://www.teamtailor.com"
    allowed_domains = ["teamtailor.com"]
    terms = "public feeds of each career site"
    paged = True
    tenant_url = re.compile(r"//(?!www\.|api\.|app\.|docs\.)([\w-]+(?:\.na)?)\.teamtailor\.com")
    detail_url = re.compile(r"/jobs/(\d+)")
    list_url = "https://{host}/jobs.json"
    host_suffix = ".teamtailor.com"
    row_keys = ("items",)
    fields = {
        "external_id": "id|guid",
        "url": "url|link|links.careersite-job-url",
        "title": "title|attributes.title",
        "company": "company_name",
        "description_html": "content_html|description|attributes.body",
        "workplace": "remoteStatus",
        "department": "department",
        "team": "role",
        "date_posted": "date_published|pubDate|attributes.created-at",
    }
    place = {"city": "city", "country": "country", "name": "name"}

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.tenant_request(position.cursor or self.list_url, scope.key)

    def other_list(self, page: Page, tenant: str) -> Request | None:
        gone = page.status in (404, 406, 410) and "/jobs.json" in page.url
        return self.tenant_request(RSS, tenant) if gone else None

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            listing.cursor = page.absolute(page.record.text("next_url"))
            listing.last = listing.cursor is None
            return listing
        root = xml_root(page.body) if b"<rss" in page.body[:500] else None
        if root is None or local_name(root) != "rss":
            return None
        title = next((as_value(each) for each in elements(root, "title")), None)
        rows = [{"company_name": title, **as_value(item)} for item in elements(root, "item") if len(item)]
        return Listing(rows, lambda row: self.read(Record(row), page), last=True, partial=len(rows) >= 200)

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = self.key_of(posting.url) or posting.external_id
        found = job.get("locations", "location")
        places = found if isinstance(found, list) else [found]
        posting.locations = self.located([Record(place) for place in places])
        if job.record("_jobposting"):
            completed(posting, posting_from_jsonld(job.record("_jobposting"), posting.url))
            posting.raw, posting.source = job.value, None
        posting.company = posting.company or page.record.text("title")
