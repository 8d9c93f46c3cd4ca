"""ZipRecruiter: result pages (streamed records, cards, ItemList), posting pages, and the partner API's answers."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider
from jobspiders.parsing.boards import ziprecruiter
from jobspiders.parsing.jsonld import listed_items
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class ZiprecruiterSpider(SearchPagesSpider):
    name = "ziprecruiter"
    homepage = "https://www.ziprecruiter.com"
    allowed_domains = ["ziprecruiter.com"]
    robots = "partly"
    terms = "refuses many addresses; the partner API needs a key of one's own"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/c/[^/]+/Job/|/jobs//?j\?lvk=")
    posting_id = re.compile(r"[?&](?:jid|ojob|lvk|lk)=([\w-]+)")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(
            f"{self.homepage}/jobs-search",
            search=self.arguments.query,
            location=self.place(),
            radius=self.miles(),
            days=self.arguments.days(),
            page=position.page if position.page > 1 else None,
        )

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = page.record.get("jobs")
        if not isinstance(jobs, list):
            return None
        total = page.record.integer("num_paginable_jobs") or page.record.integer("total_jobs")
        return Listing(jobs, lambda row: ziprecruiter.posting_from_api(Record(row)), total)

    def listing_from_embedded(self, page: Page) -> Listing | None:
        if jobs := ziprecruiter.old_jobs(page):
            return Listing(jobs, lambda job: ziprecruiter.posting_from_old_job(job, page))
        records = ziprecruiter.records(page)
        if not records or len(records) < len(page.all(ziprecruiter.CARDS)):
            return None
        return Listing(records, lambda job: ziprecruiter.posting_from_record(job, page))

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page) or self.listed(page, unless=ziprecruiter.CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(ziprecruiter.CARDS)
        if not cards and not ziprecruiter.is_empty(page):
            return None
        addresses = dict(listed_items(page.text))
        return Listing(cards, lambda card: ziprecruiter.posting_from_card(card, page, addresses))
