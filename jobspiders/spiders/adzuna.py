"""Adzuna: the search API, with an application key of one's own. Descriptions are cut at about 500 characters."""

from __future__ import annotations

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.place import place_in
from jobspiders.parsing.record import Record

CONTRACTS = {"permanent": "Permanent", "contract": "Contract"}
HOURS = {"full_time": "Full-time", "part_time": "Part-time"}


class AdzunaSpider(JsonFeedSpider):
    name = "adzuna"
    homepage = "https://api.adzuna.com"
    allowed_domains = ["adzuna.com"]
    terms = "free key needed; show Adzuna as the source; 250 requests a day"
    required_settings = {
        "ADZUNA_APP_ID": "a free application id from developer.adzuna.com",
        "ADZUNA_APP_KEY": "the key that goes with it",
    }
    native_filters = frozenset({"query", "location", "country", "posted_within_hours"})
    paged = True
    whole = False
    row_keys = ("results",)
    total_keys = ("count",)
    fields = {
        "external_id": "id",
        "url": "redirect_url",
        "title": "title",
        "company": "company.display_name",
        "location_text": "location.display_name",
        "description_html": "description",
        "date_posted": "created",
        "department": "category.label",
        "salary.min": "salary_min",
        "salary.max": "salary_max",
    }

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked = self.arguments
        hours = asked.posted_within_hours
        return self.get(
            f"{self.homepage}/v1/api/jobs/{(asked.country or 'gb').lower()}/search/{position.page}",
            app_id=self.keys.get("ADZUNA_APP_ID"),
            app_key=self.keys.get("ADZUNA_APP_KEY"),
            results_per_page=50,
            what=asked.query,
            where=asked.location,
            max_days_old=hours and -(-hours // 24),
            sort_by="date",
        )

    def complete(self, posting: JobPosting, job: Record) -> None:
        kinds = [CONTRACTS.get(job.text("contract_type") or ""), HOURS.get(job.text("contract_time") or "")]
        posting.employment_text = ", ".join(kind for kind in kinds if kind) or None
        if posting.salary is not None:
            posting.salary.unit = "year"
            # the API gives this flag as text
            posting.salary.source = "estimated" if job.text("salary_is_predicted") == "1" else "stated"
        parts = {"text": "location.display_name", "latitude": "latitude", "longitude": "longitude"}
        place = place_in(job, parts)
        posting.locations = [place] if place else []
