"""USAJOBS: the search API of the United States government, with a key of one's own."""

from __future__ import annotations

from typing import Any

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.page import Page
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


class UsaJobsSpider(JsonFeedSpider):
    name = "usajobs"
    homepage = "https://data.usajobs.gov"
    home_country = "US"
    allowed_domains = ["data.usajobs.gov"]
    terms = "free key needed, sent with the mail address it was asked for with; at most 10,000 rows a search"
    required_settings = {
        "USAJOBS_API_KEY": "a free key from developer.usajobs.gov",
        "USAJOBS_EMAIL": "the mail address the key was given to",
    }
    native_filters = frozenset({"query", "location", "posted_within_hours"})
    paged = True
    row_keys = ("SearchResultItems",)
    fields = {
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
    }

    def listing_request(self, scope: Scope, position: Position) -> Request:
        hours = self.arguments.posted_within_hours
        request = self.get(
            f"{self.homepage}/api/search",
            Keyword=self.arguments.query,
            LocationName=self.arguments.location,
            DatePosted=hours and min(60, -(-hours // 24)),
            ResultsPerPage=500,
            Page=position.page,
        )
        keys = {
            "Authorization-Key": self.keys.get("USAJOBS_API_KEY", ""),
            "User-Agent": self.keys.get("USAJOBS_EMAIL", ""),
        }
        return request.replace(headers=keys)

    def listing_from_api(self, page: Page) -> Listing | None:
        result = page.record.record("SearchResult") or page.record
        rows: Any = result.get("SearchResultItems")
        if not isinstance(rows, list):
            return None
        total = result.integer("SearchResultCountAll")
        return Listing(rows, lambda row: self.read(Record(row), page), total)

    def read(self, job: Record, page: Page) -> JobPosting | None:
        posting = super().read(job.record("MatchedObjectDescriptor") or job, page)
        if posting is not None:
            # the control number, which the address ends in, is the posting's own; PositionID may repeat
            number = posting.url.rstrip("/").rsplit("/", 1)[-1]
            posting.external_id = job.text("MatchedObjectId") or (
                number if number.isdigit() else posting.external_id
            )
        return posting

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.locations = distinct(place_in(place, PLACE) for place in job.records("PositionLocation"))
        posting.locations = posting.locations or [
            Location(text) for text in job.texts("PositionLocationDisplay")
        ]
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
        if details.get("TeleworkEligible") is not None:
            posting.workplace = "remote" if details.boolean("RemoteIndicator") else None
        posting.raw = without_contacts(job.value)


def without_contacts(row: Any) -> Any:
    """A record without its contact persons."""
    if isinstance(row, dict):
        return {key: without_contacts(value) for key, value in row.items() if "contact" not in key.lower()}
    return [without_contacts(item) for item in row] if isinstance(row, list) else row
