"""Glassdoor: result pages with job views in their scripts (plain or streamed), older lists, and posting pages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page, attribute, inner_html, node_fields
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined

SITES = {"AU": "com.au", "CA": "ca", "GB": "co.uk", "HK": "com.hk", "IE": "ie", "IN": "co.in", "NZ": "co.nz"}
SITES |= {"SG": "sg", "US": "com"}
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
CARDS = "li[data-test=jobListing], li.react-job-listing, li.jl[data-id]"
CARD = {
    "title": "[data-test=job-title], .jobTitle, [id^=job-title-], .job-title",
    "company": "[class*=compactEmployerName], [class*=EmployerName], [data-test=employer-short-name], .jobHeader a",
    "company_logo": "img[src^=http]@src",
    "location_text": "[data-test=emp-location], .loc",
    "salary_text": "[data-test=detailSalary], .salaryEstimate, .salaryText",
    "date_posted": "[data-test=job-age]",
}

DETAIL = {
    "title": "[data-test=job-title], [id^=jd-job-title-], h1",
    "company": "[data-test=employer-name], [class*=employerNameHeading], [class*=EmployerProfile_employerName]",
    "location_text": "[data-test=location], [data-test=job-location]",
    "salary_text": "[data-test=detailSalary], [id^=jd-salary-]",
}
DESCRIPTION = "[class*=JobDetails_jobDescription], .jobDescriptionContent, #JobDescriptionContainer"


class GlassdoorSpider(SearchPagesSpider):
    name = "glassdoor"
    homepage = "https://www.glassdoor.com"
    allowed_domains = [f"glassdoor.{site}" for site in SITES.values()]
    robots = "partly"
    terms = "terms forbid automated access; refuses many addresses; 30 pages of 30 per search"
    native_filters = frozenset({"query", "location", "country"})
    detail_url = re.compile(r"/job-listing/")
    posting_id = re.compile(r"[?&](?:jl|jobListingId)=(\d+)")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        if position.cursor:
            return self.get(position.cursor)
        place = self.arguments.location or (None if self.arguments.country in SITES else self.place())
        if place is None:
            return self.search("", "")
        return self.get(f"{self.site()}/findPopularLocationAjax.htm", term=place, maxLocationsToReturn=10)

    def search(self, place: str, kind_and_id: str) -> Request:
        """The first page of a search; its address says where in it the place and the words stand."""
        place, words = slug(place), slug(self.arguments.query or "")
        start = len(place) + 1 if place else 0
        where = f"IL.0,{len(place)}_{kind_and_id}_" if place else ""
        path = f"{joined(place, words, separator='-')}-jobs-SRCH_{where}KO{start},{start + len(words)}.htm"
        return self.get(f"{self.site()}/Job/{path}", fromAge=self.days(), radius=self.miles())

    def site(self) -> str:
        return f"https://www.glassdoor.{SITES.get(self.arguments.country or 'US', 'com')}"

    def is_not_found(self, page: Page) -> bool:
        return page.json == [] and "findPopularLocationAjax" in page.url

    def listing_from_api(self, page: Page) -> Listing | None:
        place = Record(page.json).record() if isinstance(page.json, dict) else Record(page.json).record(0)
        number, kind = place.text("locationId"), place.text("locationType")
        if number is None or kind is None:
            return None
        name = place.text("longName") or place.text("label") or place.text("locationName") or ""
        return Listing((), lambda row: None, follow=[self.search(name.split(",")[0], f"I{kind}{number}")])

    def listing_from_embedded(self, page: Page) -> Listing | None:
        found = [view.record("jobview") for view in page.objects("jobview")]
        # a page has its list twice where it also keeps a cache
        views = {view.text("job", "listingId") or view.text("header", "jobLink"): view for view in found}
        total = page.number("totalJobsCount")
        if len(views) < len(page.all(CARDS)) or (not views and total != 0):
            return None
        here = re.search(r"_IP(\d+)\.htm", page.url)
        number = int(here[1]) + 1 if here else 2
        cursors = re.search(r'"paginationCursors\\?":\s*\[(.*?)\]', page.text)
        known = re.findall(r'pageNumber\\?":\s*(\d+)', cursors[1]) if cursors else []
        following = re.sub(r"(?:_IP\d+)?\.htm", f"_IP{number}.htm", page.url)
        goes_on = following != page.url and (str(number) in known or not known)
        return Listing(
            list(views.values()),
            lambda view: self.posting_of_view(page, view),
            total,
            following if goes_on else None,
            None if goes_on else True,
        )

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.listed(page, unless=CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(CARDS)
        return Listing(cards, lambda card: self.posting_of_card(page, card), last=True) if cards else None

    def detail_from_embedded(self, page: Page) -> JobPosting | Gone | None:
        views = (view for view in page.objects("header") if view.text("job", "description"))
        view = next(views, Record(None))
        if view.boolean("header", "expired"):
            return Gone("expired")
        return self.posting_of_view(page, view) if view else None

    def detail_from_html(self, page: Page) -> JobPosting | None:
        description, key = page.first(DESCRIPTION), self.id_in(page.url, self.canonical(page))
        if description is None or key is None:
            return None
        return self.estimated_apart(
            JobPosting(
                external_id=key,
                url=short_url(page, key),
                description_html=inner_html(description),
                **page.fields(DETAIL),
            )
        )

    def posting_of_view(self, page: Page, view: Record) -> JobPosting:
        """A posting from a job view, of a list or of the posting's own page; its pay may be a guess."""
        header = view.record("header")
        posting = mapped_posting(view, VIEW)
        posting.locations = distinct([place_in(view, PLACE)])
        link = header.text("seoJobLink") or header.text("jobLink")
        posting.external_id = posting.external_id or self.id_in(link) or ""
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

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting:
        found = node_fields(card, CARD)
        link = attribute(card.css_first("a[href*='/job-listing/']"), "href")
        key = attribute(card, "data-jobid") or attribute(card, "data-id") or self.id_in(link) or ""
        posting = JobPosting(external_id=key, url=page.absolute(link) or short_url(page, key), **found)
        return self.estimated_apart(posting)

    @staticmethod
    def estimated_apart(posting: JobPosting) -> JobPosting:
        """Mark the pay text of a page as a guess where it says so: ``$67K - $136K (Glassdoor est.)``."""
        if "glassdoor" in (posting.salary_text or "").lower():
            posting.salary = Salary(source="estimated", text=posting.salary_text)
        return posting


def short_url(page: Page, key: str) -> str:
    """The address that leads to a posting by its number alone, on the site that the page belongs to."""
    host = urlsplit(page.url).hostname or ""
    return f"https://{host if 'glassdoor.' in host else 'www.glassdoor.com'}/job-listing/j?jl={key}"
