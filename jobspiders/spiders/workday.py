"""Workday: pages of 20, lists capped at 2000 split by facets, and a detail of each posting with text and date.

A tenant is ``TENANT/wdN/SITE`` or an address of its career site.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Gone, Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.cards import card_around, labelled
from jobspiders.parsing.embedded import loads, walk
from jobspiders.parsing.page import Page, attribute, node_text
from jobspiders.parsing.record import Record

LIMIT = 20
#: The most that a list tells and gives; offsets beyond start again at its first page.
CAP = 2000
SITE = re.compile(
    r"//(?P<host>(?!www\.)[\w-]+(?:\.wd\d+)?\.myworkday(?:jobs|site)(?:-impl)?\.com)"
    r"/(?:wday/cxs/(?P<tenant>[\w-]+)/|recruiting/(?P<owner>[\w-]+)/|[a-z]{2}-[A-Z]{2}/)*(?P<site>[\w%-]+)"
)
#: The titles of a list as a browser shows and saves it.
TITLES = "a[data-automation-id=jobTitle]"
SEVERAL = re.compile(r"\d+ [^\W\d]+")


class WorkdaySpider(AtsApiSpider):
    name = "workday"
    homepage = "https://www.myworkdayjobs.com"
    allowed_domains = ["myworkdayjobs.com", "myworkdaysite.com", "myworkdayjobs-impl.com"]
    terms = "robots.txt differs by tenant, Workday's own site terms forbid robots: decide for each tenant"
    native_filters = frozenset({"query"})
    paged = True
    not_found_statuses = frozenset({404, 410, 422})
    tenant_url = SITE
    tenant_form = re.compile(r"[\w-]+/[\w.-]+/[\w%-]+")
    detail_url = re.compile(r"/job/(?:[^/?#]+/)*(?:[^/_?#]*_([^/?#]+)|([^/_?#]+))(?:[?#]|$)")
    row_keys = ("jobPostings",)
    fields = {
        "url": "externalUrl|externalPath",
        "title": "title",
        "requisition_id": "jobReqId",
        "employment_text": "timeType",
        "workplace": "remoteType",
        "workplace_text": "remoteType",
        "description_html": "jobDescription",
        "date_posted": "startDate|postedOn",
        "valid_through": "endDate",
    }

    @classmethod
    def tenant_of(cls, url: str) -> str | None:
        match = SITE.search(url)
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
        listing.last = True if end >= CAP else listing.last
        if applied:
            listing.cursor, listing.overlaps = json.dumps(applied), True
            listing.last = end >= CAP or len(listing.rows) < LIMIT or (offset == 0 and end >= total)
        if offset == 0 and total >= CAP:
            facet, listing.partial = splitting(page.record, applied)
            values = (value.text("id") for value in facet.records("values") if value.get("count") != 0)
            name = facet.text("facetParameter") or ""
            slices = [{**applied, name: [value]} for value in values if value]
            listing.follow = [self.search(page.url, facets) for facets in slices]
            listing.last = bool(slices) or listing.last
        return listing

    def listing_from_html(self, page: Page) -> Listing | None:
        links = page.html.css(TITLES)
        known = len(links) > 0 or page.first("[data-automation-id=jobFoundText]") is not None
        if not known:
            return None
        # one page of the list, and no address of the next
        return Listing(links, lambda link: self.posting_of_link(page, link), last=True, partial=True)

    def posting_of_link(self, page: Page, link: LexborNode) -> JobPosting | None:
        card = card_around(link, TITLES)
        said = labelled(card)
        row = {
            "title": node_text(link),
            "externalPath": re.sub(r"^.*?(?=/job/)|[?#].*$", "", attribute(link, "href") or ""),
            "locationsText": said.get("locations"),
            "postedOn": said.get("posted on"),
            "remoteType": said.get("remote type"),
            "timeType": said.get("time type"),
            "bulletFields": [node_text(item) for item in card.css("[data-automation-id=subtitle] li")],
        }
        return self.read(Record(row), page)

    def detail_request(self, posting: JobPosting) -> Request | None:
        found, token = SITE.search(posting.url), self.tenant_of(posting.url)
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
        posting.locations = places(job, posting.url)
        if posting.url.startswith("/") and (found := SITE.search(page.url)):
            shared = f"recruiting/{found['tenant']}/" if "myworkdaysite" in found["host"] else ""
            posting.url = f"https://{found['host']}/{shared}{found['site']}{posting.url}"


def places(job: Record, url: str) -> list[Location]:
    """The places a posting names; of one that says only how many they are, the first, from its address."""
    names = [job.text("location") or job.text("locationsText"), *job.texts("additionalLocations")]
    path = re.search(r"/job/([^/?#]+)/", url)
    slug = re.sub("-{2,}", ", ", path.group(1)).replace("-", " ") if path else None
    texts = [slug if name is None or SEVERAL.fullmatch(name) else name for name in names]
    place = job.record("jobRequisitionLocation", "country")
    code = place.text("alpha2Code") or job.text("country", "alpha2Code")
    found = {text: code if text == texts[0] else None for text in reversed(texts) if text}
    return [Location(text=text, country=code) for text, code in reversed(found.items())]


def splitting(answer: Record, applied: dict[str, Any]) -> tuple[Record, bool]:
    """The facet to split a capped list by, and whether postings may be missed all the same.

    Each posting has to have a value of the facet. That is so where the counts add up to as many postings as
    any facet tells of, places aside, of which a posting may have several. Of those facets the one with the
    smallest parts serves, one of places only where no other does.
    """
    found = [Record(facet) for facet in walk(answer.get("facets")) if facet.get("facetParameter")]
    sized = [(facet, sizes) for facet in found if (sizes := counts(facet))]
    total = max((sum(sizes) for facet, sizes in sized if not of_places(facet)), default=CAP)
    fit = [
        (sum(sizes) < total, max(sizes) >= CAP, of_places(facet), max(sizes), place)
        for place, (facet, sizes) in enumerate(sized)
        if len(sizes) > 1 and facet.text("facetParameter") not in applied
    ]
    if not fit:
        return Record(None), True
    short, *_, place = min(fit)
    return sized[place][0], short


def counts(facet: Record) -> list[int]:
    """How many postings have each value of a facet; a group of facets has none."""
    return [value.integer("count") or 0 for value in facet.records("values") if value.text("id")]


def of_places(facet: Record) -> bool:
    """Whether the values are places."""
    return "location" in (facet.text("facetParameter") or "").lower()
