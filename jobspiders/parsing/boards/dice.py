"""What Dice says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_fields, node_text
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined

JOB = {
    "external_id": "guid|id",
    "url": "detailsPageUrl",
    "title": "title",
    "company": "companyName",
    "company_logo": "companyLogoUrl",
    "location_text": "jobLocation.displayName",
    "salary_text": "salary",
    "employment_text": "employmentType",
    "description_html": "summary",
    "date_posted": "postedDate",
}
PLACE = {
    "text": "jobLocation.displayName",
    "city": "jobLocation.city",
    "region": "jobLocation.state",
    "country": "jobLocation.country",
}
KEY = re.compile(r"/job-detail/(?:[^?#]*/)?([\w-]+)")
#: Cards of 2025 and, by their ``data-cy``, of the years before.
CARDS = "[data-testid=job-search-serp-card], dhi-search-card"
CARD = {
    "title": "[data-testid=job-search-job-detail-link], [data-cy=card-title-link] | a[href*='/job-detail/']",
    "url": "[data-testid=job-search-job-detail-link]@href | a[href*='/job-detail/']@href",
    "company": "a[href*='/company-profile/'] p, [data-cy=search-result-company-name], [data-testid=company-name]",
    "company_url": "a[href*='/company-profile/']@href",
    "company_logo": "img[src^=http]@src",
    "location_text": "[data-cy=search-result-location], [data-testid=job-search-job-location]",
    "date_posted": "[data-cy=card-posted-date], [data-testid=job-search-posted]",
    "description_html": "[data-cy=card-summary]",
    "employment_text": "#employmentType-label, [data-cy=search-result-employment-type], [data-testid*=employment-type]",
    "salary_text": "#salary-label",
}


def posting_from_job(job: Record, page: Page) -> JobPosting:
    """The posting of a streamed job."""
    posting = mapped_posting(job, JOB)
    posting.url = page.absolute(posting.url) or ""
    posting.locations = distinct([place_in(job, PLACE)])
    kinds = job.texts("workplaceTypes")
    posting.workplace_text = joined(*kinds)
    posting.workplace = workplace_of(kinds[0]) if len(kinds) == 1 else None
    if job.boolean("isRemote") and not kinds:
        posting.workplace = "remote"
    return posting


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card, of which the lines are place (``Hybrid in Austin, Texas``), age and summary."""
    found = node_fields(card, CARD)
    lines = [text for line in card.css(".content p") if (text := node_text(line)) and text != "•"]
    found = dict(zip(("location_text", "date_posted", "description_html"), lines, strict=False)) | found
    workplace, _, place = found.get("location_text", "").rpartition(" in ")
    link = card.css_first("[data-cy=card-title-link]")
    key = attribute(card, "data-job-guid") or attribute(link, "id") or key_in(KEY, found.get("url")) or ""
    found |= {
        "external_id": key,
        "url": page.absolute(found.get("url")) or (f"https://www.dice.com/job-detail/{key}" if key else ""),
        "company_url": page.absolute(found.get("company_url")),
        "workplace_text": workplace or None,
        "workplace": workplace_of(workplace) or ("remote" if place == "Remote" else None),
        "location_text": place or None,
    }
    return JobPosting(**found)
