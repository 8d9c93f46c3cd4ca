"""What Stack Overflow says of a posting, and where."""

from __future__ import annotations

import re

from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.record import Record

ITEM = {
    "url": "link|guid",
    "title": "title",
    "company": "author.name",
    "location_text": "location",
    "description_html": "description",
    "date_posted": "pubDate|updated",
    "tags": "category",
}
REMOTE = re.compile(r"\s*\((allows remote)\)\s*$", re.IGNORECASE)


def posting_from_item(item: Record) -> JobPosting:
    """The posting of an item, whose title reads ``Role at Company (Place) (allows remote)``."""
    posting = mapped_posting(item, ITEM)
    number = re.search(r"/jobs/(\d+)", posting.url)
    posting.external_id = number[1] if number else ""
    remote = REMOTE.search(posting.title)
    posting.workplace_text = remote[1] if remote else None
    posting.title = REMOTE.sub("", posting.title)
    if posting.location_text:
        posting.title = posting.title.removesuffix(f"({posting.location_text})").strip()
    if posting.company:
        posting.title = posting.title.removesuffix(f" at {posting.company}")
    return posting
