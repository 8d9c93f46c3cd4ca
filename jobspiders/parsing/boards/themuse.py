"""What The Muse says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record, joined


def _refine(posting: JobPosting, job: Record) -> None:
    places = [name for place in job.records("locations") if (name := place.text("name"))]
    posting.locations = [Location(name) for name in places]
    posting.location_text = joined(*places, separator="; ")
    posting.department = joined(*(group.text("name") for group in job.records("categories")))
    posting.tags = [
        name for key in ("levels", "tags") for tag in job.records(key) if (name := tag.text("name"))
    ]


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "refs.landing_page",
        "title": "name",
        "company": "company.name",
        "description_html": "contents",
        "date_posted": "publication_date",
    },
    row_keys=("results", "jobs"),
    total_keys=("total",),
    refine=_refine,
)
