"""What Indeed says of a posting, and where."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.addresses import key_in
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.page import Page
from jobspiders.parsing.page_nodes import attribute, inner_html, node_fields
from jobspiders.parsing.pay import stated_pay
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, joined
from jobspiders.parsing.xml import rss_items

RESULTS = 'window.mosaic.providerData["mosaic-provider-jobcards"]'
MODEL = "mosaicProviderJobCardsModel"
KEY = re.compile(r"[?&]jk=([\w-]+)")
CARDS = (
    "div.cardOutline, div.jobsearch-SerpJobCard, div.job_seen_beacon, [data-testid=slider_item], div.slider_item"
    ", [data-testid=jobsearch-SerpJobCard], a.tapItem, td.resultContent, div.row.result, li:has(> h2.jobTitle)"
)
_ELEMENT_ID = re.compile(r"^(?:job|sj|p)_([0-9a-f]{16})$")
WORKPLACE = re.compile(r"\b(?:remote|hybrid|in[- ]person|on[- ]?site)\b", re.IGNORECASE)
#: Where a posting's fields stand: in an embedded card, in the card's element, and on the posting's page.
CARD = {
    "title": "displayTitle|title",
    "company": "company",
    "company_url": "companyOverviewLink",
    "company_logo": "companyBrandingAttributes.logoUrl",
    "apply_url": "thirdPartyApplyUrl",
    "location_text": "formattedLocation",
    "workplace_text": "remoteWorkModel.text",
    "salary_text": "salarySnippet.text",
}
ELEMENT = {
    "title": "h2 [title], h2 a, a.jobtitle, .jobTitle",
    "company": "[data-testid=company-name], .company, .companyName",
    "location_text": "[data-testid=text-location], .location, .companyLocation",
    "salary_text": ".salaryText, .salary-snippet-container, .salary-snippet, [data-testid*=salary-snippet]",
    "date_posted": "[data-testid=myJobsStateDate], .date, .result-link-bar .date",
    "description_html": ".job-snippet, [data-testid=jobsnippet_footer], .summary, [data-testid=job-snippet]",
}
DATA = {
    "title": "jobTitle",
    "company": "jobInfoWrapperModel.jobInfoModel.jobInfoHeaderModel.companyName",
    "location_text": "jobLocation",
    "employment_text": "jobInfoWrapperModel.jobInfoModel.jobMetadataHeaderModel.jobType",
    "salary_text": "salaryInfoModel.salaryText",
    "description_html": "jobInfoWrapperModel.jobInfoModel.sanitizedJobDescription",
}
JOB = {"title": "title", "company": "sourceEmployerName", "apply_url": "url", "requisition_id": "refNum"}
HEADER = {
    "title": ".jobsearch-JobInfoHeader-title | h1",
    "company": "[data-testid=inlineHeader-companyName]",
    "location_text": "[data-testid=inlineHeader-companyLocation]",
}


#: The fields of a job in the answers of the site's own interface, of the publisher's, and in the feed (until 2020).
GRAPH = {
    "external_id": "key",
    "title": "title",
    "company": "employer.name|sourceEmployerName",
    "company_logo": "employer.dossier.images.squareLogoUrl",
    "location_text": "location.formatted.long|location.formatted.short|location.city",
    "description_html": "description.html|description.text",
    "apply_url": "recruit.viewJobUrl",
    "date_posted": "datePublished|dateOnIndeed",
}
GRAPH_PLACE = {
    "text": "location.formatted.long",
    "city": "location.city",
    "region": "location.admin1Code",
    "country": "location.countryCode",
}
PUBLISHER = {
    "external_id": "jobkey",
    "title": "jobtitle",
    "company": "company",
    "location_text": "formattedLocationFull|formattedLocation|city",
    "description_html": "snippet",
    "date_posted": "date|formattedRelativeTime",
}


def answered_jobs(page: Page) -> list[Record] | None:
    """The jobs of an answer of an interface or of the feed; None for another page."""
    graph = page.record.record("data", "jobSearch")
    if isinstance(graph.get("results"), list):
        return [job.record("job") or job for job in graph.records("results")]
    if isinstance(page.record.get("results"), list):
        jobs = list(page.record.records("results"))
        return jobs if not jobs or any(job.text("jobkey") for job in jobs) else None
    items = rss_items(page.body)
    return None if items is None else [Record(item) for item in items]


def posting_from_answer(job: Record, page: Page) -> JobPosting:
    """The posting of a job in such an answer."""
    if job.text("key"):
        return _posting_from_graph(job, page)
    posting = mapped_posting(job, PUBLISHER)
    if not posting.external_id:
        parts = (job.text("title") or "").rsplit(" - ", 2)
        posting.external_id = key_in(KEY, job.text("link")) or job.text("guid") or ""
        posting.title, posting.location_text = parts[0], parts[2] if len(parts) == 3 else None
        posting.company = job.text("source") or (parts[1] if len(parts) == 3 else None)
        posting.description_html, posting.date_posted = job.text("description"), job.text("pubDate")
    posting.url = posting_url(page, posting.external_id) if posting.external_id else ""
    return posting


def _posting_from_graph(job: Record, page: Page) -> JobPosting:
    posting = mapped_posting(job, GRAPH)
    posting.url = posting_url(page, posting.external_id)
    posting.locations = distinct([place_in(job, GRAPH_PLACE)])
    paid = job.record("compensation")
    base, estimated = paid.record("baseSalary"), paid.record("estimated", "baseSalary")
    figures = base or estimated
    posting.salary = stated_pay(
        figures.number("range", "min"),
        figures.number("range", "max"),
        paid.text("currencyCode") or paid.text("estimated", "currencyCode"),
        figures.text("unitOfWork"),
        "stated" if base else "estimated",
    )
    posting.tags = labels(job, "attributes")
    return posting


def posting_url(page: Page, key: str) -> str:
    """The address of a posting on the country's site that the page belongs to."""
    host = urlsplit(page.url).hostname or ""
    return f"https://{host if host.endswith('indeed.com') else 'www.indeed.com'}/viewjob?jk={key}"


