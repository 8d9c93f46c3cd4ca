"""Recruitee: all offers of a tenant in one document, also at hosts of the tenants' own."""

from __future__ import annotations

import re

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.boards import recruitee
from jobspiders.parsing.page import Page


class RecruiteeSpider(AtsApiSpider):
    name = "recruitee"
    homepage = "https://recruitee.com"
    allowed_domains = ["recruitee.com"]
    terms = "public API of each career site"
    tenant_url = re.compile(r"//(?!www\.|api\.|docs\.)([\w-]+)\.recruitee\.com")
    list_url = "https://{host}/api/offers/"
    host_suffix = ".recruitee.com"
    layout = recruitee.LAYOUT

    def linked_key(self, url: str, page: Page) -> str | None:
        """The name of an offer in an address: its number only the API tells."""
        return key_in(recruitee.NAME, url)
