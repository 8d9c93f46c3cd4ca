"""What Glassdoor says of a posting, and where."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, inner_html, node_fields
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined

#: Attributes of a posting that name its employment, among those that name skills.
KINDS = frozenset({"Full-time", "Part-time", "Permanent", "Contract", "Temporary", "Internship", "Freelance"})
VIEW = {
    "external_id": "job.listingId",
    "title": "header.jobTitleText|job.jobTitleText",
    "company": "header.employerNameFromSearch|header.employer.shortName|header.employer.name|overview.shortName",
    "company_logo": "overview.squareLogoUrl",
    "location_text": "header.locationName",
    "salary.min": "header.payPeriodAdjustedPay.p10|header.payPeriodAdjustedPay.p50|header.payPercentile10",
    "salary.max": "header.payPeriodAdjustedPay.p90|header.payPeriodAdjustedPay.p50|header.payPercentile90",
    "salary.currency": "header.payCurrency",
    "salary.unit": "header.payPeriod",
    "description_html": "job.description",
    "tags": "header.indeedJobAttribute.skillsLabel",
}
PLACE = {
    "text": "map.locationName",
    "city": "map.cityName",
    "region": "map.stateName",
    "country": "map.country",
    "latitude": "map.lat",
    "longitude": "map.lng",
}
KEY = re.compile(r"[?&](?:jl|jobListingId)=(\d+)")
CARDS = "[data-test=jobListing], li.react-job-listing, li.jl[data-id], li[data-jobid]"
CARD = {
    "title": "[data-test=job-title], .jobTitle, [id^=job-title-], .job-title | [class*=jobTitle] | h2, h3",
    "company": (
        "[class*=compactEmployerName], [class*=EmployerName], [data-test=employer-short-name], .jobHeader a"
        " | [class*=employerName] | [id^=job-employer-]"
    ),
    "company_logo": "img[src^=http]@src",
    "location_text": "[data-test=emp-location], .loc",
    "salary_text": "[data-test=detailSalary], .salaryEstimate, .salaryText",
    "date_posted": "[data-test=job-age], [class*=listingAge]",
    "description_html": "[data-test=descSnippet]",
}
_RATING = re.compile(r"\s*\d\.\d\s*★?$")
DETAIL = {
    "title": "[data-test=job-title], [id^=jd-job-title-], h1",
    "company": "[data-test=employer-name], [class*=employerNameHeading], [class*=EmployerProfile_employerName]",
    "location_text": "[data-test=location], [data-test=job-location]",
    "salary_text": "[data-test=detailSalary], [id^=jd-salary-]",
}
DESCRIPTION = "[class*=JobDetails_jobDescription], .jobDescriptionContent, #JobDescriptionContainer"


def short_url(page: Page, key: str) -> str:
    """The address that leads to a posting by its number alone, on the site that the page belongs to."""
    host = urlsplit(page.url).hostname or ""
    return f"https://{host if 'glassdoor.' in host else 'www.glassdoor.com'}/job-listing/j?jl={key}"


def place(page: Page) -> tuple[str, str] | None:
    """The name of the first place that the site suggests, and its kind and number as ``IC1147401``."""
    found = Record(page.json).record() if isinstance(page.json, dict) else Record(page.json).record(0)
    number, kind = found.text("locationId"), found.text("locationType")
    if number is None or kind is None:
        return None
    name = found.text("longName") or found.text("label") or found.text("locationName") or ""
    return name.split(",")[0], f"I{kind}{number}"


def views(page: Page) -> list[Record] | None:
    """The job views of a result page, each once; a page has its list twice where it also keeps a cache."""
    found = [view.record("jobview") for view in page.objects("jobview")]
    unique = {view.text("job", "listingId") or view.text("header", "jobLink"): view for view in found}
    if len(unique) < len(page.all(CARDS)) or (not unique and page.number("totalJobsCount") != 0):
        return None
    return list(unique.values())


def following(page: Page) -> str | None:
    """The address of the next page of results."""
    here = re.search(r"_IP(\d+)\.htm", page.url)
    number = int(here[1]) + 1 if here else 2
    cursors = re.search(r'"paginationCursors\\?":\s*\[(.*?)\]', page.text)
    known = re.findall(r'pageNumber\\?":\s*(\d+)', cursors[1]) if cursors else []
    address = re.sub(r"(?:_IP\d+)?\.htm", f"_IP{number}.htm", page.url)
    return address if address != page.url and (str(number) in known or not known) else None


def posting_from_view(view: Record, page: Page) -> JobPosting:
    """A posting from a job view, of a list or of the posting's own page; its pay may be a guess."""
    header = view.record("header")
    posting = mapped_posting(view, VIEW)
    posting.locations = distinct([place_in(view, PLACE)])
    link = header.text("seoJobLink") or header.text("jobLink")
    posting.external_id = posting.external_id or key_in(KEY, link) or ""
    posting.url = page.absolute(header.text("seoJobLink")) or short_url(page, posting.external_id)
    if posting.salary and header.text("salarySource") == "ESTIMATED":
        posting.salary.source = "estimated"
    names = {
        item.text("key"): item.text("value")
        for item in header.records("indeedJobAttribute", "extractedJobAttributes")
    }
    skills = [name for key in header.texts("indeedJobAttribute", "skills") if (name := names.get(key))]
    posting.tags = posting.tags or skills
    kinds = header.texts("jobType") or [name for name in names.values() if name in KINDS]
    posting.employment_text = joined(*kinds)
    posting.workplace_text = joined(*header.texts("remoteWorkTypes"))
    age = header.integer("ageInDays")
    posting.date_posted = None if age is None else f"{age} days ago" if age else "today"
    posting.raw = {key: view.get(key) for key in ("header", "job", "map", "overview")}
    return posting


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card of an older list."""
    found = node_fields(card, CARD)
    link = attribute(card.css_first("a[href*='/job-listing/']"), "href")
    key = attribute(card, "data-jobid") or attribute(card, "data-id") or key_in(KEY, link) or ""
    posting = JobPosting(external_id=key, url=page.absolute(link) or short_url(page, key), **found)
    posting.company = _RATING.sub("", posting.company or "") or None
    return estimated_apart(posting)


def estimated_apart(posting: JobPosting) -> JobPosting:
    """Mark the pay text of a page as a guess where it says so: ``$67K - $136K (Glassdoor est.)``."""
    if "glassdoor" in (posting.salary_text or "").lower():
        posting.salary = Salary(source="estimated", text=posting.salary_text)
    return posting


def posting_from_data(page: Page) -> JobPosting | Gone | None:
    """The posting of a page of its own, by the data for the page's scripts."""
    views = (view for view in page.objects("header") if view.text("job", "description"))
    view = next(views, Record(None))
    if view.boolean("header", "expired"):
        return Gone("expired")
    return posting_from_view(view, page) if view else None


def posting_from_page(page: Page) -> JobPosting | None:
    """The posting of a page of its own, by what it shows."""
    description, key = page.first(DESCRIPTION), key_in(KEY, page.url, page.canonical)
    if description is None or key is None:
        return None
    return estimated_apart(
        JobPosting(
            external_id=key,
            url=short_url(page, key),
            description_html=inner_html(description),
            **page.fields(DETAIL),
        )
    )
