"""What Hacker News' hiring threads say of a posting, and where."""

from __future__ import annotations

import html
import re
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, inner_html
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
    hits = list(page.record.records("hits"))
    if not isinstance(page.record.get("hits"), list) or any(hit.text("comment_text") for hit in hits):
        return None
    stories = [hit for hit in hits if "who is hiring" in (hit.text("title") or "").lower()]
    return [f"https://hn.algolia.com/api/v1/items/{story.text('objectID')}" for story in stories]


def posts(page: Page) -> list[Any] | None:
    """The posts of a thread without the answers to them."""
    if page.json is None:
        return shown_posts(page)
    thread = page.record.text("id")
    if isinstance(page.record.get("hits"), list):
        found = [post for post in page.record.records("hits") if post.text("comment_text")]
        return [
            post.value for post in found if post.text("parent_id") in (post.text("story_id"), None)
        ] or None
    if not isinstance(page.record.get("children"), list):
        return None
    children = page.record.records("children")
    return [post.value for post in children if thread is None or post.text("parent_id") in (thread, None)]


def shown_posts(page: Page) -> list[Any] | None:
    """The posts that a thread's own page shows, without the answers to them."""
    rows = page.all("tr.athing.comtr")
    found = []
    for row in rows:
        indent = row.css_first("td.ind")
        width = attribute(indent.css_first("img") if indent is not None else None, "width") or "0"
        if (attribute(indent, "indent") or width) == "0":
            text, age = row.css_first(".commtext"), row.css_first(".age")
            created = (attribute(age, "title") or "").split(" ")[0]
            found.append({"id": attribute(row, "id"), "text": inner_html(text), "created_at": created})
    return found if rows else None


def posting_from_post(row: object) -> JobPosting | None:
    """The posting of a post, whose first line has its parts between bars; None for a deleted one."""
    post = Record(row)
    text = post.text("text") or post.text("comment_text")
    if text is None:
        return None
    head = html.unescape(TAG.sub(" ", text.partition("<p>")[0])).strip()
    parts = [part.strip() for part in re.split(r"\s+[|—–]\s+|\s\|\s?", head) if part.strip()]
    company, rest = (parts[0], parts[1:]) if len(parts) > 1 else (None, [])
    places, pay, kinds = ([part for part in rest if form.search(part)] for form in (PLACE, PAY, KIND))
    roles = [part for part in rest if part not in (*places, *pay, *kinds) and not ADDRESS.search(part)]
    number = post.text("id") or post.text("objectID") or ""
    return JobPosting(
        external_id=number,
        url=f"{ITEM}{number}" if number else "",
        title=(joined(*roles[:1]) or head)[:200],
        company=company,
        location_text=joined(*places, separator=" | "),
        salary_text=joined(*pay),
        employment_text=joined(*kinds),
        description_html=text,
        date_posted=post.text("created_at") or post.number("created_at_i") or post.number("time"),
        raw={name: value for name, value in post.value.items() if name not in ("author", "by", "children")},
    )
