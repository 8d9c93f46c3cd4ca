"""iCIMS: classic portals (HTML lists, JSON-LD in each posting's page) and Jibe fronts (JSON) of the same postings.

A tenant is the first part of a portal's host on icims.com, or the host of a Jibe front.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.ats_api import AtsApiSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.cards import card_around, labelled, link_title
from jobspiders.parsing.page import Page, attribute, child_text, node_text
from jobspiders.parsing.record import Record

LIMIT = 100
JOB = re.compile(r"/jobs/(\d+)/[^?#]*job\b|/jobs/(\d+)/")
PAGES = re.compile(r"\bPage\s+(\d+)\s+of\s+(\d+)\b")
NONE_FOUND = re.compile(r"no (?:jobs|results|positions|openings)[^.]{0,40} (?:found|match|available)", re.I)
LINKS = "a[href*='/jobs/'][href*='/job']"
TABLE = ".iCIMS_JobsTable, .iCIMS_ListingsPage, .iCIMS_JobsNotFound"
PAGING = "[class*=iCIMS_Pag], [class*=iCIMS_SubHeader]"
#: Labels of a card's fields in the portals' own words.
LABELS = {
    "location": "location_text",
    "job locations": "location_text",
    "locations": "location_text",
    "id": "requisition_id",
    "job id": "requisition_id",
    "requisition id": "requisition_id",
    "category": "department",
    "department": "department",
    "type": "employment_text",
    "position type": "employment_text",
    "posted date": "date_posted",
    "date posted": "date_posted",
    "remote": "workplace_text",
}


class IcimsSpider(AtsApiSpider):
    name = "icims"
    homepage = "https://www.icims.com"
    allowed_domains = ["icims.com", "jibeapply.com"]
    terms = "public career portals; robots.txt differs by portal"
    paged = True
    tenant_url = re.compile(
        r"//(?!www\.)([\w-]+)\.icims\.com|//([\w.-]+\.jibeapply\.com|[\w.-]+(?=/api/jobs))"
    )
    detail_url = JOB
    row_keys = ("jobs",)
    fields = {
        "external_id": "slug|req_id",
        "url": "meta_data.canonical_url|canonical_url",
        "apply_url": "apply_url",
        "requisition_id": "req_id",
        "title": "title",
        "company": "hiring_organization|brand",
        "location_text": "full_location|location_name",
        "workplace_text": "location_type",
        "employment_text": "employment_type",
        "department": "department|category.0|categories.0.name",
        "salary.min": "salary_min_value|salary_value",
        "salary.max": "salary_max_value|salary_value",
        "salary.currency": "salary_currency",
        "salary.unit": "salary_frequency|salary_unit",
        "description_html": "description",
        "language": "language",
        "date_posted": "posted_date|create_date",
    }
    place = {
        "city": "city",
        "region": "state",
        "country": "country",
        "country_code": "country_code",
        "latitude": "latitude",
        "longitude": "longitude",
    }

    @classmethod
    def company_token(cls, token: str) -> str:
        return re.sub(r"^\w*(?:careers|jobs)-", "", super().company_token(token))

    def listing_request(self, scope: Scope, position: Position) -> Request:
        if "." in scope.key:
            url = f"https://{scope.key}/api/jobs"
            request = self.get(url, page=position.page, limit=LIMIT, sortBy="relevance", internal="false")
            return request.replace(meta={"allow_offsite": True})
        url = f"https://{scope.key}.icims.com/jobs/search"
        return self.get(url, ss=1, in_iframe=1, pr=position.page - 1)

    def rows(self, answer: Any) -> list[Any] | None:
        """The jobs of a Jibe answer, each taken out of the ``data`` around it."""
        rows = super().rows(answer)
        return None if rows is None else [Record(row).get("data") or row for row in rows]

    def listing_from_api(self, page: Page) -> Listing | None:
        listing = super().listing_from_api(page)
        if listing is not None:
            listing.total = page.record.integer("totalCount")
        return listing

    def complete(self, posting: JobPosting, job: Record, page: Page) -> None:
        posting.url = posting.url or f"/jobs/{posting.external_id}"

    def listing_from_html(self, page: Page) -> Listing | None:
        links = {link: self.key_of(attribute(link, "href") or "") for link in page.html.css(LINKS)}
        cards = list({key: card_around(link, LINKS) for link, key in links.items() if key}.values())
        if not cards and page.first(TABLE) is None and not NONE_FOUND.search(page.text):
            return None
        return Listing(cards, lambda card: self.posting_of_card(page, card), last=is_last(page))

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting | None:
        link = next(each for each in card.css(LINKS) if JOB.search(attribute(each, "href") or ""))
        said: dict[str, Any] = {LABELS[name]: text for name, text in labelled(card).items() if name in LABELS}
        posting = JobPosting(
            external_id=self.key_of(attribute(link, "href") or "") or "",
            url=without_query(page.absolute(attribute(link, "href")) or ""),
            title=link_title(link) or "",
            description_html=child_text(card, ".description"),
            **said,
        )
        posting.company = self.company_of(page.url) or self.company_of(posting.url)
        texts = (posting.location_text or "").split("|")
        posting.locations = [place_of(text.strip()) for text in texts if text.strip()]
        return posting

    def detail_request(self, posting: JobPosting) -> Request | None:
        ours = (urlsplit(posting.url).hostname or "").endswith(".icims.com")
        return self.get(posting.url, in_iframe=1) if ours and posting.source == "html" else None

    def detail_from_jsonld(self, page: Page) -> JobPosting | None:
        if not page.jsonld:
            return None
        posting = self.posting_of_jsonld(page.jsonld[0], page)
        posting.url = without_query(posting.url)
        return posting


def without_query(url: str) -> str:
    """An address without what only says how the portal frames its page."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def place_of(text: str) -> Location:
    """A place as portals write it: ``US-NJ-Edison``, country and state before the city."""
    parts = re.fullmatch(r"([A-Z]{2})-([A-Z]{2,3})?-?(.*)", text)
    if parts is None:
        return Location(text=text)
    return Location(text=text, country=parts[1], region=parts[2], city=parts[3] or None)


def is_last(page: Page) -> bool | None:
    """Whether a list says that it ends here, by `Page 1 of 3` or by its links to later pages."""
    for node in page.html.css(PAGING):
        if told := PAGES.search(node_text(node) or ""):
            return int(told[1]) >= int(told[2])
    here = number_of(page.url)
    numbers = [number_of(attribute(link, "href") or "") for link in page.html.css("[class*=iCIMS_Pag] a")]
    if page.first("link[rel=next]") is not None or any(number > here for number in numbers):
        return False
    return True if numbers else None


def number_of(url: str) -> int:
    """The number of a list's page in its address, from 0."""
    found = re.search(r"[?&;]pr=(\d+)", url)
    return int(found[1]) if found else 0
