"""What Arbeitnow says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record, joined


def _refine(posting: JobPosting, job: Record) -> None:
    posting.employment_text = joined(*job.texts("job_types"))
    posting.workplace = "remote" if job.get("remote") is True else None


LAYOUT = Layout(
    fields={
        "external_id": "slug",
        "url": "url",
        "title": "title",
        "company": "company_name",
        "location_text": "location",
        "description_html": "description",
        "date_posted": "created_at",
        "tags": "tags",
    },
    row_keys=("data",),
    refine=_refine,
)
