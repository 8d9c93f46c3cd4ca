"""Pinpoint: all postings of a tenant in one document, with stated pay and no date."""

from __future__ import annotations

import re

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import pinpoint
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class PinpointSpider(AtsApiSpider):
    name = "pinpoint"
    homepage = "https://www.pinpointhq.com"
    allowed_domains = ["pinpointhq.com"]
    terms = "public document of each career site"
    tenant_url = re.compile(r"//(?!www\.|app\.|api\.|developers\.)([\w-]+)\.pinpointhq\.com")
    detail_url = re.compile(r"/postings/([0-9a-f-]{36})")
    list_url = "https://{host}/postings.json"
    host_suffix = ".pinpointhq.com"
    layout = pinpoint.LAYOUT

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = self.key_of(posting.url) or posting.external_id
