"""StepStone: result pages with an embedded list, their cards, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.parsing.boards import stepstone
from jobspiders.parsing.page import Page

SITES = {"AT": "at", "BE": "be", "DE": "de", "NL": "nl"}
AGES = {1: "age_1", 3: "age_3", 7: "age_7"}


class StepstoneSpider(SearchPagesSpider):
    name = "stepstone"
    homepage = "https://www.stepstone.de"
    home_country = "DE"
    allowed_domains = [f"stepstone.{site}" for site in SITES.values()]
    robots = "partly"
    terms = "terms forbid automated access; most salaries are shown after a login only"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/stellenangebote--|/jobs--|/vacatures--|/emploi--|-job\d{6,}(?:[/?#]|$)")
    posting_id = stepstone.KEY

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked = self.arguments
        days = asked.days() or 0
        place = f"/in-{slug(asked.location)}" if asked.location else ""
        site = SITES.get(asked.country or "DE", "de")
        return self.get(
            f"https://www.stepstone.{site}/jobs/{slug(asked.query or '')}{place}",
            radius=asked.radius_km,
            ag=next((AGES[most] for most in AGES if 0 < days <= most), None),
            wfh=1 if asked.remote else None,
            page=position.page if position.page > 1 else None,
        )

    def listing_from_embedded(self, page: Page) -> Listing | None:
        found = page.objects("harmonisedId") or page.objects("datePosted")
        items = {item.text("id"): item for item in found if item.text("title") and item.text("id")}
        total, pages = page.number("totalCount"), page.number("pageCount")
        if len(items) < len(page.all(stepstone.CARDS)) or (not items and total != 0):
            return None
        here = re.search(r"[?&]page=(\d+)", page.url)
        last = None if pages is None else (int(here[1]) if here else 1) >= pages
        return Listing(
            list(items.values()), lambda item: stepstone.posting_from_item(item, page), total, last=last
        )

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.several(page)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(stepstone.CARDS)
        return Listing(cards, lambda card: stepstone.posting_from_card(card, page)) if cards else None
