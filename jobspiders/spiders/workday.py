"""Workday: pages of 20, lists capped at 2000 split by facets, and a detail of each posting with text and date.

A tenant is ``TENANT/wdN/workday.SITE`` or an address of its career site.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import workday
from jobspiders.parsing.embedded import loads
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

LIMIT = 20


class WorkdaySpider(AtsApiSpider):
    name = "workday"
    homepage = "https://www.myworkdayjobs.com"
    allowed_domains = ["myworkdayjobs.com", "myworkdaysite.com", "myworkdayjobs-impl.com"]
    terms = "robots.txt differs by tenant, Workday's own site terms forbid robots: decide for each tenant"
    native_filters = frozenset({"query"})
    paged = True
    not_found_statuses = frozenset({404, 410, 422})
    tenant_url = workday.SITE
    tenant_form = re.compile(r"[\w-]+/[\w.-]+/[\w%-]+")
    detail_url = re.compile(r"/job/(?:[^/?#]+/)*(?:[^/_?#]*_([^/?#]+)|([^/_?#]+))(?:[?#]|$)")
    layout = workday.LAYOUT

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        match = workday.SITE.search(url)
        if match is None:
            return None
        host, label = match["host"], match["host"].split(".")
        tenant = match["tenant"] or match["owner"] or label[0]
        usual = label[0] == tenant and len(label) == 4 and host.endswith(".myworkdayjobs.com")
        return f"{tenant}/{label[1] if usual else host}/{match['site']}"

    @classmethod
    def company_token(cls, token: str) -> str:
        return token.partition("/")[0]

    def listing_request(self, scope: Scope, position: Position) -> Request:
        tenant, host, site = scope.key.split("/")
        host = host if "." in host else f"{tenant}.{host}.myworkdayjobs.com"
        facets = json.loads(position.cursor) if position.cursor else {}
        return self.search(f"https://{host}/wday/cxs/{tenant}/{site}/jobs", facets, position.offset)

    def search(self, url: str, facets: dict[str, Any], offset: int = 0) -> Request:
        """The request for a page of the postings that have the values of ``facets``."""
        text = self.arguments.query or ""
        return self.post(url, {"appliedFacets": facets, "limit": LIMIT, "offset": offset, "searchText": text})

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = None if page.record.get("jobPostingInfo") else super().listing_from_api(page)
        if listing is None:
            return None
        sent = Record(loads(page.sent) if page.sent else None)
        applied, offset = sent.record("appliedFacets").value or {}, sent.integer("offset") or 0
        total, end = page.record.integer("total") or 0, offset + len(listing.rows)
        listing.total = total if offset == 0 and total else None
        listing.last = True if end >= workday.CAP else listing.last
        if applied:
            listing.cursor, listing.overlaps = json.dumps(applied), True
            listing.last = end >= workday.CAP or len(listing.rows) < LIMIT or (offset == 0 and end >= total)
        if offset == 0 and total >= workday.CAP:
            facet, listing.partial = workday.splitting(page.record, applied)
            values = (value.text("id") for value in facet.records("values") if value.get("count") != 0)
            name = facet.text("facetParameter") or ""
            slices = [{**applied, name: [value]} for value in values if value]
            listing.follow = [self.search(page.url, facets) for facets in slices]
            listing.last = bool(slices) or listing.last
        return listing

    def listing_from_html(self, page: Page) -> Listing | None:
        links = page.html.css(workday.TITLES)
        known = len(links) > 0 or page.first("[data-automation-id=jobFoundText]") is not None
        if not known:
            return None
        # one page of the list, and no address of the next
        return Listing(
            links, lambda link: self.read(workday.row_of_link(link), page), last=True, partial=True
        )

    def detail_request(self, posting: JobPosting) -> Request | None:
        found, token = workday.SITE.search(posting.url), self.tenant_of(posting.url)
        if found is None or token is None:
            return None
        tenant, _, site = token.split("/")
        path = urlsplit(posting.url).path.partition(f"/{site}/")[2]
        return self.get(f"https://{found['host']}/wday/cxs/{tenant}/{site}/{path}")

    def detail_from_api(self, page: Page) -> JobPosting | Gone | None:
        job = page.record.record("jobPostingInfo")
        if job.get("posted") is False:
            return Gone("no longer posted")
        posting = self.read(job, page) if job else None
        if posting is not None:
            posting.company = page.record.text("hiringOrganization", "name") or posting.company
        return posting

    def is_not_found(self, page: Page) -> bool:
        return page.record.integer("httpStatus") == 422

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.external_id = (
            self.key_of(posting.url) or job.text("jobPostingId") or job.text("jobReqId") or ""
        )
        bullets = (text for text in job.texts("bulletFields") if text in posting.external_id)
        posting.requisition_id = posting.requisition_id or next(bullets, None)
        posting.locations = workday.places(job, posting.url)
        if posting.url.startswith("/") and (found := workday.SITE.search(page.url)):
            shared = f"recruiting/{found['tenant']}/" if "myworkdaysite" in found["host"] else ""
            posting.url = f"https://{found['host']}/{shared}{found['site']}{posting.url}"
