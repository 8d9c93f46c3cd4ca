"""StepStone: result pages with an embedded list, their cards, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting, Workplace
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page, attribute, node_fields
from jobspiders.parsing.record import Record

SITES = {"AT": "at", "BE": "be", "DE": "de", "NL": "nl"}
ITEM = {
    "external_id": "id",
    "url": "url",
    "title": "title",
    "company": "companyName",
    "company_url": "companyUrl",
    "company_logo": "companyLogoUrl",
    "location_text": "location",
    "salary_text": "salary",
    "salary.min": "unifiedSalary.min",
    "salary.max": "unifiedSalary.max",
    "salary.currency": "unifiedSalary.currency",
    "salary.unit": "unifiedSalary.period",
    "description_html": "textSnippet",
    "date_posted": "datePosted|publishFromDate",
    "tags": "skills",
}
HOME_OFFICE: dict[str, Workplace] = {"1": "remote", "2": "hybrid"}
CARDS = "article[data-at=job-item], article[id^=job-item-]"
CARD = {
    "title": "[data-at=job-item-title]",
    "url": "[data-at=job-item-title]@href",
    "company": "[data-at=job-item-company-name]",
    "company_url": "a[data-at=company-logo]@href",
    "company_logo": "noscript img[src^=http]@src",
    "location_text": "[data-at=job-item-location]",
    "workplace_text": "[data-at=job-item-work-from-home]",
    "salary_text": "[data-at=job-item-salary-info]",
    "date_posted": "[data-at=job-item-timeago]",
    "description_html": "[data-at=jobcard-content]",
}
AGES = {1: "age_1", 3: "age_3", 7: "age_7"}


class StepstoneSpider(SearchPagesSpider):
    name = "stepstone"
    homepage = "https://www.stepstone.de"
    home_country = "DE"
    allowed_domains = [f"stepstone.{site}" for site in SITES.values()]
    robots = "partly"
    terms = "terms forbid automated access; most salaries are shown after a login only"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/stellenangebote--|/jobs--|/vacatures--|/emploi--")
    posting_id = re.compile(r"--(\d+)(?:-inline)?\.html")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        asked, days = self.arguments, self.days() or 0
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
        items = {item.text("id"): item for item in found if item.text("title")}
        total, pages = page.number("totalCount"), page.number("pageCount")
        if len(items) < len(page.all(CARDS)) or (not items and total != 0):
            return None
        here = re.search(r"[?&]page=(\d+)", page.url)
        last = None if pages is None else (int(here[1]) if here else 1) >= pages
        return Listing(list(items.values()), lambda item: posting_of_item(page, item), total, last=last)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(CARDS)
        return Listing(cards, lambda card: self.posting_of_card(page, card)) if cards else None

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting:
        found = node_fields(card, CARD)
        url = page.absolute(found.pop("url", None)) or ""
        key = self.id_in(url) or (attribute(card, "id") or "").removeprefix("job-item-")
        return JobPosting(external_id=key, url=url, **found)


def posting_of_item(page: Page, item: Record) -> JobPosting:
    posting = mapped_posting(item, ITEM)
    posting.url = (page.absolute(posting.url) or "").split("?", 1)[0]
    posting.workplace = HOME_OFFICE.get(item.text("workFromHome") or "")
    if posting.salary and "PREDICTED" in (item.text("unifiedSalary", "salaryType") or "").upper():
        posting.salary.source = "estimated"
    return posting
