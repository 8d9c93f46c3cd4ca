"""What the Python job board says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_fields, node_text
from jobspiders.parsing.record import Record

CARDS = "ol.list-recent-jobs > li"
CARD = {
    "title": ".listing-company-name a",
    "location_text": ".listing-location",
    "date_posted": ".listing-posted time@datetime",
    "department": ".listing-company-category",
}


def number(url: str) -> str:
    """The posting's number in its address."""
    match = re.search(r"/jobs/(\d+)", url)
    return match.group(1) if match else ""


def posting_from_item(row: Record) -> JobPosting:
    """The posting of an item of the feed, whose title ends in the company."""
    url = row.text("link") or row.text("guid") or ""
    title, comma, company = (row.text("title") or "").rpartition(", ")
    return JobPosting(
        external_id=number(url),
        url=url,
        title=title if comma else company,
        company=company if comma else None,
        description_html=row.text("description"),
        date_posted=row.text("pubDate"),
        raw=row.value,
    )


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a line of the HTML list, where the company stands after the title."""
    name = card.css_first(".listing-company-name")
    url = page.absolute(attribute(card.css_first(".listing-company-name a"), "href")) or ""
    own = " ".join((node_text(name) or "").split())
    posting = JobPosting(external_id=number(url), url=url, **node_fields(card, CARD))
    posting.company = own.removeprefix("New").strip().removeprefix(posting.title).strip() or None
    posting.tags = [text for tag in card.css(".listing-job-type a") if (text := node_text(tag))]
    return posting
