"""What USAJOBS says of a posting, and where."""

from __future__ import annotations

from typing import Any

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record, joined
from jobspiders.parsing.sections import sections

#: Codes of newer answers; older ones say it in words.
INTERVALS = {"PA": "year", "PH": "hour", "PD": "day", "PM": "month", "BW": "bi-week", "WC": "", "SY": "year"}
PLACE = {
    "text": "LocationName",
    "city": "CityName",
    "region": "CountrySubDivisionCode",
    "country": "CountryCode",
    "latitude": "Latitude",
    "longitude": "Longitude",
}
TEXTS = {
    "JobSummary": None,
    "MajorDuties": "Duties",
    "Requirements": "Requirements",
    "Education": "Education",
}


def _refine(posting: JobPosting, job: Record) -> None:
    posting.locations = distinct(place_in(place, PLACE) for place in job.records("PositionLocation"))
    posting.locations = posting.locations or [Location(text) for text in job.texts("PositionLocationDisplay")]
    posting.location_text = posting.location_text or places_text(posting.locations)
    kinds = [job.text(key, 0, "Name") for key in ("PositionSchedule", "PositionOfferingType")]
    posting.employment_text = joined(*kinds)
    pay = job.record("PositionRemuneration", 0)
    code = pay.text("RateIntervalCode") or ""
    posting.salary = stated_pay(
        pay.number("MinimumRange"), pay.number("MaximumRange"), "USD", INTERVALS.get(code, code)
    )
    details = job.record("UserArea", "Details")
    found = [(title, "\n".join(details.texts(key))) for key, title in TEXTS.items()]
    found.append(("Qualifications", job.text("QualificationSummary") or ""))
    posting.description_html = sections(*found)
    posting.tags = [name for group in job.records("JobCategory") if (name := group.text("Name"))]
    posting.workplace = "remote" if details.boolean("RemoteIndicator") else None
    # the control number, which the address ends in, is the posting's own; PositionID may repeat
    number = posting.url.rstrip("/").rsplit("/", 1)[-1]
    posting.external_id = number if number.isdigit() else posting.external_id
    posting.raw = without_contacts(job.value)


def without_contacts(row: Any) -> Any:
    """A record without its contact persons."""
    if isinstance(row, dict):
        return {key: without_contacts(value) for key, value in row.items() if "contact" not in key.lower()}
    return [without_contacts(item) for item in row] if isinstance(row, list) else row


LAYOUT = Layout(
    fields={
        "external_id": "PositionID",
        "url": "PositionURI",
        "apply_url": "ApplyURI.0",
        "requisition_id": "PositionID",
        "title": "PositionTitle",
        "company": "OrganizationName|DepartmentName",
        "location_text": "PositionLocationDisplay",
        "department": "DepartmentName",
        "date_posted": "PublicationStartDate",
        "valid_through": "ApplicationCloseDate|PositionEndDate",
    },
    row_keys=("SearchResultItems",),
    refine=_refine,
)
