"""Jooble: the feed that it gives to partners (XML), and the answers of its API (JSON)."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy import Request

from jobspiders.bases.arguments import argument
from jobspiders.bases.board import BoardArguments
from jobspiders.bases.feed import FeedSpider
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, local_name, xml_root

JOB = {
    "external_id": "guid|referencenumber|id",
    "url": "url|link",
    "title": "title",
    "company": "company",
    "location_text": "region.city|region.state|location",
    "salary_text": "salary",
    "salary.min": "salary.min",
    "salary.max": "salary.max",
    "salary.currency": "salary.currency|currency",
    "salary.unit": "salary.rate",
    "employment_text": "jobtype|type",
    "description_html": "description|snippet",
    "date_posted": "date_updated|updated",
    "valid_through": "date_expired",
}
PLACE = {"text": "region.city|region.state", "country": "region.country"}


@dataclass(frozen=True)
class JoobleArguments(BoardArguments):
    """Jooble has no feed for everybody."""

    feed: str | None = argument("address of the XML feed that Jooble gave you as a partner", required=True)


class JoobleSpider(FeedSpider):
    name = "jooble"
    homepage = "https://jooble.org"
    allowed_domains = ["jooble.org"]
    whole = False
    terms = "feeds for partners only; links must keep their parameters"
    arguments_type = JoobleArguments
    arguments: JoobleArguments

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(self.arguments.feed or "").replace(meta={"allow_offsite": True})

    def listing_from_api(self, page: Page) -> Listing | None:
        jobs = page.record.get("jobs")
        if not isinstance(jobs, list):
            root = xml_root(page.body)
            if root is None or local_name(root) not in ("jobs", "source", "job"):
                return None
            jobs = [as_value(job) for job in elements(root, "job")]
        return Listing(jobs, lambda job: posting_of_job(Record(job)), last=True)


def posting_of_job(job: Record) -> JobPosting:
    posting = mapped_posting(job, JOB)
    posting.locations = distinct([place_in(job, PLACE)])
    return posting
