"""What Remotive says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record


def _refine(posting: JobPosting, job: Record) -> None:
    posting.workplace = "remote"


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "url",
        "title": "title",
        "company": "company_name",
        "company_logo": "company_logo_url|company_logo",
        "location_text": "candidate_required_location",
        "employment_text": "job_type",
        "salary_text": "salary",
        "description_html": "description",
        "date_posted": "publication_date",
        "department": "category",
        "tags": "tags",
    },
    row_keys=("jobs",),
    refine=_refine,
)
