from __future__ import annotations

import json

from jobspiders.parsing.job_links import job_links, next_page, outside_links, titled_links
from jobspiders.parsing.page import Page

URL = "https://www.pelikan.example/careers"


def page(body: str) -> Page:
    return Page(URL, f"<html><body>{body}</body></html>".encode())


def test_links_to_jobs_of_the_same_company_with_their_likelihood() -> None:
    found = job_links(
        page(
            '<a href="/careers/rigger">Rigger</a><a href="/about">About</a><a href="/team">Open roles</a>'
            '<a href="https://jobs.pelikan.example/x#top">x</a><a href="https://other.example/jobs/1">y</a>'
            '<a href="#top">top</a><a href="/">home</a><a href="mailto:x@pelikan.example">m</a><a href="http://[odd">z</a>'
            '<a href="/careers">here</a><a>nowhere</a>'
        )
    )
    assert found == {
        "https://www.pelikan.example/careers/rigger": 2,
        "https://www.pelikan.example/team": 1,
        "https://jobs.pelikan.example/x": 2,
    }


def test_what_an_item_list_lists_is_a_posting_wherever_it_stands() -> None:
    items = [{"@type": "ListItem", "name": "Rigger", "url": "/p/1"}]
    data = json.dumps({"@type": "ItemList", "itemListElement": items})
    found = job_links(page(f'<script type="application/ld+json">{data}</script><a href="/p/1">1</a>'))
    assert found == {"https://www.pelikan.example/p/1": 2}


def test_the_next_page_of_a_list() -> None:
    assert next_page(page('<a rel="nofollow next" href="?page=2">2</a>')) == f"{URL}?page=2"
    assert next_page(page('<a rel="next" href="#">2</a>')) is None
    assert next_page(page('<a rel="next" href="https://other.example/2">2</a>')) is None
    assert next_page(page("")) is None


def test_links_by_what_they_are_called() -> None:
    found = titled_links(
        page(
            '<a href="/a"><h3>Rigger</h3> Hull</a><a href="/b">Rigger</a><a href="/a">Rigger</a><a href="/c"></a>'
        )
    )
    assert found == {"rigger": ["https://www.pelikan.example/a", "https://www.pelikan.example/b"]}


def test_links_to_other_companies() -> None:
    body = '<a href="https://other.example/jobs#x">1</a><a href="https://other.example/jobs">2</a><a href="/a">3</a>'
    assert outside_links(page(body + '<a href="http://[odd">4</a>')) == ["https://other.example/jobs"]
