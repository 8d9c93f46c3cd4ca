"""What Himalayas says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record, joined


def _refine(posting: JobPosting, job: Record) -> None:
    posting.workplace = "remote"
    # no restriction is the board's way of saying worldwide
    names = (place.text("name") for place in job.records("locationRestrictions"))
    posting.location_text = joined(*job.texts("locationRestrictions"), *names) or "Worldwide"


LAYOUT = Layout(
    fields={
        "external_id": "guid|applicationLink",
        "url": "guid|applicationLink",
        "apply_url": "applicationLink",
        "title": "title",
        "company": "companyName",
        "company_logo": "companyLogo",
        "employment_text": "employmentType",
        "description_html": "description|excerpt",
        "date_posted": "pubDate",
        "valid_through": "expiryDate",
        "tags": "categories",
        "salary.min": "minSalary",
        "salary.max": "maxSalary",
        "salary.currency": "currency",
        "salary.unit": "salaryPeriod",
    },
    row_keys=("jobs",),
    total_keys=("totalCount",),
    refine=_refine,
)
