"""What Rippling says of a posting, and where."""

from __future__ import annotations

from typing import Any

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct
from jobspiders.parsing.record import Record
from jobspiders.parsing.sections import sections


def merged(rows: list[Any]) -> list[Any]:
    """The rows of one posting as one, with all their places."""
    found: dict[str | int, dict[str, Any]] = {}
    for place, job in enumerate(Record(row) for row in rows if isinstance(row, dict)):
        key = job.text("uuid") or job.text("id") or place
        if key in found:
            more = [job.get("workLocation"), *job.items("locations")]
            found[key]["locations"] = [*Record(found[key]).items("locations"), *more]
        else:
            found[key] = dict(job.value)
    return list(found.values())


def _refine(posting: JobPosting, job: Record) -> None:
    named = [Location(text=name) for name in job.texts("workLocations")]
    posting.locations = distinct([*posting.locations, *named])
    kinds = {place.text("workplaceType") for place in job.records("locations")}
    posting.workplace = workplace_of(kinds.pop()) if len(kinds) == 1 else None
    parts = ((None, job.text("description", name)) for name in ("company", "role"))
    posting.description_html = sections(*parts) or job.text("description")
    posting.salary = pay(list(job.records("payRangeDetails")))


def pay(ranges: list[Record]) -> Salary | None:
    """The span of the ranges that are in the currency and for the period of the first."""
    first = ranges[0] if ranges else Record(None)
    currency, period = first.text("currency"), first.text("frequency")
    alike = [each for each in ranges if (each.text("currency"), each.text("frequency")) == (currency, period)]
    figures = [number for each in alike for key in ("rangeStart", "rangeEnd") if (number := each.number(key))]
    return stated_pay(min(figures), max(figures), currency, period) if figures else None


LAYOUT = Layout(
    fields={
        "external_id": "uuid|id",
        "url": "url",
        "title": "name",
        "company": "companyName",
        "employment_text": "employmentType.id|employmentType.label|employmentType",
        "department": "department.label|department.name|department",
        "language": "language",
        "date_posted": "createdOn",
    },
    row_keys=("items",),
    place={
        "city": "city",
        "region": "state",
        "country": "country",
        "country_code": "countryCode",
        "name": "name|label",
    },
    place_keys=("workLocation", "locations"),
    refine=_refine,
)
