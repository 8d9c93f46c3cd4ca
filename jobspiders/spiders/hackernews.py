"""Hacker News "Who is hiring": the newest monthly thread, through the public Algolia API."""

from __future__ import annotations

import html
import re

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
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


class HackerNewsSpider(FeedSpider):
    name = "hackernews"
    homepage = "https://news.ycombinator.com"
    allowed_domains = ["hn.algolia.com"]
    terms = "public API; posts are people's own words: names of users are not kept"
    # last month's postings are not over because a new thread begins
    whole = False
    feed_url = "https://hn.algolia.com/api/v1/search_by_date?tags=story,author_whoishiring"

    def listing_from_api(self, page: Page) -> Listing | None:
        answer = page.record
        if isinstance(answer.get("hits"), list):
            stories = [
                hit for hit in answer.records("hits") if "who is hiring" in (hit.text("title") or "").lower()
            ]
            newest = [
                f"https://hn.algolia.com/api/v1/items/{story.text('objectID')}" for story in stories[:1]
            ]
            return Listing([], self.posting, last=True, follow=[self.get(url) for url in newest])
        if not isinstance(answer.get("children"), list):
            return None
        thread = answer.get("id")
        posts = [post for post in answer.records("children") if post.get("parent_id") in (thread, None)]
        return Listing([post.value for post in posts], self.posting, last=True)

    def posting(self, row: object) -> JobPosting | None:
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
            url=f"{self.homepage}/item?id={number}" if number else "",
            title=(joined(*roles[:1]) or head)[:200],
            company=company,
            location_text=joined(*places, separator=" | "),
            salary_text=joined(*pay),
            employment_text=joined(*kinds),
            description_html=text,
            date_posted=post.text("created_at") or post.number("created_at_i"),
            raw={name: value for name, value in post.value.items() if name not in ("author", "children")},
        )
