"""The Muse: the public API, twenty a page."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.items import JobPosting, Location
from jobspiders.parsing.record import Record, joined


class TheMuseSpider(JsonFeedSpider):
    name = "themuse"
    homepage = "https://www.themuse.com"
    allowed_domains = ["themuse.com"]
    terms = "public API; 500 requests an hour without a key"
    feed_url = "https://www.themuse.com/api/public/jobs"
    paged = True
    whole = False
    row_keys = ("results", "jobs")
    total_keys = ("total",)
    fields = {
        "external_id": "id",
        "url": "refs.landing_page",
        "title": "name",
        "company": "company.name",
        "description_html": "contents",
        "date_posted": "publication_date",
    }

    def parameters(self, position: Position) -> dict[str, Any]:
        return {"page": position.page}

    def turn(self, listing: Listing, answer: Record) -> None:
        page, count = answer.integer("page"), answer.integer("page_count")
        listing.last = page >= count if page is not None and count is not None else None

    def complete(self, posting: JobPosting, job: Record) -> None:
        places = [name for place in job.records("locations") if (name := place.text("name"))]
        posting.locations = [Location(name) for name in places]
        posting.location_text = joined(*places, separator="; ")
        posting.department = joined(*(group.text("name") for group in job.records("categories")))
        posting.tags = [
            name for key in ("levels", "tags") for tag in job.records(key) if (name := tag.text("name"))
        ]
