"""Pinpoint: all postings of a tenant in one document, with stated pay and no date."""

from __future__ import annotations

import re

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


class PinpointSpider(AtsApiSpider):
    name = "pinpoint"
    homepage = "https://www.pinpointhq.com"
    allowed_domains = ["pinpointhq.com"]
    terms = "public document of each career site"
    tenant_url = re.compile(r"//(?!www\.|app\.|api\.|developers\.)([\w-]+)\.pinpointhq\.com")
    detail_url = re.compile(r"/postings/([0-9a-f-]{36})")
    list_url = "https://{host}/postings.json"
    host_suffix = ".pinpointhq.com"
    row_keys = ("data",)
    fields = {
        "external_id": "id",
        "url": "url|path",
        "requisition_id": "job.requisition_id",
        "title": "title",
        "employment_text": "employment_type_text|employment_type",
        "department": "job.department.name",
        "team": "job.division.name",
        "workplace": "workplace_type|workplace_type_text",
        "workplace_text": "workplace_type_text",
        "salary_text": "compensation",
        "salary.min": "compensation_minimum",
        "salary.max": "compensation_maximum",
        "salary.currency": "compensation_currency",
        "salary.unit": "compensation_frequency",
        "date_posted": "published_at|created_at",
        "valid_through": "deadline_at",
    }
    place = {"city": "city", "region": "province", "country": "country", "name": "name"}
    place_keys = ("location", "locations")

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = self.key_of(posting.url) or posting.external_id
        parts = ((job.text(f"{name}_header"), job.text(name)) for name in PARTS)
        posting.description_html = sections((None, job.text("description")), *parts)
        if job.get("compensation_visible") is False:
            posting.salary = posting.salary_text = None
