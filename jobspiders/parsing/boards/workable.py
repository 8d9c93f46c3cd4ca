"""What Workable says of a posting, and where."""

from __future__ import annotations

from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record


def merged(rows: list[Any]) -> list[Any]:
    """The rows of one posting, which the widget lists once for each place, as one with all its places."""
    found: dict[str | int, dict[str, Any]] = {}
    for position, job in enumerate(Record(row) for row in rows):
        key = job.text("shortcode") or position
        places = [*job.records("locations")] or [job]
        if key in found:
            found[key]["locations"] += [place.value for place in places]
        elif isinstance(job.value, dict):
            found[key] = {**job.value, "locations": [place.value for place in places]}
        else:
            found[key] = job.value
    return list(found.values())


def _refine(posting: JobPosting, job: Record) -> None:
    if job.get("telecommuting") is True or job.get("remote") is True:
        posting.workplace = posting.workplace or "remote"


LAYOUT = Layout(
    fields={
        "external_id": "shortcode|id",
        "url": "url|shortlink",
        "apply_url": "application_url",
        "requisition_id": "code",
        "title": "title|full_title",
        "employment_text": "employment_type|type",
        "department": "department|department.0",
        "workplace": "workplace",
        "tags": "function|industry|experience|education",
        "language": "language",
        "salary.min": "salary.salary_from",
        "salary.max": "salary.salary_to",
        "salary.currency": "salary.salary_currency",
        "date_posted": "published_on|published|created_at",
    },
    row_keys=("jobs", "results"),
    place={
        "city": "city",
        "region": "region|state",
        "country": "country|country_name",
        "country_code": "countryCode|country_code",
    },
    place_keys=("locations", "location"),
    text_keys=("description", "requirements", "benefits"),
    refine=_refine,
)
