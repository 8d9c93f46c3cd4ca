"""The Python job board: its RSS feed with descriptions, and the HTML list."""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborNode

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page, attribute, node_fields, node_text
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, xml_root

CARD = {
    "title": ".listing-company-name a",
    "location_text": ".listing-location",
    "date_posted": ".listing-posted time@datetime",
    "department": ".listing-company-category",
}


class PythonOrgSpider(FeedSpider):
    name = "pythonorg"
    homepage = "https://www.python.org"
    allowed_domains = ["python.org"]
    feed_url = "https://www.python.org/jobs/feed/rss/"
    whole = False

    def listing_from_api(self, page: Page) -> Listing | None:
        root = xml_root(page.body) if b"<rss" in page.body[:600] else None
        return Listing(elements(root, "item"), self.posting_of_item, last=True) if root is not None else None

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.html.css("ol.list-recent-jobs > li")
        return Listing(cards, lambda card: self.posting_of_card(page, card), last=True) if cards else None

    def posting_of_item(self, item: Any) -> JobPosting:
        row = Record(as_value(item))
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

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting:
        name = card.css_first(".listing-company-name")
        url = page.absolute(attribute(card.css_first(".listing-company-name a"), "href")) or ""
        own = " ".join((node_text(name) or "").split())
        posting = JobPosting(external_id=number(url), url=url, **node_fields(card, CARD))
        posting.company = own.removeprefix("New").strip().removeprefix(posting.title).strip() or None
        posting.tags = [text for tag in card.css(".listing-job-type a") if (text := node_text(tag))]
        return posting


def number(url: str) -> str:
    """The posting's number in its address."""
    match = re.search(r"/jobs/(\d+)", url)
    return match.group(1) if match else ""
