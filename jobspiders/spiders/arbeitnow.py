"""Arbeitnow: the public job board API, newest first, a hundred a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.items import JobPosting
from jobspiders.parsing.record import Record, joined


class ArbeitnowSpider(JsonFeedSpider):
    name = "arbeitnow"
    homepage = "https://www.arbeitnow.com"
    home_country = "DE"
    allowed_domains = ["arbeitnow.com"]
    terms = "free public API; a link back is asked for"
    feed_url = "https://www.arbeitnow.com/api/job-board-api"
    paged = True
    row_keys = ("data",)
    fields = {
        "external_id": "slug",
        "url": "url",
        "title": "title",
        "company": "company_name",
        "location_text": "location",
        "description_html": "description",
        "date_posted": "created_at",
        "tags": "tags",
    }

    def parameters(self, position: Position) -> dict[str, Any]:
        # the answer's own links carry a rotating search parameter: count pages instead
        return {"page": position.page if position.page > 1 else None}

    def turn(self, listing: Listing, answer: Record) -> None:
        listing.last = answer.text("links", "next") is None

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.employment_text = joined(*job.texts("job_types"))
        posting.workplace = "remote" if job.get("remote") is True else None
