"""Remotive: the public API, the whole list in one answer."""

from __future__ import annotations

from jobspiders.bases.json_feed import JsonFeedSpider
from jobspiders.items import JobPosting
from jobspiders.parsing.record import Record


class RemotiveSpider(JsonFeedSpider):
    name = "remotive"
    homepage = "https://remotive.com"
    allowed_domains = ["remotive.com"]
    terms = "at most four calls a day, a day behind; link back, no reposting to Google Jobs, LinkedIn, Jooble, Neuvoo"
    feed_url = "https://remotive.com/api/remote-jobs"
    row_keys = ("jobs",)
    fields = {
        "external_id": "id",
        "url": "url",
        "title": "title",
        "company": "company_name",
        "company_logo": "company_logo_url|company_logo",
        "location_text": "candidate_required_location",
        "employment_text": "job_type",
        "salary_text": "salary",
        "description_html": "description",
        "date_posted": "publication_date",
        "department": "category",
        "tags": "tags",
    }

    def complete(self, posting: JobPosting, job: Record) -> None:
        posting.workplace = "remote"
