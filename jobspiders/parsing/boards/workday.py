"""What Workday says of a posting, and where."""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborNode

from jobspiders.items import Location
from jobspiders.parsing.cards import card_around, labelled
from jobspiders.parsing.embedded import walk
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.page_nodes import attribute, node_text
from jobspiders.parsing.record import Record

#: The most that a list tells and gives; offsets beyond start again at its first page.
CAP = 2000
SITE = re.compile(
    r"//(?P<host>(?!www\.)[\w-]+(?:\.wd\d+)?\.myworkday(?:jobs|site)(?:-impl)?\.com)"
    r"/(?:wday/cxs/(?P<tenant>[\w-]+)/|recruiting/(?P<owner>[\w-]+)/|[a-z]{2}-[A-Z]{2}/)*(?P<site>[\w%-]+)"
)
#: The titles of a list as a browser shows and saves it.
TITLES = "a[data-automation-id=jobTitle]"
SEVERAL = re.compile(r"\d+ [^\W\d]+")


def row_of_link(link: LexborNode) -> Record:
    """A list's row as a browser shows it, in the shape that the answers have."""
    card = card_around(link, TITLES)
    said = labelled(card)
    return Record(
        {
            "title": node_text(link),
            "externalPath": re.sub(r"^.*?(?=/job/)|[?#].*$", "", attribute(link, "href") or ""),
            "locationsText": said.get("locations"),
            "postedOn": said.get("posted on"),
            "remoteType": said.get("remote type"),
            "timeType": said.get("time type"),
            "bulletFields": [node_text(item) for item in card.css("[data-automation-id=subtitle] li")],
        }
    )


def places(job: Record, url: str) -> list[Location]:
    """The places a posting names; of one that says only how many they are, the first, from its address."""
    names = [job.text("location") or job.text("locationsText"), *job.texts("additionalLocations")]
    path = re.search(r"/job/([^/?#]+)/", url)
    slug = re.sub("-{2,}", ", ", path.group(1)).replace("-", " ") if path else None
    texts = [slug if name is None or SEVERAL.fullmatch(name) else name for name in names]
    place = job.record("jobRequisitionLocation", "country")
    code = place.text("alpha2Code") or job.text("country", "alpha2Code")
    found = {text: code if text == texts[0] else None for text in reversed(texts) if text}
    return [Location(text=text, country=code) for text, code in reversed(found.items())]


def splitting(answer: Record, applied: dict[str, Any]) -> tuple[Record, bool]:
    """The facet to split a capped list by, and whether postings may be missed all the same.

    Each posting has to have a value of the facet. That is so where the counts add up to as many postings as
    any facet tells of, places aside, of which a posting may have several. Of those facets the one with the
    smallest parts serves, one of places only where no other does.
    """
    found = [Record(facet) for facet in walk(answer.get("facets")) if facet.get("facetParameter")]
    sized = [(facet, sizes) for facet in found if (sizes := counts(facet))]
    total = max((sum(sizes) for facet, sizes in sized if not of_places(facet)), default=CAP)
    fit = [
        (sum(sizes) < total, max(sizes) >= CAP, of_places(facet), max(sizes), place)
        for place, (facet, sizes) in enumerate(sized)
        if len(sizes) > 1 and facet.text("facetParameter") not in applied
    ]
    if not fit:
        return Record(None), True
    short, *_, place = min(fit)
    return sized[place][0], short


def counts(facet: Record) -> list[int]:
    """How many postings have each value of a facet; a group of facets has none."""
    return [value.integer("count") or 0 for value in facet.records("values") if value.text("id")]


def of_places(facet: Record) -> bool:
    """Whether the values are places."""
    return "location" in (facet.text("facetParameter") or "").lower()


LAYOUT = Layout(
    fields={
        "url": "externalUrl|externalPath",
        "title": "title",
        "requisition_id": "jobReqId",
        "employment_text": "timeType",
        "workplace": "remoteType",
        "workplace_text": "remoteType",
        "description_html": "jobDescription",
        "date_posted": "startDate|postedOn",
        "valid_through": "endDate",
    },
    row_keys=("jobPostings",),
)
