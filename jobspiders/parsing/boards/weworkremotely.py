"""What We Work Remotely says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_fields, node_text
from jobspiders.parsing.record import Record, joined

CARDS = "li.new-listing-container"
CARD = {"title": ".new-listing__header__title__text", "company": ".new-listing__company-name"}
CHIP = ".new-listing__categories__category"
KIND = re.compile(r"full|part|contract|freelance|intern|tempor", re.IGNORECASE)
#: What the cards mark postings with that is no property of the job.
MARKS = frozenset({"Featured", "Top 100", "New"})


def posting_from_item(row: Record) -> JobPosting:
    """The posting of an item of the feed, whose title begins with the company."""
    company, colon, title = (row.text("title") or "").partition(": ")
    url = row.text("link") or row.text("guid") or ""
    return JobPosting(
        external_id=url.rstrip("/").rsplit("/", 1)[-1],
        url=url,
        title=title if colon else company,
        company=company if colon else None,
        location_text=joined(row.text("region"), row.text("state"), row.text("country")),
        employment_text=row.text("type"),
        description_html=row.text("description"),
        date_posted=row.text("pubDate"),
        valid_through=row.text("expires_at"),
        department=next(iter(row.texts("category")), None),
        tags=[skill.strip() for skill in (row.text("skills") or "").split(",") if skill.strip()],
        workplace="remote",
        raw=row.value,
    )


def posting_from_card(card: LexborNode, page: Page) -> JobPosting | None:
    """The posting of a card, whose chips are told apart by their words; None for an advertisement."""
    href = attribute(card.css_first("a.listing-link--unlocked, a[href*='/remote-jobs/']"), "href")
    if href is None or "ad" in re.split(r"[ _-]+", attribute(card, "class") or ""):
        return None
    chips = [text for chip in card.css(CHIP) if (text := node_text(chip)) and text not in MARKS]
    kinds = [text for text in chips if KIND.search(text)]
    pay = [text for text in chips if text.startswith("$")]
    return JobPosting(
        external_id=href.rstrip("/").rsplit("/", 1)[-1],
        url=page.absolute(href) or "",
        location_text=joined(*(text for text in chips if text not in (*kinds, *pay)), separator="; "),
        employment_text=joined(*kinds),
        salary_text=joined(*pay),
        date_posted=node_text(card.css_first(".new-listing__header__icons__date")),
        workplace="remote",
        **node_fields(card, CARD),
    )
