"""What Eightfold says of a posting, and where."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import distinct
from jobspiders.parsing.record import Record


def described(page: Page) -> Record | None:
    """The position of an answer that is about one and has its text."""
    job = page.record.record("data") or page.record
    text = job.text("job_description") or job.text("jobDescription")
    return job if text and not job.get("positions") else None


def is_last(page: Page, rows: int) -> bool | None:
    """Whether the answer's own count says that no position follows its ``rows``."""
    count = page.record.integer("count") or page.record.integer("data", "count")
    start = Record(parse_qs(urlsplit(page.url).query)).integer("start", 0) or 0
    return None if count is None else start + rows >= count


def _is_open(job: Record) -> bool:
    return job.get("isPrivate") is not True


def _refine(posting: JobPosting, job: Record) -> None:
    names = job.texts("standardizedLocations") or job.texts("locations") or job.texts("location")
    posting.locations = distinct(Location(text=name) for name in names)
    posting.url = posting.url or f"/careers/job/{posting.external_id}"


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "canonicalPositionUrl|publicUrl|positionUrl",
        "requisition_id": "display_job_id|displayJobId|ats_job_id|atsJobId",
        "title": "posting_name|name",
        "employment_text": "employmentType",
        "department": "department",
        "workplace": "work_location_option|workLocationOption",
        "workplace_text": "location_flexibility|locationFlexibility",
        "description_html": "job_description|jobDescription",
        "language": "locale",
        "date_posted": "t_create|postedTs|creationTs",
    },
    row_keys=("positions",),
    is_open=_is_open,
    refine=_refine,
)
