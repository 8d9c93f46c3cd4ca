"""ZipRecruiter: result pages (streamed records, cards, ItemList), posting pages, and the partner API's answers."""

from __future__ import annotations

import re

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.jsonld import listed_items
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page, attribute, node_fields
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record

CARDS = "article[id^=job-card-], article.job_result"
EMPTY = "ul.no_results, [data-testid=no-results], .job_results_no_results"
CARD = {
    "title": "h2",
    "company": "[data-testid=job-card-company], .job_org a, .t_org_link",
    "company_url": "[data-testid=job-card-company]@href",
    "location_text": "[data-testid=job-card-location], .t_location_link",
    "workplace_text": "[data-testid=job-card-location] + span",
    "description_html": ".job_snippet",
}
PAY = re.compile(r"[$€£]\s?\d[^<]*/\s?(?:hr|yr|mo|wk|day)", re.IGNORECASE)
RECORD = {
    "external_id": "listingKey",
    "title": "title",
    "company": "company.name",
    "location_text": "display.location|location.displayName",
    "workplace_text": "display.locationTypesV2.fullDisplay|display.locationTypes",
    "employment_text": "display.employmentTypes.fullDisplay|display.employmentTypes.compactDisplay",
    "salary_text": "display.pay.text",
    "description_html": "htmlFullDescription|description|shortDescription",
    "date_posted": "status.postedAtUtc|status.rollingPostedAtUtc",
    "url": "rawCanonicalZipJobPageUrl|jobRedirectPageUrl",
    "company_url": "companyUrl",
}
RECORD_PLACE = {
    "text": "display.location|location.displayName",
    "city": "location.city",
    "region": "location.state",
    "country": "location.country",
    "country_code": "location.countryCode",
}
#: The partner API and, where it differs, the app's.
API = {
    "external_id": "listing_key|id",
    "url": "url",
    "title": "name|title",
    "company": "hiring_company.name",
    "company_url": "hiring_company.url",
    "employment_text": "employment_type",
    "description_html": "job_description|snippet",
    "date_posted": "posted_time",
    "tags": "industry_name",
}
API_PLACE = {"city": "job_city|city", "region": "job_state|state", "country": "job_country|country"}


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
            days=self.days(),
            page=position.page if position.page > 1 else None,
        )

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = page.record.get("jobs")
        total = page.record.integer("num_paginable_jobs") or page.record.integer("total_jobs")
        return (
            Listing(jobs, lambda row: posting_of_api(Record(row)), total) if isinstance(jobs, list) else None
        )

    def listing_from_embedded(self, page: Page) -> Listing | None:
        found = {job.text("listingKey"): job for job in page.objects("listingKey") if job.text("title")}
        rows = list(found.values())
        if not rows or len(rows) < len(page.all(CARDS)):
            return None
        return Listing(rows, lambda job: posting_of_record(page, job))

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.listed(page, unless=CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(CARDS)
        # past the last page the frame comes without cards
        beyond = (
            re.search(r"[?&]page=(?!1\b)\d", page.url) and page.first(".job_results_two_pane") is not None
        )
        if not cards and not beyond and page.first(EMPTY) is None:
            return None
        addresses = dict(listed_items(page.text))
        return Listing(cards, lambda card: self.posting_of_card(page, card, addresses))

    def posting_of_card(self, page: Page, card: LexborNode, addresses: dict[str, str]) -> JobPosting:
        """The posting of a card; those of 2026 have no link of their own."""
        found = node_fields(card, CARD)
        link = page.absolute(attribute(card.css_first("a.job_link, h2 a, a[href*='/jobs/']"), "href"))
        key = (attribute(card, "data-job-id") or attribute(card, "id") or "").removeprefix("job-card-")
        lines = (line.text(separator=" ").strip() for line in card.css("p"))
        return JobPosting(
            external_id=key,
            url=addresses.get(found.get("title", "")) or link or f"{self.homepage}/jobs//j?lvk={key}",
            salary_text=next((line for line in lines if PAY.search(line)), None),
            **(
                found
                | {
                    "company_url": page.absolute(found.get("company_url")),
                    "workplace_text": (found.get("workplace_text") or "").strip("· ") or None,
                }
            ),
        )


def posting_of_record(page: Page, job: Record) -> JobPosting | None:
    """The posting of a streamed record; pay and workplace may be the board's guess."""
    if job.boolean("status", "isActive") is False:
        return None
    posting = mapped_posting(job, RECORD)
    posting.url = page.absolute(posting.url) or ""
    posting.company_url = page.absolute(posting.company_url)
    posting.locations = distinct([place_in(job, RECORD_PLACE)])
    pay = job.record("pay")
    if pay.boolean("metadata", "visible") is not False:
        currency, period = ((pay.text(key) or "").rpartition("_")[2] for key in ("currency", "interval"))
        posting.salary = stated_pay(pay.number("min"), pay.number("max"), currency, period)
    if posting.salary and pay.text("metadata", "sourceType") == "SOURCE_PREDICTED":
        posting.salary.source = "estimated"
    kinds = [kind.text("name") or "" for kind in job.records("locationTypes")]
    if len(kinds) == 1:
        posting.workplace = workplace_of(kinds[0].removeprefix("LOCATION_TYPE_NAME_"))
    return posting


def posting_of_api(job: Record) -> JobPosting:
    posting = mapped_posting(job, API)
    posting.locations = distinct([place_in(job, API_PLACE)])
    posting.location_text = places_text(posting.locations) or job.text("location")
    posting.url = posting.url or f"https://www.ziprecruiter.com/jobs//j?lvk={posting.external_id}"
    low = job.number("compensation_min") or job.number("salary_min")
    high = job.number("compensation_max") or job.number("salary_max")
    period = job.text("compensation_interval") or job.text("salary_interval")
    posting.salary = stated_pay(low, high, job.text("compensation_currency"), period)
    if posting.salary and job.text("salary_source") == "predicted":
        posting.salary.source = "estimated"
    return posting
