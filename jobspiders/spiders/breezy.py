"""Breezy: all positions of a tenant in one document."""

from __future__ import annotations

import re

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class BreezySpider(AtsApiSpider):
    name = "breezy"
    homepage = "https://breezy.hr"
    allowed_domains = ["breezy.hr"]
    terms = "public document of each career site"
    tenant_url = re.compile(r"//(?!www\.|api\.|app\.|developer\.)([\w-]+)\.breezy\.hr")
    detail_url = re.compile(r"/p/([0-9a-f]{12})")
    list_url = "https://{host}/json?verbose=true"
    host_suffix = ".breezy.hr"
    fields = {
        "external_id": "id|_id",
        "url": "url",
        "title": "name",
        "company": "company.name",
        "company_logo": "company.logo_url",
        "employment_text": "type.name|type",
        "department": "department|department.name",
        "salary_text": "salary",
        "description_html": "description",
        "tags": "tags",
        "date_posted": "published_date|creation_date",
    }
    place = {
        "city": "city",
        "region": "state.name|state.id|state",
        "country": "country.name|country",
        "country_code": "country.id",
        "name": "name",
    }
    place_keys = ("location", "locations")

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        if len(posting.locations) == 1:
            posting.location_text = job.text("location", "name")
        if job.get("location", "is_remote") is True:
            posting.workplace = "remote"
