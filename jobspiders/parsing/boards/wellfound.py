"""What Wellfound says of a posting, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from jobspiders.items import Experience, JobPosting, Location
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.enumerated import workplace_of
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, holder, node_fields, node_text
from jobspiders.parsing.record import Record, joined

JOB = {
    "external_id": "id",
    "title": "title",
    "salary_text": "compensation",
    "employment_text": "jobType",
    "description": "description",
    "date_posted": "liveStartAt",
    "tags": "primaryRoleTitle",
}
STARTUP = {"company": "name", "company_logo": "logoUrl"}
HOME = "https://wellfound.com"
#: Keys that only jobs have, of which any may be missing.
MARKS = ("jobType", "liveStartAt", "compensation")
KEY = re.compile(r"/jobs/(\d+)")
LINK = "a[href*='/jobs/']"
#: The small facts of a card: pay, place and workplace, years of experience.
FACT = "span.pl-1"
PAY = re.compile(r"[$€£₹¥]|\d\s*k\b|\bequity\b", re.IGNORECASE)
AGO = re.compile(r"\bago$|^(?:today|yesterday)$", re.IGNORECASE)
WORKPLACE = re.compile(r"in office|remote|hybrid|onsite", re.IGNORECASE)
HEADER = {
    "company": "h2",
    "company_url": "a[href*='/company/']@href",
    "company_logo": "img[src^=http]@src",
}


def jobs_of_startups(page: Page) -> Iterator[tuple[Record, Record]]:
    """Each cached job once with the startup that highlights it; jobs of no startup come last, with none."""
    found = (job for key in MARKS for job in page.objects(key))
    jobs = {job.text("id"): job for job in found if job.text("id") and job.text("title")}
    for startup in page.objects("highlightedJobListings"):
        for reference in startup.records("highlightedJobListings"):
            key = reference.text("id") or (reference.text("__ref") or "").rpartition(":")[2]
            job = jobs.pop(key, None)
            if job is not None:
                yield job, startup
    for job in jobs.values():
        yield job, Record(None)


def texts(job: Record, key: str) -> list[str]:
    """A list of texts, which older caches wrap as ``{"type": "json", "json": [...]}``."""
    return job.texts(key) or job.texts(key, "json")


def links(page: Page) -> list[LexborNode]:
    """The links of a page to postings, one for each."""
    found = {key_in(KEY, attribute(link, "href")): link for link in page.all(LINK)}
    found.pop(None, None)
    return list(found.values())


def is_last(page: Page) -> bool | None:
    """Whether a page says that it is the last one: ``Page 3 of 3``."""
    counts = (re.search(r"Page (\d+) of (\d+)", node_text(node) or "") for node in page.all("h4"))
    return next((int(count[1]) >= int(count[2]) for count in counts if count), None)


def posting_from_job(row: tuple[Record, Record]) -> JobPosting:
    """The posting of a cached job and the startup that lists it."""
    job, startup = row
    posting = mapped_posting(job, JOB)
    for name, value in startup.fields(STARTUP).items():
        setattr(posting, name, value)
    posting.url = f"{HOME}/jobs/{posting.external_id}-{job.text('slug') or ''}".rstrip("-")
    home = startup.text("slug")
    posting.company_url = f"{HOME}/company/{home}" if home else None
    kind = job.text("remoteConfig", "kind") or ("REMOTE" if job.boolean("remote") else "")
    posting.workplace = workplace_of(kind)
    posting.workplace_text = kind.replace("_", " ").capitalize() or None
    names, accepted = (texts(job, key) for key in ("locationNames", "acceptedRemoteLocationNames"))
    remote = f"Remote ({', '.join(accepted)})" if accepted and "REMOTE" in kind else None
    posting.locations = [Location(text=name) for name in names]
    posting.location_text = joined(*names, remote, separator="; ")
    years = job.integer("yearsExperienceMin"), job.integer("yearsExperienceMax")
    posting.experience = Experience(*years) if any(years) else None
    posting.raw = {"job": job.value, "startup": startup.value}
    return posting


def posting_from_link(link: LexborNode, page: Page) -> JobPosting:
    """The posting of a card, found around its link; the startup's header stands above its cards."""
    card, header = holder(link.parent, FACT), holder(link.parent, "h2")
    facts = [text for fact in (card.css(FACT) if card else ()) if (text := node_text(fact))]
    pay = next((text for text in facts if PAY.search(text)), None)
    place = next((text for text in facts if text != pay and not text.endswith("of exp")), "")
    workplace, where = place.split("•", 1) if WORKPLACE.match(place) and "•" in place else ("", place)
    spans = map(node_text, card.css("span") if card else ())
    posting = JobPosting(
        external_id=key_in(KEY, attribute(link, "href")) or "",
        url=page.absolute(attribute(link, "href")) or "",
        title=node_text(link) or "",
        employment_text=node_text(link.next),
        salary_text=pay,
        workplace_text=workplace.strip() or None,
        workplace=workplace_of(workplace),
        location_text=where.strip() or None,
        date_posted=next((text for text in spans if text and AGO.search(text)), None),
        **(node_fields(header, HEADER) if header else {}),
    )
    posting.company_url = page.absolute(posting.company_url)
    return posting
