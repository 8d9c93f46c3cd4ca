"""Personio: a tenant's positions in one XML document; the page of a position whose text is in no English."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import personio
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
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
    layout = personio.LAYOUT

    def listing_from_api(self, page: Page) -> Listing | None:
        root = xml_root(page.body) if b"workzag-jobs" in page.body or b"<position" in page.body else None
        if root is None or local_name(root) not in ("workzag-jobs", "position"):
            return super().listing_from_api(page)
        rows = [as_value(position) for position in elements(root, "position")]
        return Listing(rows, lambda row: self.read(Record(row), page), last=True, around=self.around(page))

    def detail_request(self, posting: JobPosting) -> Request | None:
        return None if posting.description_html else self.get(posting.url)

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        return self.posting_of_jsonld(page.jsonld[0], page) if page.jsonld else None
