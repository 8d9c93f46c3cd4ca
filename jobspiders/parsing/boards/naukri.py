"""What Naukri says of a posting, and where."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from jobspiders.items import Experience, JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, inner_html, node_fields, node_text
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.record import Record, joined

JOB = {
    "external_id": "jobId",
    "url": "jdURL|jobUrl|staticUrl",
    "title": "title",
    "company": "companyName|companyDetail.name",
    "company_logo": "logoPathV3|logoPath|companyDetail.logo",
    "description_html": "jobDescription|description",
    "date_posted": "createdDate|footerPlaceholderLabel",
    "employment_text": "employmentType",
    "department": "functionalArea|industryType",
}
KEY = re.compile(r"-(\d{9,})(?:[?#]|$)|/job/(\d+)|/job-listings-[^?#]*-(\d+)(?:[?#]|$)")
CARDS = ".srp-jobtuple-wrapper, article.jobTuple, .cust-job-tuple:not(.srp-jobtuple-wrapper .cust-job-tuple)"
EMPTY = "[class*=no-result], [class*=noResult]"
CARD = {
    "title": "a.title | h2 a",
    "url": "a.title@href | h2 a@href",
    "company": ".comp-name, a.subTitle",
    "company_url": "a.comp-name@href",
    "company_logo": "img.logoImage[src^=http]@src",
    "salary_text": ".sal-wrap, .sal, li.salary",
    "location_text": ".loc-wrap, li.location | .locWdth | .loc, .location",
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


def count(page: Page) -> tuple[int | None, bool | None]:
    """How many postings a search has, and whether its last page is this one: ``1 - 20 of 5300``."""
    found = re.search(r"- (\d+) of (\d+)", page.text_of("[class*=count-string]") or "")
    return (int(found[2]), int(found[1]) >= int(found[2])) if found else (None, None)


def posting_from_job(job: Record, page: Page) -> JobPosting:
    """A posting of the API, of a list or of its own; what a card shows stands in ``placeholders``."""
    shown = {item.text("type"): item.text("label") for item in job.records("placeholders")}
    posting = mapped_posting(job, JOB)
    posting.external_id = posting.external_id or key_in(KEY, posting.url, page.url) or ""
    posting.url = (
        page.absolute(f"/{posting.url.lstrip('/')}" if "://" not in posting.url else posting.url) or ""
    )
    home = job.text("staticUrl") if job.text("jdURL") else None
    posting.company_url = page.absolute(f"/{home.lstrip('/')}") if home else None
    places = joined(*(place.text("label") for place in job.records("locations")))
    say(posting, shown.get("location") or places, shown.get("salary") or job.text("salaryDetail", "label"))
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


def posting_from_card(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card of a rendered page."""
    key = attribute(card, "data-job-id") or attribute(card, "data-jobid")
    key = key or attribute(card.css_first("[data-job-id]"), "data-job-id")
    posting = JobPosting(external_id=key or "", **node_fields(card, CARD))
    posting.url = page.absolute(posting.url) or ""
    posting.external_id = posting.external_id or key_in(KEY, posting.url) or ""
    say(posting, posting.location_text, posting.salary_text)
    posting.experience = experience(node_text(card.css_first(".exp-wrap, li.experience, .expwdth, .exp")))
    posting.tags = [tag for node in card.css(".tags-gt li, .tags li") if (tag := node_text(node))]
    return posting


def posting_from_page(page: Page) -> JobPosting | None:
    """The posting of a page of its own, by what it shows."""
    found, key = page.fields(DETAIL), key_in(KEY, page.url, page.canonical)
    if "title" not in found or key is None:
        return None
    posting = JobPosting(external_id=key, url=page.canonical or page.url, **found)
    say(posting, posting.location_text, posting.salary_text)
    posting.experience = experience(page.text_of("[class*=jhc__exp]"))
    posting.description_html = inner_html(page.first("[class*=dang-inner-html]"))
    return posting
