"""BambooHR: one list per tenant, and a detail of each posting with text, date and pay."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Gone, Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class BambooHrSpider(AtsApiSpider):
    name = "bamboohr"
    homepage = "https://www.bamboohr.com"
    allowed_domains = ["bamboohr.com"]
    terms = "the data behind public career pages; undocumented"
    tenant_url = re.compile(r"//(?!www\.|api\.|help\.|documentation\.)([\w-]+)\.bamboohr\.com")
    detail_url = re.compile(r"/(?:careers|jobs)/(?:view\.php\?id=)?(\d+)")
    list_url = "https://{host}/careers/list"
    host_suffix = ".bamboohr.com"
    row_keys = ("result",)
    fields = {
        "external_id": "id",
        "url": "jobOpeningShareUrl",
        "title": "jobOpeningName",
        "employment_text": "employmentStatusLabel|employmentType",
        "department": "departmentLabel",
        "tags": "minimumExperience",
        "salary_text": "compensation",
        "description_html": "description",
        "date_posted": "datePosted",
    }
    place = {"city": "city", "region": "state|province", "country": "country|addressCountry"}
    place_keys = ("location", "atsLocation")

    def detail_request(self, posting: JobPosting) -> Request:
        return self.get(f"{posting.url}/detail")

    def detail_from_api(self, page: Page) -> JobPosting | Gone | None:
        job = page.record.record("result", "jobOpening")
        if job.text("jobOpeningStatus") not in (None, "Open"):
            return Gone(f"the opening is {job.text('jobOpeningStatus')}")
        return self.read(job, page) if job.text("jobOpeningName") else None

    def listing_from_api(self, page: Page) -> Listing | None:
        return None if page.record.record("result") else super().listing_from_api(page)

    def is_not_found(self, page: Page) -> bool:
        title = page.text_of("title") if page.json is None and not page.jsonld else None
        return "bamboohr" in (title or "").lower()

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = posting.external_id or self.key_of(posting.url) or self.key_of(page.url) or ""
        posting.url = posting.url or f"/careers/{posting.external_id}"
        if job.boolean("isRemote"):
            posting.workplace = "remote"
        elif job.text("locationType") == "0":
            posting.workplace = "onsite"
