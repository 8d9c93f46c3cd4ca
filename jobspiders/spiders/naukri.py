"""Naukri: rendered result pages, their ItemList, the answers of the site's own API, and posting pages."""

from __future__ import annotations

import re

from scrapy import Request
from selectolax.lexbor import LexborNode

from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import Experience, JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page, attribute, inner_html, node_fields, node_text
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.record import Record, joined

JOB = {
    "external_id": "jobId",
    "url": "jdURL|staticUrl",
    "title": "title",
    "company": "companyName|companyDetail.name",
    "company_logo": "logoPathV3|logoPath|companyDetail.logo",
    "description_html": "jobDescription|description",
    "date_posted": "createdDate|footerPlaceholderLabel",
    "employment_text": "employmentType",
    "department": "functionalArea|industryType",
}
CARDS = ".srp-jobtuple-wrapper[data-job-id], article.jobTuple[data-job-id]"
CARD = {
    "title": "a.title",
    "url": "a.title@href",
    "company": ".comp-name, a.subTitle",
    "company_url": "a.comp-name@href",
    "company_logo": "img.logoImage[src^=http]@src",
    "salary_text": ".sal-wrap, .sal, li.salary",
    "location_text": ".loc-wrap, li.location",
    "date_posted": ".job-post-day, .postedDate",
    "description_html": ".job-desc, .job-description",
}
DETAIL = {
    "title": "[class*=jd-header-title]",
    "company": "[class*=jd-header-comp-name] a",
    "location_text": "[class*=jhc__loc]",
    "salary_text": "[class*=jhc__salary]",
}
YEARS = re.compile(r"(\d+)\s*-\s*(\d+)\s*Yrs", re.IGNORECASE)
WORKPLACE = re.compile(r"(hybrid|remote|temp\. wfh)\s*-\s*", re.IGNORECASE)


class NaukriSpider(SearchPagesSpider):
    name = "naukri"
    homepage = "https://www.naukri.com"
    home_country = "IN"
    allowed_domains = ["naukri.com"]
    robots = "partly"
    terms = "plain clients get an app shell without postings; pay is given in lakh and crore rupees a year"
    native_filters = frozenset({"query", "location"})
    detail_url = re.compile(r"/job-listings-|/jobapi/v\d/job/\d")
    posting_id = re.compile(r"-(\d{9,})(?:[?#]|$)|/job/(\d+)")

    def listing_request(self, scope: Scope, position: Position) -> Request:
        where = f"-in-{slug(self.arguments.location)}" if self.arguments.location else ""
        page = f"-{position.page}" if position.page > 1 else ""
        path = f"{slug(self.arguments.query or '')}-jobs{where}{page}"
        return self.get(f"{self.homepage}/{path}", jobAge=self.days())

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = page.record.get("jobDetails")
        if not isinstance(jobs, list):
            return None
        return Listing(
            jobs, lambda row: self.posting_of_job(page, Record(row)), page.record.integer("noOfJobs")
        )

    def listing_from_embedded(self, page: Page) -> Listing | None:
        jobs = {job.text("jobId"): job for job in page.objects("jdURL")}
        if not jobs or len(jobs) < len(page.all(CARDS)):
            return None
        return Listing(
            list(jobs.values()), lambda job: self.posting_of_job(page, job), page.number("noOfJobs")
        )

    def listing_from_jsonld(self, page: Page) -> Listing | None:
        return self.listed(page, unless=CARDS)

    def listing_from_html(self, page: Page) -> Listing | None:
        cards = page.all(CARDS)
        if not cards and page.first("[class*=no-result], [class*=noResult]") is None:
            return None
        count = re.search(r"- (\d+) of (\d+)", page.text_of("[class*=count-string]") or "")
        last = int(count[1]) >= int(count[2]) if count else None
        return Listing(
            cards, lambda card: self.posting_of_card(page, card), int(count[2]) if count else None, last=last
        )

    def detail_from_api(self, page: Page) -> JobPosting | None:
        job = page.record.record("jobDetails")
        return self.posting_of_job(page, job) if job.text("title") else None

    def detail_from_html(self, page: Page) -> JobPosting | None:
        found, key = page.fields(DETAIL), self.id_in(page.url, self.canonical(page))
        if "title" not in found or key is None:
            return None
        posting = JobPosting(external_id=key, url=self.canonical(page) or page.url, **found)
        say(posting, posting.location_text, posting.salary_text)
        posting.experience = experience(page.text_of("[class*=jhc__exp]"))
        posting.description_html = inner_html(page.first("[class*=dang-inner-html]"))
        return posting

    def posting_of_job(self, page: Page, job: Record) -> JobPosting:
        """A posting of the API, of a list or of its own; what a card shows stands in ``placeholders``."""
        shown = {item.text("type"): item.text("label") for item in job.records("placeholders")}
        posting = mapped_posting(job, JOB)
        posting.external_id = posting.external_id or self.id_in(posting.url, page.url) or ""
        posting.url = (
            page.absolute(f"/{posting.url.lstrip('/')}" if "://" not in posting.url else posting.url) or ""
        )
        home = job.text("staticUrl") if job.text("jdURL") else None
        posting.company_url = page.absolute(f"/{home.lstrip('/')}") if home else None
        places = joined(*(place.text("label") for place in job.records("locations")))
        say(
            posting, shown.get("location") or places, shown.get("salary") or job.text("salaryDetail", "label")
        )
        pay = job.record("salaryDetail")
        if pay.boolean("hideSalary") is not True:
            low, high = pay.number("minimumSalary"), pay.number("maximumSalary")
            posting.salary = stated_pay(low, high, pay.text("currency"), "year")
        years = job.integer("minimumExperience"), job.integer("maximumExperience")
        text = shown.get("experience") or job.text("experienceText")
        posting.experience = Experience(*years) if any(years) else experience(text)
        skills = [
            skill.text("label") for key in ("preferred", "other") for skill in job.records("keySkills", key)
        ]
        posting.tags = [tag.strip() for tag in (job.text("tagsAndSkills") or "").split(",") if tag.strip()]
        posting.tags = posting.tags or [skill for skill in skills if skill]
        posting.raw = {
            key: value for key, value in job.value.items() if key not in ("contactDetails", "recruiter")
        }
        return posting

    def posting_of_card(self, page: Page, card: LexborNode) -> JobPosting:
        posting = JobPosting(external_id=attribute(card, "data-job-id") or "", **node_fields(card, CARD))
        posting.url = page.absolute(posting.url) or ""
        say(posting, posting.location_text, posting.salary_text)
        posting.experience = experience(node_text(card.css_first(".exp-wrap, li.experience")))
        posting.tags = [tag for node in card.css(".tags-gt li, .tags li") if (tag := node_text(node))]
        return posting


def say(posting: JobPosting, place: str | None, pay: str | None) -> None:
    """Fill in place and pay as cards show them: ``Hybrid - Pune``, ``Not disclosed``."""
    mode = WORKPLACE.match(place or "")
    posting.workplace_text = mode[1] if mode else None
    posting.location_text = place[mode.end() :] if mode and place else place
    posting.salary_text = None if (pay or "").lower() == "not disclosed" else pay


def experience(text: str | None) -> Experience | None:
    """``2-5 Yrs`` as years."""
    years = YEARS.search(text or "")
    return Experience(int(years[1]), int(years[2])) if years else None
