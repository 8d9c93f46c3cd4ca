"""What Teamtailor says of a posting, and where."""

from __future__ import annotations

import re
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.job_posting import posting_from_jsonld
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.merging import completed
from jobspiders.parsing.page import Page
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record
from jobspiders.parsing.xml import as_value, elements, local_name, xml_root

PLACE = {"city": "city", "country": "country", "name": "name"}
KEY = re.compile(r"/jobs/(\d+)")


def rss_rows(page: Page) -> list[dict[str, Any]] | None:
    """The items of an RSS document, with the name of the company that it gives once."""
    root = xml_root(page.body) if b"<rss" in page.body[:500] else None
    if root is None or local_name(root) != "rss":
        return None
    title = next((as_value(each) for each in elements(root, "title")), None)
    return [{"company_name": title, **as_value(item)} for item in elements(root, "item") if len(item)]


def _refine(posting: JobPosting, job: Record) -> None:
    posting.external_id = key_in(KEY, posting.url) or posting.external_id
    found = job.get("locations", "location")
    places = found if isinstance(found, list) else [found]
    posting.locations = distinct(place_in(Record(place), PLACE) for place in places)
    if job.record("_jobposting"):
        completed(posting, posting_from_jsonld(job.record("_jobposting"), posting.url))
        posting.raw, posting.source = job.value, None


LAYOUT = Layout(
    fields={
        "external_id": "id|guid",
        "url": "url|link|links.careersite-job-url",
        "title": "title|attributes.title",
        "company": "company_name",
        "description_html": "content_html|description|attributes.body",
        "workplace": "remoteStatus",
        "department": "department",
        "team": "role",
        "date_posted": "date_published|pubDate|attributes.created-at",
    },
    row_keys=("items",),
    place=PLACE,
    refine=_refine,
)
