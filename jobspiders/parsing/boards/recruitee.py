"""What Recruitee says of a posting, and where."""

from __future__ import annotations

import re

from jobspiders.items import JobPosting, Workplace
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record

NAME = re.compile(r"/o/([\w-]+)/?(?:[?#]|$)")
WORKPLACES: dict[str, Workplace] = {"remote": "remote", "hybrid": "hybrid", "on_site": "onsite"}
#: Addresses of the employer's staff or inbox, and questions to applicants.
PRIVATE = frozenset({"mailbox_email", "open_questions", "dynamic_fields"})


def _is_open(job: Record) -> bool:
    return job.text("status") in (None, "published")


def _refine(posting: JobPosting, job: Record) -> None:
    slug = job.text("slug")
    posting.url = posting.url or (f"/o/{slug}" if slug else "")
    kinds = [kind for key, kind in WORKPLACES.items() if job.get(key) is True]
    posting.workplace = kinds[0] if len(kinds) == 1 else None
    posting.workplace_text = ", ".join(kinds) or None
    if len(job.record("translations").value or ()) == 1:
        posting.language = next(iter(job.record("translations").value))[:2]
    posting.raw = {key: value for key, value in job.value.items() if key not in PRIVATE}


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "careers_url|url",
        "apply_url": "careers_apply_url",
        "title": "title",
        "company": "company_name",
        "employment_text": "employment_type_code",
        "department": "department",
        "tags": "tags|category_code|experience_code",
        "salary.min": "salary.min|min_salary",
        "salary.max": "salary.max|max_salary",
        "salary.currency": "salary.currency",
        "salary.unit": "salary.period",
        "date_posted": "published_at|created_at",
        "valid_through": "close_at",
    },
    row_keys=("offers",),
    place={
        "city": "city",
        "region": "state|state_name",
        "country": "country",
        "country_code": "country_code",
    },
    place_keys=("locations",),
    text_keys=("description", "requirements"),
    is_open=_is_open,
    refine=_refine,
)
