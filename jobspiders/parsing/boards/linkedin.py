"""What LinkedIn says of a posting, and where."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, child_text, inner_html, node_fields
from jobspiders.parsing.record import Record, as_text

HOME = "https://www.linkedin.com"
KEY = re.compile(r"jobPosting:(\d+)|/jobs/view/(?:[^/?#]*?-)?(\d+)/?(?:[?#]|$)|(\d{6,})/?(?:[?#]|$)")
CARDS = (
    ".job-search-card, .base-search-card, .result-card.job-result-card, [data-entity-urn*='jobPosting:']"
    ", .base-card:not(.base-main-card):has(.base-search-card__title)"
)
CARD = {
    "title": ".base-search-card__title, .result-card__title | h3 | .sr-only",
    "company": ".base-search-card__subtitle, .result-card__subtitle | h4",
    "company_url": ".base-search-card__subtitle a@href",
    "company_logo": "img[data-delayed-url]@data-delayed-url",
    "location_text": ".job-search-card__location, .job-result-card__location",
    "salary_text": ".job-search-card__salary-info, .job-result-card__salary-info",
    "date_posted": "time[datetime]@datetime",
}
TOP_CARD = {
    "title": ".top-card-layout__title, .topcard__title",
    "company": ".topcard__org-name-link, .topcard__flavor:not(.topcard__flavor--bullet)",
    "company_url": ".topcard__org-name-link@href",
    "company_logo": ".top-card-layout__card img[data-delayed-url]@data-delayed-url",
    "location_text": ".topcard__flavor.topcard__flavor--bullet",
    "salary_text": ".compensation__salary, .compensation__salary-range",
    "date_posted": ".posted-time-ago__text",
}
#: The criteria of a posting in the order in which pages of every language have them.
CRITERIA = ("Seniority level", "Employment type", "Job function", "Industries")
CLOSED = "no longer accepting applications"
SENIORITY = {"Internship": "intern", "Entry level": "entry", "Director": "director", "Executive": "executive"}


def criteria(page: Page, text: LexborNode | None = None) -> dict[str, Any]:
    """The posting's list of criteria; where its names are of another language, by their order.

    In most pages it stands beside the posting's ``text``.
    """
    section = text and text.parent
    beside = section and section.parent and section.parent.parent
    rows = page.around(beside, ".description__job-criteria-item, .job-criteria__item")
    pairs = [(child_text(row, "h3"), child_text(row, "span")) for row in rows]
    if len(pairs) == len(CRITERIA):
        pairs = [(name, text) for name, (_, text) in zip(CRITERIA, pairs, strict=True)]
    named = {name: text for name, text in pairs if name and text}
    found = {
        "employment_text": named.get("Employment type"),
        "department": named.get("Job function"),
        "seniority": SENIORITY.get(named.get("Seniority level", "")),
        "tags": [as_text(part) for part in re.split(r", and |, ", named.get("Industries", "")) if part],
    }
    return {name: value for name, value in found.items() if value}


def is_closed(page: Page) -> bool:
    """Whether a posting's page says that it takes no more applications."""
    return page.first(".closed-job, .closed-job__flavor--closed") is not None


def hidden(page: Page, name: str) -> str | None:
    """A value that the page keeps as a comment in an element of its own."""
    match = re.search(rf'id="{name}"[^>]*>\s*<!--\s*"([^"]+)"', page.since(f'id="{name}"'))
    return match[1] if match else None


def bare(url: str | None) -> str | None:
    """An address without the tracking that follows it."""
    return url.split("?", 1)[0] if url else None


def offset(page: Page) -> int:
    """How many postings came before a page of the guest search."""
    return Record(parse_qs(urlsplit(page.url).query)).integer("start", 0) or 0


def is_empty(page: Page) -> bool:
    """Whether a page says that there are no (more) postings: with words, or as an empty fragment."""
    if page.status == 400 or page.first(".no-results") is not None:
        return True
    left = re.sub(r"<!--.*?-->|<!doctype html>", "", page.text, flags=re.DOTALL | re.IGNORECASE).strip()
    return not left and ("/seeMoreJobPostings/" in page.url or bool(page.text.strip()))


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card; in some results the card itself is the link."""
    link = attribute(card.css_first("a[href*='/jobs/view/']") or card, "href")
    found = node_fields(card, CARD)
    found["company_url"] = bare(found.get("company_url"))
    key = key_in(KEY, attribute(card, "data-entity-urn"), attribute(card, "data-id"), link)
    url = bare(page.absolute(link)) or f"{HOME}/jobs/view/{key}"
    return JobPosting(external_id=key or "", url=url, **found)


def posting_from_page(page: Page) -> JobPosting | Gone | None:
    """The posting of a fragment or page of its own, by what it shows."""
    found = page.fields(TOP_CARD)
    text = page.first(".show-more-less-html__markup") or page.first(".description__text")
    if "title" not in found and text is not None and (heading := page.text_of("h1")):
        found["title"] = heading
    if "title" not in found:
        return None
    if is_closed(page):
        return Gone(CLOSED)
    link = attribute(page.first(".topcard__link"), "href") or page.canonical
    key = hidden(page, "decoratedJobPostingId") or key_in(KEY, link, page.url)
    target = urlsplit(html.unescape(hidden(page, "applyUrl") or "")).query
    return JobPosting(
        external_id=key or "",
        url=bare(link) or f"{HOME}/jobs/view/{key}",
        apply_url=Record(parse_qs(target)).text("url", 0),
        description_html=inner_html(text),
        **(found | {"company_url": bare(found.get("company_url"))} | criteria(page, text)),
    )
