"""What Lever says of a posting, and where."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import node_fields
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

CARDS = "div.posting:has(a.posting-title)"
#: A posting in the list that a tenant's page shows; its categories end in what sets them apart.
CARD = {
    "title": "[data-qa=posting-name], h5",
    "url": "a.posting-title@href",
    "location_text": ".location",
    "employment_text": ".commitment",
    "workplace_text": ".workplaceTypes",
}


def _refine(posting: JobPosting, job: Record) -> None:
    main, country = job.text("categories", "location"), job.text("country")
    places = dict.fromkeys([main or country, *job.texts("categories", "allLocations")])
    first = main or country
    posting.locations = [
        Location(text, country=country if text == first else None) for text in places if text
    ]
    opening = job.text("description") or job.text("descriptionBody") or job.text("descriptionPlain")
    lists = [(part.text("text"), f"<ul>{part.text('content')}</ul>") for part in job.records("lists")]
    closing = [(None, job.text(key)) for key in ("salaryDescription", "additional")]
    posting.description_html = sections((None, opening), *lists, *closing)


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card; its id and company only its address tells."""
    found = {name: text.rstrip(" /—–") for name, text in node_fields(card, CARD).items()}
    posting = JobPosting(**found)
    posting.url = page.absolute(posting.url) or ""
    posting.workplace = workplace_of(posting.workplace_text)
    return posting


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "hostedUrl|urls.show",
        "apply_url": "applyUrl|urls.apply",
        "requisition_id": "reqCode|requisitionCodes.0",
        "title": "text",
        "employment_text": "categories.commitment",
        "department": "categories.department",
        "team": "categories.team",
        "tags": "categories.level",
        "workplace": "workplaceType",
        "salary_text": "salaryDescriptionPlain",
        "salary.min": "salaryRange.min",
        "salary.max": "salaryRange.max",
        "salary.currency": "salaryRange.currency",
        "salary.unit": "salaryRange.interval",
        "date_posted": "createdAt",
    },
    refine=_refine,
)
