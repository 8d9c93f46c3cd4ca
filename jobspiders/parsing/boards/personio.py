"""What Personio says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record, joined
from jobspiders.parsing.sections import sections


def _refine(posting: JobPosting, job: Record) -> None:
    more = job.get("additionalOffices", "office")
    offices = [job.text("office"), *Record([more]).texts(0)]
    posting.locations = [Location(text=office) for office in dict.fromkeys(offices) if office]
    posting.employment_text = joined(job.text("employmentType"), job.text("schedule"))
    posting.tags += [word.strip() for word in (job.text("keywords") or "").split(",") if word.strip()]
    parts = job.get("jobDescriptions", "jobDescription")
    parts = [Record(part) for part in (parts if isinstance(parts, list) else [parts])]
    posting.description_html = sections(*((part.text("name"), part.text("value")) for part in parts))
    posting.url = f"/job/{posting.external_id}"


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "title": "name",
        "company": "subcompany",
        "department": "department",
        "team": "recruitingCategory",
        "tags": "seniority|yearsOfExperience|occupation|occupationCategory",
        "date_posted": "createdAt",
    },
    refine=_refine,
)
