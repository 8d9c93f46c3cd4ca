"""Adzuna: the search API, with an application key of one's own. Descriptions are cut at about 500 characters."""

from __future__ import annotations

from scrapy import Request

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.boards import adzuna


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
    sorted_by_date = True
    layout = adzuna.LAYOUT

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked = self.arguments
        return self.get(
            f"{self.homepage}/v1/api/jobs/{(asked.country or 'gb').lower()}/search/{position.page}",
            app_id=self.keys.get("ADZUNA_APP_ID"),
            app_key=self.keys.get("ADZUNA_APP_KEY"),
            results_per_page=50,
            what=asked.query,
            where=asked.location,
            max_days_old=asked.days(),
            sort_by="date",
        )
