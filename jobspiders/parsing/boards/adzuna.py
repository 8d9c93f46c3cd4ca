"""What Adzuna says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.place import place_in
from jobspiders.parsing.record import Record

CONTRACTS = {"permanent": "Permanent", "contract": "Contract"}
HOURS = {"full_time": "Full-time", "part_time": "Part-time"}


def _refine(posting: JobPosting, job: Record) -> None:
    kinds = [CONTRACTS.get(job.text("contract_type") or ""), HOURS.get(job.text("contract_time") or "")]
    posting.employment_text = ", ".join(kind for kind in kinds if kind) or None
    if posting.salary is not None:
        posting.salary.unit = "year"
        # the API gives this flag as text
        posting.salary.source = "estimated" if job.text("salary_is_predicted") == "1" else "stated"
    parts = {"text": "location.display_name", "latitude": "latitude", "longitude": "longitude"}
    place = place_in(job, parts)
    posting.locations = [place] if place else []


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "redirect_url",
        "title": "title",
        "company": "company.display_name",
        "location_text": "location.display_name",
        "description_html": "description",
        "date_posted": "created",
        "department": "category.label",
        "salary.min": "salary_min",
        "salary.max": "salary_max",
    },
    row_keys=("results",),
    total_keys=("count",),
    refine=_refine,
)
