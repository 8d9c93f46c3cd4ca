"""What StepStone says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Workplace
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_fields
from jobspiders.parsing.record import Record

ITEM = {
    "external_id": "id",
    "url": "url",
    "title": "title",
    "company": "companyName",
    "company_url": "companyUrl",
    "company_logo": "companyLogoUrl",
    "location_text": "location",
    "salary_text": "salary",
    "salary.min": "unifiedSalary.min",
    "salary.max": "unifiedSalary.max",
    "salary.currency": "unifiedSalary.currency",
    "salary.unit": "unifiedSalary.period",
    "description_html": "textSnippet",
    "date_posted": "datePosted|publishFromDate",
    "tags": "skills",
}
HOME_OFFICE: dict[str, Workplace] = {"1": "remote", "2": "hybrid"}
KEY = re.compile(r"--(\d+)(?:-inline)?(?:\.html|[?#]|$)|-job(\d{6,})(?:[/?#]|$)")
CARDS = (
    "article[data-at=job-item], article[id^=job-item-], [data-testid=job-item], article:has([data-at=job-item-title])"
    ", article:has([data-testid=job-item-title])"
)
CARD = {
    "title": "[data-at=job-item-title], [data-testid=job-item-title]",
    "url": (
        "a[data-at=job-item-title]@href | a[data-testid=job-item-title]@href"
        " | [data-at=job-item-title] a@href | h2 a@href"
    ),
    "company": "[data-at=job-item-company-name], [data-testid=job-item-company-name]",
    "company_url": "a[data-at=company-logo]@href",
    "company_logo": "noscript img[src^=http]@src",
    "location_text": "[data-at=job-item-location], [data-testid=job-item-location]",
    "workplace_text": "[data-at=job-item-work-from-home], [data-testid=job-item-work-from-home]",
    "salary_text": "[data-at=job-item-salary-info], [data-testid=job-item-salary-info]",
    "date_posted": "[data-at=job-item-timeago], [data-testid=job-item-timeago]",
    "description_html": "[data-at=jobcard-content]",
}


def posting_from_item(item: Record, page: Page) -> JobPosting:
    """The posting of an item of the embedded list; its pay may be the board's guess."""
    posting = mapped_posting(item, ITEM)
    posting.url = (page.absolute(posting.url) or "").split("?", 1)[0]
    posting.workplace = HOME_OFFICE.get(item.text("workFromHome") or "")
    if posting.salary and "PREDICTED" in (item.text("unifiedSalary", "salaryType") or "").upper():
        posting.salary.source = "estimated"
    return posting


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card."""
    found = node_fields(card, CARD)
    url = page.absolute(found.pop("url", None)) or ""
    key = key_in(KEY, url) or (attribute(card, "id") or "").removeprefix("job-item-")
    return JobPosting(external_id=key, url=url, **found)
