from __future__ import annotations

import json
import re
from typing import Any

import pytest

from jobspiders.bases.search_pages import SearchPagesSpider, slug
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page

LD = {"@type": "JobPosting", "title": "Rigger", "identifier": {"value": "internal"}}
HOME = "https://harbour.example"


class HarbourSpider(SearchPagesSpider):
    name = "harbour"
    homepage = HOME
    posting_id = re.compile(r"/job/(\d+)|[?&]id=(\d+)")


def page(*jsonld: Any, url: str = HOME, head: str = "") -> Page:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(data)}</script>' for data in jsonld)
    return Page(url, f"<html><head>{head}{scripts}</head><body></body></html>".encode())


@pytest.fixture
def spider() -> HarbourSpider:
    return HarbourSpider(query="crane")


def test_id_is_found_in_the_first_address_that_has_one(spider: HarbourSpider) -> None:
    assert spider.id_in(None, "", f"{HOME}/about", f"{HOME}/x?a=1&id=7", f"{HOME}/job/8") == "7"
    assert spider.id_in(f"{HOME}/about") is None


def test_detail_is_identified_by_its_address(spider: HarbourSpider) -> None:
    found = spider.detail_from_jsonld(page(LD, url=f"{HOME}/job/12"))
    assert isinstance(found, JobPosting)
    assert (found.external_id, found.url) == ("12", f"{HOME}/job/12")


def test_detail_without_an_address_takes_the_one_the_page_gives_itself(spider: HarbourSpider) -> None:
    for head in (
        '<link rel="canonical" href="/job/12">',
        f'<meta property="og:url" content="{HOME}/job/12">',
    ):
        found = spider.detail_from_jsonld(page(LD, head=head))
        assert isinstance(found, JobPosting)
        assert (found.external_id, found.url) == ("12", f"{HOME}/job/12")
    found = spider.detail_from_jsonld(page(LD, head='<link rel="canonical" href="/">'))
    assert isinstance(found, JobPosting) and found.external_id == "internal"
    assert spider.detail_from_jsonld(page({"@type": "Place"})) is None


def test_row_without_an_address_has_no_detail_to_fetch(spider: HarbourSpider) -> None:
    assert spider.detail_request(JobPosting(url="")) is None
    request = spider.detail_request(JobPosting(url=f"{HOME}/job/1"))
    assert request is not None and request.url == f"{HOME}/job/1"


def test_several_postings_of_a_page_keep_ids_of_their_own(spider: HarbourSpider) -> None:
    addressed = {**LD, "url": f"{HOME}/job/3"}
    listing = spider.several(page(LD, addressed, url=f"{HOME}/job/99"))
    assert listing is not None
    assert [listing.read(row).external_id for row in listing.rows] == ["internal", "3"]  # type: ignore[union-attr]  # both are postings
    assert spider.several(page(LD)) is None


def test_item_list_is_read_only_where_no_cards_are(spider: HarbourSpider) -> None:
    entries = [("Rigger", "/job/1"), ("Help", "/help"), ("Rigger", "/job/1"), ("Welder", "/job/2")]
    items = [{"@type": "ListItem", "name": name, "url": f"{HOME}{path}"} for name, path in entries]
    found = page({"@type": "ItemList", "itemListElement": items})
    listing = spider.listed(found, unless=".card")
    assert listing is not None
    postings = [listing.read(row) for row in listing.rows]
    assert [(posting.external_id, posting.title) for posting in postings if posting] == [
        ("1", "Rigger"),
        ("2", "Welder"),
    ]
    assert spider.listed(found, unless="body") is None


def test_slug_keeps_letters_of_every_language() -> None:
    assert slug("Crane R&D Lead, Köln ") == "crane-r-d-lead-köln"
