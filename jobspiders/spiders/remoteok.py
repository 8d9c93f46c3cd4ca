"""Remote OK: the public API (one array whose first element is a legal notice) and the HTML rows."""

from __future__ import annotations

from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing
from jobspiders.parsing.boards import remoteok
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class RemoteOkSpider(FeedSpider):
    name = "remoteok"
    homepage = "https://remoteok.com"
    allowed_domains = ["remoteok.com"]
    terms = "API use requires a followed link back to the posting's Remote OK address"
    feed_url = "https://remoteok.com/api"
    whole = False

    def listing_from_api(self, page: Page) -> Listing | None:
        if not isinstance(page.json, list):
            return None
        notice = next((text for row in page.json if (text := Record(row).text("legal"))), None)
        jobs = [row for row in page.json if not Record(row).get("legal")]
        return Listing(
            jobs,
            lambda row: remoteok.posting_from_job(Record(row), notice),
            last=True,
            around=[notice],
        )

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        rows = [row for row in page.html.css("tr.job[data-id]") if "ld+json" in (row.html or "")]
        return Listing(rows, lambda row: remoteok.posting_from_row(row, page), last=True) if rows else None
