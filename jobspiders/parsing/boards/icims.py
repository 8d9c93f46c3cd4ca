"""What iCIMS says of a posting, and where."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.cards import card_around, labelled, link_title
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, child_text, node_text
from jobspiders.parsing.record import Record

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


def _refine(posting: JobPosting, job: Record) -> None:
    posting.url = posting.url or f"/jobs/{posting.external_id}"


def cards(page: Page) -> list[LexborNode] | None:
    """The cards of a list, one for each posting; None for a page that is no list."""
    links = {link: key_in(JOB, attribute(link, "href")) for link in page.html.css(LINKS)}
    found = list({key: card_around(link, LINKS) for link, key in links.items() if key}.values())
    is_list = page.first(TABLE) is not None or NONE_FOUND.search(page.text)
    return found if found or is_list else None


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card; its company only the address tells."""
    link = next(each for each in card.css(LINKS) if JOB.search(attribute(each, "href") or ""))
    said: dict[str, Any] = {LABELS[name]: text for name, text in labelled(card).items() if name in LABELS}
    posting = JobPosting(
        external_id=key_in(JOB, attribute(link, "href")) or "",
        url=without_query(page.absolute(attribute(link, "href")) or ""),
        title=link_title(link) or "",
        description_html=child_text(card, ".description"),
        **said,
    )
    texts = (posting.location_text or "").split("|")
    posting.locations = [place_of(text.strip()) for text in texts if text.strip()]
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


LAYOUT = Layout(
    fields={
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
    },
    row_keys=("jobs",),
    place={
        "city": "city",
        "region": "state",
        "country": "country",
        "country_code": "country_code",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    refine=_refine,
)
