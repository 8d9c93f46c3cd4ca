"""Jobicy: the public API of remote jobs, the newest hundred."""

from __future__ import annotations

import html
from typing import Any

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.bases.listing import Position
from jobspiders.items import JobPosting
from jobspiders.parsing.record import Record, joined


class JobicySpider(JsonFeedSpider):
    name = "jobicy"
    homepage = "https://jobicy.com"
    allowed_domains = ["jobicy.com"]
    terms = "free public API; a few calls a day, link back, no reposting to job boards"
    feed_url = "https://jobicy.com/api/v2/remote-jobs"
    whole = False
    row_keys = ("jobs",)
    fields = {
        "external_id": "id",
        "url": "url",
        "title": "jobTitle",
        "company": "companyName",
        "company_logo": "companyLogo",
        "location_text": "jobGeo",
        "description_html": "jobDescription|jobExcerpt",
        "date_posted": "pubDate",
        "tags": "jobIndustry|jobLevel",
        "salary.min": "salaryMin|annualSalaryMin",
        "salary.max": "salaryMax|annualSalaryMax",
        "salary.currency": "salaryCurrency",
        "salary.unit": "salaryPeriod",
    }

    def parameters(self, position: Position) -> dict[str, Any]:
        return {"count": 100}

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.workplace = "remote"
        posting.title = html.unescape(posting.title)
        posting.company = html.unescape(posting.company or "") or None
        posting.tags = [html.unescape(tag) for tag in posting.tags]
        posting.employment_text = joined(*job.texts("jobType"))
        if posting.salary is not None and posting.salary.unit is None and job.get("annualSalaryMin"):
            posting.salary.unit = "year"
