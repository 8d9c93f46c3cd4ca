"""Personio: a tenant's positions in one XML document; the page of a position whose text is in no English."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined
from jobspiders.parsing.sections import sections
from jobspiders.parsing.xml import as_value, elements, local_name, xml_root


class PersonioSpider(AtsApiSpider):
    name = "personio"
    homepage = "https://www.personio.com"
    allowed_domains = ["personio.de", "personio.com"]
    terms = "public XML feed; some tenants switch it off"
    tenant_url = re.compile(r"//([\w-]+(?=\.jobs\.personio\.de)|[\w-]+\.jobs\.personio\.com)")
    detail_url = re.compile(r"personio\.(?:de|com)/job/(\d+)")
    list_url = "https://{host}/xml?language=en"
    host_suffix = ".jobs.personio.de"
    fields = {
        "external_id": "id",
        "title": "name",
        "company": "subcompany",
        "department": "department",
        "team": "recruitingCategory",
        "tags": "seniority|yearsOfExperience|occupation|occupationCategory",
        "date_posted": "createdAt",
    }

    def listing_from_api(self, page: Page) -> Listing | None:
        root = xml_root(page.body) if b"workzag-jobs" in page.body or b"<position" in page.body else None
        if root is None or local_name(root) not in ("workzag-jobs", "position"):
            return super().listing_from_api(page)
        rows = [as_value(position) for position in elements(root, "position")]
        return Listing(rows, lambda row: self.read(Record(row), page), last=True)

    def detail_request(self, posting: JobPosting) -> Request | None:
        return None if posting.description_html else self.get(posting.url)

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        return self.posting_of_jsonld(page.jsonld[0], page) if page.jsonld else None

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        more = job.get("additionalOffices", "office")
        offices = [job.text("office"), *Record([more]).texts(0)]
        posting.locations = [Location(text=office) for office in dict.fromkeys(offices) if office]
        posting.employment_text = joined(job.text("employmentType"), job.text("schedule"))
        posting.tags += [word.strip() for word in (job.text("keywords") or "").split(",") if word.strip()]
        parts = job.get("jobDescriptions", "jobDescription")
        parts = [Record(part) for part in (parts if isinstance(parts, list) else [parts])]
        posting.description_html = sections(*((part.text("name"), part.text("value")) for part in parts))
        posting.url = f"/job/{posting.external_id}"
