"""Jobicy: the public API of remote jobs, the newest hundred."""

from __future__ import annotations

from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.parsing.boards import jobicy


class JobicySpider(JsonFeedSpider):
    name = "jobicy"
    homepage = "https://jobicy.com"
    allowed_domains = ["jobicy.com"]
    terms = "free public API; a few calls a day, link back, no reposting to job boards"
    feed_url = "https://jobicy.com/api/v2/remote-jobs"
    whole = False
    layout = jobicy.LAYOUT

    def parameters(self, position: Position) -> dict[str, Any]:
        return {"count": 100}
