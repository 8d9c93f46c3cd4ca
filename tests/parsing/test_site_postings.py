from __future__ import annotations

import json
from typing import Any

import pytest

from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.site_postings import SitePostings

SITE = "https://www.pelikan.example"


def postings(
    url: str, *data: Any, head: str = "", body: str = "", reading: SitePostings | None = None
) -> list[JobPosting]:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in data)
    page = Page(url, f"<html><head>{head}{scripts}</head><body>{body}</body></html>".encode())
    read = (reading or SitePostings(shared=False)).reader(page)
    return [read(row) for row in page.jsonld]


def posting(title: str = "Rigger", **more: Any) -> dict[str, Any]:
    return {"@type": "JobPosting", "title": title, **more}


@pytest.mark.parametrize(
    ("path", "identifier", "key"),
    [
        ("/jobs/1001-rigger", "R-7", "1001"),
        ("/jobs/rigger", "R-7", "R-7"),
        ("/jobs/rigger", {"@type": "PropertyValue", "name": "Pelikan", "value": 77}, "77"),
        ("/jobs/rigger", [{"value": "R-7"}], "R-7"),
        ("/jobs/rigger", "Pelikan", "jobs/rigger"),
        ("/jobs/rigger", "x" * 101 + "1", "jobs/rigger"),
        ("/jobs/rigger", None, "jobs/rigger"),
    ],
)
def test_the_key_of_a_posting_alone_on_its_page(path: str, identifier: Any, key: str) -> None:
    (found,) = postings(SITE + path, posting(identifier=identifier, hiringOrganization={"name": "Pelikan"}))
    assert found.external_id == key


def test_keys_shared_by_sites_begin_with_the_site() -> None:
    reading = SitePostings(shared=True)
    (found,) = postings(f"{SITE}/jobs/1001", posting(), reading=reading)
    assert found.external_id == "pelikan.example:1001"
    assert reading.id_in(f"{SITE}/jobs/1001") == "pelikan.example:1001"
    assert reading.id_in(f"{SITE}/jobs/rigger") is None


def test_an_identifier_of_a_companys_name_with_a_digit_is_none() -> None:
    (found,) = postings(
        f"{SITE}/jobs/rigger", posting(identifier="Pelikan 24", hiringOrganization={"name": "Pelikan 24"})
    )
    assert found.requisition_id is None


def test_an_identifier_stays_with_the_address_that_had_it_first() -> None:
    reading = SitePostings(shared=False)
    first, second, again = (
        postings(f"{SITE}/{path}", posting(identifier="7"), reading=reading)[0]
        for path in ("hull/rigger", "bonn/rigger", "hull/rigger?utm_source=x")
    )
    assert (first.external_id, second.external_id, again.external_id) == ("7", "bonn/rigger", "7")


def test_the_address_that_a_page_gives_for_itself_counts_where_it_is_a_postings() -> None:
    saved = "https://schema.org/JobPosting"
    canonical = f'<link rel="canonical" href="{SITE}/jobs/rigger">'
    assert postings(saved, posting(), head=canonical)[0].url == f"{SITE}/jobs/rigger"
    og = f'<meta property="og:url" content="{SITE}/jobs/1001">'
    assert postings(saved, posting(), head=og)[0].external_id == "1001"
    front = f'<link rel="canonical" href="{SITE}/">'
    assert postings(f"{SITE}/o/rigger", posting(), head=front)[0].url == f"{SITE}/o/rigger"


def test_the_sites_name_stands_in_for_a_company_that_is_not_named() -> None:
    head = '<meta property="og:site_name" content="Pelikan">'
    assert postings(f"{SITE}/a", posting(), head=head)[0].company == "Pelikan"
    assert postings(f"{SITE}/a", posting(hiringOrganization="Nordlicht"), head=head)[0].company == "Nordlicht"


def test_postings_of_a_list_take_the_addresses_that_their_titles_link_to_in_their_order() -> None:
    body = '<a href="/a">Rigger</a><a href="/b">Rigger</a><a href="/c">Pilot</a>'
    found = postings(f"{SITE}/jobs", posting(), posting(), posting("Pilot"), posting("Clerk"), body=body)
    assert [each.url.removeprefix(SITE) for each in found] == ["/a", "/b", "/c", "/jobs"]
    assert len({each.external_id for each in found}) == 4
