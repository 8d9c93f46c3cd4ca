"""What Breezy says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record


def _refine(posting: JobPosting, job: Record) -> None:
    name = job.text("friendly_id")
    posting.url = posting.url or (f"/p/{name}" if name else "")
    if len(posting.locations) == 1:
        posting.location_text = job.text("location", "name")
    if job.get("location", "is_remote") is True:
        posting.workplace = "remote"


LAYOUT = Layout(
    fields={
        "external_id": "id|_id",
        "url": "url",
        "title": "name",
        "company": "company.name",
        "company_logo": "company.logo_url",
        "employment_text": "type.name|type",
        "department": "department|department.name",
        "salary_text": "salary",
        "description_html": "description",
        "tags": "tags",
        "date_posted": "published_date|creation_date",
    },
    place={
        "city": "city",
        "region": "state.name|state.id|state",
        "country": "country.name|country",
        "country_code": "country.id",
        "name": "name",
    },
    place_keys=("location", "locations"),
    refine=_refine,
)