def key_of(card: LexborNode) -> str:
    """The posting's key, which the card or its link has."""
    own = attribute(card, "data-jk") or attribute(card.css_first("[data-jk]"), "data-jk")
    links = (attribute(link, "href") for link in (card, card.css_first("a[href*='jk=']")))
    named = (_ELEMENT_ID.match(attribute(node, "id") or "") for node in (card, card.css_first("a[id]")))
    return own or key_in(KEY, *links) or next((match[1] for match in named if match), "")


def pay(figures: Record, currency: str | None, *, estimated: bool = False) -> Salary | None:
    """Pay as Indeed gives it; most of it is read out of the text by Indeed itself."""
    low, high, period = figures.number("min"), figures.number("max"), figures.text("type")
    return stated_pay(low, high, currency, period, "estimated" if estimated else "stated")


def labels(job: Record, key: str) -> list[str]:
    """The labels of a list of attributes."""
    return [label for item in job.records(key) if (label := item.text("label"))]


def rows(page: Page) -> list[Any] | None:
    """The cards that a result page has for its scripts."""
    results = page.assigned(RESULTS).get("metaData", MODEL, "results")
    if not isinstance(results, list):
        models = page.objects(MODEL) if MODEL in page.text else []
        results = next((model.get(MODEL, "results") for model in models), None)
    return results if isinstance(results, list) else None


def paging(page: Page) -> tuple[int | None, str | None, bool | None]:
    """How many postings a search has, where its next page starts, and whether there is none."""
    data = page.assigned("window._initialData")
    here = data.integer("pageNum") or 1
    links = {link.integer("label"): link.text("href") for link in data.records("pageLinks")}
    start = parse_qs(urlsplit(links.get(here + 1) or "").query).get("start", [None])[0]
    total = data.integer("uniqueJobsCount") or data.integer("totalJobCount")
    return total, start, start is None if links else None


def cards(page: Page) -> list[LexborNode] | None:
    """The cards' elements, each once although a card stands in a frame that looks like one."""
    found = {key: card for card in page.all(CARDS) if (key := key_of(card))}
    if not found and page.first("[class*=no_results], .jobsearch-NoResult-messageContainer") is None:
        return None
    return list(found.values())


def posting_from_card(card: Record, page: Page) -> JobPosting:
    """The posting of an embedded card; its pay may be a guess."""
    key = card.text("jobkey") or ""
    estimated = not card.record("extractedSalary")
    figures = card.record("estimatedSalary" if estimated else "extractedSalary")
    posting = JobPosting(
        external_id=key,
        url=posting_url(page, key),
        workplace="remote" if card.get("remoteLocation") is True else None,
        salary=pay(figures, card.text("salarySnippet", "currency"), estimated=estimated),
        date_posted=card.number("pubDate") or card.number("createDate"),
        **card.fields(CARD),
    )
    groups = (item for item in card.records("taxonomyAttributes") if item.text("label") == "job-types")
    kinds = card.texts("jobTypes") or [kind for item in groups for kind in labels(item, "attributes")]
    posting.employment_text = joined(*kinds)
    posting.company_url = page.absolute(posting.company_url)
    return posting


def posting_from_element(card: LexborNode, page: Page) -> JobPosting:
    """The posting of a card's element."""
    key = key_of(card)
    return JobPosting(external_id=key, url=posting_url(page, key), **node_fields(card, ELEMENT))


def posting_from_data(page: Page) -> JobPosting | Gone | None:
    """The posting of a page of its own, by the data for the page's scripts."""
    data = page.assigned("window._initialData")
    job = data.record("hostQueryExecutionResult", "data", "jobData", "results", 0, "job")
    key = data.text("jobKey") or job.text("key")
    if key is None or not (job or data.record("jobInfoWrapperModel")):
        return None
    if job.get("expired") is True:
        return Gone("expired")
    stated = data.record("salaryInfoModel")
    figures = Record({name: stated.get(f"salary{name.title()}") for name in ("min", "max", "type")})
    return JobPosting(
        external_id=key,
        url=posting_url(page, key),
        workplace_text=next((text for text in labels(job, "attributes") if WORKPLACE.search(text)), None),
        salary=pay(figures, stated.text("salaryCurrency")),
        date_posted=job.number("datePublished"),
        valid_through=job.number("expirationDate"),
        tags=labels(job, "attributes"),
        raw=job.value or data.get("jobInfoWrapperModel"),
        **(data.fields(DATA) | job.fields(JOB)),
    )


def posting_from_page(page: Page) -> JobPosting | None:
    """The posting of a page of its own, by what it shows."""
    key, description = key_in(KEY, page.url, page.canonical), page.first("#jobDescriptionText")
    if key is None or description is None:
        return None
    found = page.fields(HEADER)
    return JobPosting(
        external_id=key,
        url=posting_url(page, key),
        description_html=inner_html(description),
        **found,
    )
