"""What Hacker News' hiring threads say of a posting, and where."""

from __future__ import annotations

import html
import re
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record, joined

TAG = re.compile(r"<[^>]{1,200}>")
PLACE = re.compile(
    r"remote|onsite|on-site|hybrid|\b[A-Z][a-z]+, [A-Z]{2}\b|\b(?:USA?|UK|EU|NYC|SF)\b", re.IGNORECASE
)
PAY = re.compile(r"[$€£]|\d\s*k\b", re.IGNORECASE)
KIND = re.compile(r"full[- ]?time|part[- ]?time|contract|intern", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+|\w[\w.-]*\.(?:com|io|ai|dev|org|co)\b")
ITEM = "https://news.ycombinator.com/item?id="


def threads(page: Page) -> list[str] | None:
    """The addresses of the hiring threads that an answer of the search names, the newest first."""
    if not isinstance(page.record.get("hits"), list):
        return None
    hits = page.record.records("hits")
    stories = [hit for hit in hits if "who is hiring" in (hit.text("title") or "").lower()]
    return [f"https://hn.algolia.com/api/v1/items/{story.text('objectID')}" for story in stories]


def posts(page: Page) -> list[Any] | None:
    """The posts of a thread without the answers to them."""
    thread = page.record.get("id")
    if not isinstance(page.record.get("children"), list):
        return None
    children = page.record.records("children")
    return [post.value for post in children if post.get("parent_id") in (thread, None)]


def posting_from_post(row: object) -> JobPosting | None:
    """The posting of a post, whose first line has its parts between bars; None for a deleted one."""
    post = Record(row)
    text = post.text("text")
    if text is None:
        return None
    head = html.unescape(TAG.sub(" ", text.partition("<p>")[0])).strip()
    parts = [part.strip() for part in re.split(r"\s+[|—–]\s+|\s\|\s?", head) if part.strip()]
    company, rest = (parts[0], parts[1:]) if len(parts) > 1 else (None, [])
    places, pay, kinds = ([part for part in rest if form.search(part)] for form in (PLACE, PAY, KIND))
    roles = [part for part in rest if part not in (*places, *pay, *kinds) and not ADDRESS.search(part)]
    number = post.text("id") or ""
    return JobPosting(
        external_id=number,
        url=f"{ITEM}{number}" if number else "",
        title=(joined(*roles[:1]) or head)[:200],
        company=company,
        location_text=joined(*places, separator=" | "),
        salary_text=joined(*pay),
        employment_text=joined(*kinds),
        description_html=text,
        date_posted=post.text("created_at") or post.number("created_at_i"),
        raw={name: value for name, value in post.value.items() if name not in ("author", "children")},
    )
