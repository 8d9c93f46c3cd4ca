"""What Ashby says of a posting, and where."""

from __future__ import annotations

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.pay import pay_in
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined

ADDRESS = {"city": "addressLocality", "region": "addressRegion", "country": "addressCountry"}
KIND = "compensationType"
PAY = {"min": "minValue", "max": "maxValue", "currency": "currencyCode", "unit": "interval"}


def _is_open(job: Record) -> bool:
    return job.get("isListed") is not False


def _refine(posting: JobPosting, job: Record) -> None:
    rows = [job, *job.records("secondaryLocations")]
    names = [row.text("location") or row.text("locationName") for row in rows]
    places = [place_in(row.record("address", "postalAddress"), ADDRESS) for row in rows]
    written = [Location(text=name) if name else None for name in names]
    posting.locations = distinct(place or text for place, text in zip(places, written, strict=True))
    posting.location_text = joined(*names, separator="; ")
    if posting.workplace is None and job.get("isRemote") is True:
        posting.workplace = "remote"
    pay = job.record("compensation")
    tiers = [part for tier in pay.records("compensationTiers") for part in tier.records("components")]
    parts = [part for part in [*pay.records("summaryComponents"), *tiers] if part.text(KIND) == "Salary"]
    posting.salary = next((found for part in parts if (found := pay_in(part, PAY))), None)


LAYOUT = Layout(
    fields={
        "external_id": "id",
        "url": "jobUrl|externalLink",
        "apply_url": "applyUrl|applyLink",
        "title": "title",
        "employment_text": "employmentType",
        "department": "department|departmentName",
        "team": "team|teamName",
        "workplace": "workplaceType",
        "salary_text": "compensation.compensationTierSummary|compensationTierSummary",
        "description_html": "descriptionHtml|descriptionPlain",
        "date_posted": "publishedAt|publishedDate",
        "valid_through": "applicationDeadline",
    },
    row_keys=("jobs", "jobPostings"),
    is_open=_is_open,
    refine=_refine,
)
