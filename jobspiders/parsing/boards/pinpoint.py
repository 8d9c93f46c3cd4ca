"""What Pinpoint says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


def _refine(posting: JobPosting, job: Record) -> None:
    parts = ((job.text(f"{name}_header"), job.text(name)) for name in PARTS)
    posting.description_html = sections((None, job.text("description")), *parts)
    if job.get("compensation_visible") is False:
        posting.salary = posting.salary_text = None


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "url|path",
        "requisition_id": "job.requisition_id",
        "title": "title",
        "employment_text": "employment_type_text|employment_type",
        "department": "job.department.name",
        "team": "job.division.name",
        "workplace": "workplace_type|workplace_type_text",
        "workplace_text": "workplace_type_text",
        "salary_text": "compensation",
        "salary.min": "compensation_minimum",
        "salary.max": "compensation_maximum",
        "salary.currency": "compensation_currency",
        "salary.unit": "compensation_frequency",
        "date_posted": "published_at|created_at",
        "valid_through": "deadline_at",
    },
    row_keys=("data",),
    place={"city": "city", "region": "province", "country": "country", "name": "name"},
    place_keys=("location", "locations"),
    refine=_refine,
)
