"""What ZipRecruiter says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, node_fields
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct, place_in, places_text
from jobspiders.parsing.record import Record

JOB_PAGE = "https://www.ziprecruiter.com/jobs//j?lvk="
CARDS = "article[id^=job-card-], article.job_result, li.job_result, div.job_result, article[data-jid]"
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


#: The list that pages had for their scripts until 2024.
OLD = {
    "title": "Title",
    "url": "JobURL",
    "company": "OrgName",
    "location_text": "CityState|City",
    "salary_text": "FormattedSalaryShort|FormattedSalary",
    "employment_text": "EmploymentType",
    "description_html": "Snippet",
    "date_posted": "PostedTime",
}
OLD_PLACE = {"city": "City", "region": "State", "country": "Country"}
LISTING_KEY = re.compile(r"[?&/](?:lk|lvk|jid|listing_key)=([\w-]+)")


def old_jobs(page: Page) -> list[Record]:
    """The rows of the list that pages had for their scripts until 2024."""
    return [job for job in page.objects("JobURL") if job.text("Title")]


def posting_from_old_job(job: Record, page: Page) -> JobPosting:
    """The posting of a row of that list."""
    posting = mapped_posting(job, OLD)
    posting.url = page.absolute(posting.url) or ""
    key = key_in(LISTING_KEY, job.text("SaveJobURL"), posting.url)
    posting.external_id = job.text("ListingKey") or job.text("Id") or key or posting.url
    posting.locations = distinct([place_in(job, OLD_PLACE)])
    posting.location_text = places_text(posting.locations) or posting.location_text
    return posting


def records(page: Page) -> list[Record]:
    """The streamed records of a result page, each once."""
    found = {job.text("listingKey"): job for job in page.objects("listingKey") if job.text("title")}
    return list(found.values())


def is_empty(page: Page) -> bool:
    """Whether a page without cards is one of results: past the last one the frame comes without them."""
    beyond = re.search(r"[?&]page=(?!1\b)\d", page.url) and page.first(".job_results_two_pane") is not None
    return bool(beyond) or page.first(EMPTY) is not None


def posting_from_record(job: Record, page: Page) -> JobPosting | None:
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


def posting_from_api(job: Record) -> JobPosting:
    """The posting of an answer of the partner API or the app."""
    posting = mapped_posting(job, API)
    posting.locations = distinct([place_in(job, API_PLACE)])
    posting.location_text = places_text(posting.locations) or job.text("location")
    posting.url = posting.url or JOB_PAGE + posting.external_id
    low = job.number("compensation_min") or job.number("salary_min")
    high = job.number("compensation_max") or job.number("salary_max")
    period = job.text("compensation_interval") or job.text("salary_interval")
    posting.salary = stated_pay(low, high, job.text("compensation_currency"), period)
    if posting.salary and job.text("salary_source") == "predicted":
        posting.salary.source = "estimated"
    return posting


def posting_from_card(card: LexborNode, page: Page, addresses: dict[str, str]) -> JobPosting:
    """The posting of a card; those of 2026 have no link of their own."""
    found = node_fields(card, CARD)
    link = page.absolute(attribute(card.css_first("a.job_link, h2 a, a[href*='/jobs/']"), "href"))
    key = (
        attribute(card, "data-job-id") or attribute(card, "data-jid") or attribute(card, "id") or ""
    ).removeprefix("job-card-")
    lines = (line.text(separator=" ").strip() for line in card.css("p"))
    return JobPosting(
        external_id=key,
        url=addresses.get(found.get("title", "")) or link or JOB_PAGE + key,
        salary_text=next((line for line in lines if PAY.search(line)), None),
        **(
            found
            | {
                "company_url": page.absolute(found.get("company_url")),
                "workplace_text": (found.get("workplace_text") or "").strip("· ") or None,
            }
        ),
    )
