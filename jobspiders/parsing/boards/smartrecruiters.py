"""What SmartRecruiters says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections

SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


def _refine(posting: JobPosting, job: Record) -> None:
    parts = (job.record("jobAd", "sections", name) for name in SECTIONS)
    posting.description_html = sections(*((part.text("title"), part.text("text")) for part in parts))
    remote, hybrid = (job.get("location", key) is True for key in ("remote", "hybrid"))
    posting.workplace = "hybrid" if hybrid else "remote" if remote else None
    level = job.record("experienceLevel")
    if level.text("id") != "not_applicable":
        posting.tags += level.texts("label")


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "postingUrl",
        "apply_url": "applyUrl",
        "requisition_id": "refNumber",
        "title": "name",
        "company": "company.name",
        "workplace_text": "location.hybridDescription",
        "employment_text": "typeOfEmployment.label|typeOfEmployment.id",
        "department": "department.label",
        "tags": "function.label|industry.label",
        "language": "language.code",
        "date_posted": "releasedDate",
    },
    row_keys=("content",),
    place={
        "text": "fullLocation",
        "city": "city",
        "region": "region",
        "country": "country",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    place_keys=("location",),
    refine=_refine,
)
