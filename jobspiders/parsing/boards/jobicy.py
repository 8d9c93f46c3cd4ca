"""What Jobicy says of a posting, and where."""

from __future__ import annotations

import html

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record, joined


def _refine(posting: JobPosting, job: Record) -> None:
    posting.workplace = "remote"
    posting.title = html.unescape(posting.title)
    posting.company = html.unescape(posting.company or "") or None
    posting.tags = [html.unescape(tag) for tag in posting.tags]
    posting.employment_text = joined(*job.texts("jobType"))
    if posting.salary is not None and posting.salary.unit is None and job.get("annualSalaryMin"):
        posting.salary.unit = "year"


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "url",
        "title": "jobTitle",
        "company": "companyName",
        "company_logo": "companyLogo",
        "location_text": "jobGeo",
        "description_html": "jobDescription|jobExcerpt",
        "date_posted": "pubDate",
        "tags": "jobIndustry|jobLevel",
        "salary.min": "salaryMin|annualSalaryMin",
        "salary.max": "salaryMax|annualSalaryMax",
        "salary.currency": "salaryCurrency",
        "salary.unit": "salaryPeriod",
    },
    row_keys=("jobs",),
    refine=_refine,
)
