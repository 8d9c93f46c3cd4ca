"""USAJOBS: the search API of the United States government, with a key of one's own."""

from __future__ import annotations

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.boards import usajobs
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


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
    layout = usajobs.LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        days = self.arguments.days()
        request = self.get(
            f"{self.homepage}/api/search",
            Keyword=self.arguments.query,
            LocationName=self.arguments.location,
            DatePosted=days and min(60, days),
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
        rows, total = result.get("SearchResultItems"), result.integer("SearchResultCountAll")
        if not isinstance(rows, list):
            return None
        return Listing(rows, lambda row: self.read(Record(row)), total, around=[])

    def read(self, job: Record) -> JobPosting | None:
        posting = super().read(job.record("MatchedObjectDescriptor") or job)
        if posting is not None:
            posting.external_id = job.text("MatchedObjectId") or posting.external_id
            posting.url = posting.url or (f"https://www.usajobs.gov/job/{posting.external_id}")
        return posting
