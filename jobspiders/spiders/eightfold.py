"""Eightfold: pages of ten positions from one of its two APIs, and a detail of each with the text.

A tenant is ``SUBDOMAIN``, ``SUBDOMAIN/COMPANY-DOMAIN`` or ``CAREERS-HOST/COMPANY-DOMAIN``.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import eightfold
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

OLDER, NEWER = "/api/apply/v2/jobs", "/api/pcsx/search"
DETAIL = "/api/pcsx/position_details"


class EightfoldSpider(AtsApiSpider):
    name = "eightfold"
    homepage = "https://eightfold.ai"
    allowed_domains = ["eightfold.ai"]
    terms = "the data behind public career sites; undocumented, small page budget for guests"
    paged = True
    tenant_form = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
    tenant_url = re.compile(r"//(?!www\.)([\w-]+(?=\.eightfold\.ai)|[\w.-]+(?=\S*[?&]domain=))")
    detail_url = re.compile(r"/(?:careers/job|api/apply/v2/jobs)/(\d+)|[?&]p(?:osition_)?id=(\d+)")
    host_suffix = ".eightfold.ai"
    layout = eightfold.LAYOUT

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        host = super().tenant_of(url)
        domain = parse_qs(urlsplit(url).query).get("domain")
        return host and (f"{host}/{domain[0]}" if domain else host)

    @classmethod
    def company_token(cls, token: str) -> str:
        return token.rpartition("/")[2].partition(".")[0]

    def at(self, tenant: str, path: str, **parameters: Any) -> Request:
        """A request to an address of the tenant's career site."""
        host, _, domain = tenant.partition("/")
        domain = domain or f"{host}.com"
        return self.tenant_request("https://{host}" + path, host, domain=domain, **parameters)

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.at(scope.key, position.cursor or OLDER, start=position.offset, num=10)

    def other_list(self, page: Page, tenant: str) -> Request | None:
        closed = page.status in (403, 404) and OLDER in page.url
        return self.at(tenant, NEWER, start=0, num=10) if closed else None

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            listing.cursor = NEWER if urlsplit(page.url).path == NEWER else None
            listing.last = listing.last or eightfold.is_last(page, len(listing.rows))
        return listing

    def detail_request(self, posting: JobPosting) -> Request | None:
        if posting.scope is None or not self.tenant_form.fullmatch(posting.scope):
            return None
        if Record(posting.raw).get("displayJobId"):
            return self.at(posting.scope, DETAIL, position_id=posting.external_id, hl="en")
        return self.at(posting.scope, f"{OLDER}/{posting.external_id}")

    def detail_from_api(self, page: Page) -> JobPosting | None:
        job = eightfold.described(page)
        return self.read(job, page) if job else None
