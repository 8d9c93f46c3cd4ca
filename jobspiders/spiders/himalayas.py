"""Himalayas: the public API of remote jobs, twenty a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.items import JobPosting
from jobspiders.parsing.record import Record, joined


class HimalayasSpider(JsonFeedSpider):
    name = "himalayas"
    homepage = "https://himalayas.app"
    allowed_domains = ["himalayas.app"]
    terms = "free public API; a link back to the posting is asked for; about 95,000 postings"
    feed_url = "https://himalayas.app/jobs/api"
    paged = True
    whole = False
    row_keys = ("jobs",)
    total_keys = ("totalCount",)
    fields = {
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
    }

    def parameters(self, position: Position) -> dict[str, Any]:
        place = {"cursor": position.cursor} if position.cursor else {"offset": position.offset or None}
        return {"limit": 20, **place}

    def turn(self, listing: Listing, answer: Record) -> None:
        listing.cursor = answer.text("nextCursor")

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.workplace = "remote"
        # no restriction is the board's way of saying worldwide
        posting.location_text = joined(*job.texts("locationRestrictions")) or "Worldwide"
