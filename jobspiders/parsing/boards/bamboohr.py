"""What BambooHR says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


def opening(page: Page) -> Record | Gone | None:
    """The opening that a detail is about."""
    job = page.record.record("result", "jobOpening")
    if job.text("jobOpeningStatus") not in (None, "Open"):
        return Gone(f"the opening is {job.text('jobOpeningStatus')}")
    return job if job.text("jobOpeningName") else None


def is_marketing(page: Page) -> bool:
    """Whether this is the platform's own page, which stands for a tenant that is none."""
    title = page.text_of("title") if page.json is None and not page.jsonld else None
    return "bamboohr" in (title or "").lower()


def _refine(posting: JobPosting, job: Record) -> None:
    if job.boolean("isRemote"):
        posting.workplace = "remote"
    elif job.text("locationType") == "0":
        posting.workplace = "onsite"


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "jobOpeningShareUrl",
        "title": "jobOpeningName",
        "employment_text": "employmentStatusLabel|employmentType",
        "department": "departmentLabel",
        "tags": "minimumExperience",
        "salary_text": "compensation",
        "description_html": "description",
        "date_posted": "datePosted",
    },
    row_keys=("result",),
    place={"city": "city", "region": "state|province", "country": "country|addressCountry"},
    place_keys=("location", "atsLocation"),
    refine=_refine,
)
