"""Postings completed, kept or closed by their own pages."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from jobspiders.bases.replay import Replay, replay
from jobspiders.items import JobPosting
from tests.bases.shop import HOME, DetailedShopSpider, crawl, page, rows


def detail(number: int, text: str, status: int = 200) -> dict[str, Response]:
    url = f"https://shop.example/job/{number}"
    return {url: HtmlResponse(url, status=status, body=text.encode())}


def test_details_complete_the_listed_posting() -> None:
    pages = {HOME: page(HOME, {"rows": rows(1), "last": True}), **detail(1, "<p>All about it</p>")}
    replayed, _, _ = crawl(pages, spider=DetailedShopSpider)
    (posting,) = replayed.postings
    assert (posting.title, posting.description_html, posting.external_id) == ("Detailed", "All about it", "1")
    assert posting.raw == {"id": 1}
    assert posting.scope == "shop"


def test_a_detail_that_is_gone_closes_the_posting() -> None:
    pages = {
        HOME: page(HOME, {"rows": rows(1, 2), "last": True}),
        **detail(1, "", 410),
        **detail(2, "<p>over</p>"),
    }
    replayed, _, _ = crawl(pages, spider=DetailedShopSpider)
    assert replayed.postings == []
    assert [(closed.external_id, closed.reason) for closed in replayed.closed] == [
        ("1", "HTTP 410"),
        ("2", "the page says so"),
    ]


def test_a_detail_that_fails_keeps_what_the_listing_said() -> None:
    pages = {
        HOME: page(HOME, {"rows": rows(1, 2, 3, 4), "last": True}),
        **detail(1, "", 500),
        **detail(2, "<b>?</b>"),
    }
    replayed, counted, spider = crawl(pages | detail(4, "", 403), spider=DetailedShopSpider)
    assert len(replayed.postings) == 4
    assert counted["detail/failed/failed"] == 2
    assert counted["detail/failed/layout_changed"] == 1
    assert counted["detail/failed/blocked"] == 1
    assert replayed.outcomes == {"shop": "blocked"}
    assert spider.ledger.get("shop").pending == 0


def test_a_posting_whose_detail_cannot_be_asked_for_is_kept_as_listed() -> None:
    class OddAddressSpider(DetailedShopSpider):
        def detail_request(self, posting: JobPosting) -> Request | None:
            return Request("no address" if posting.external_id == "2" else posting.url)

    pages = {HOME: page(HOME, {"rows": rows(1, 2), "last": True}), **detail(1, "<p>All about it</p>")}
    replayed, counted, _ = crawl(pages, spider=OddAddressSpider)
    assert [(posting.external_id, posting.title) for posting in replayed.postings] == [
        ("2", "Job 2"),
        ("1", "Detailed"),
    ]
    assert counted["detail/failed/failed"] == 1


def test_details_are_not_fetched_when_they_are_switched_off() -> None:
    replayed, _, _ = crawl(
        {HOME: page(HOME, {"rows": rows(1), "last": True})}, spider=DetailedShopSpider, details="false"
    )
    assert len(replayed.requests) == 1
    assert len(replayed.postings) == 1


def detail_statuses(number: int, statuses: dict[int, int]) -> Replay:
    answers: dict[str, Any] = {
        "https://shop.example/jobs": page(
            "https://shop.example/jobs", {"rows": rows(*range(number)), "last": True}
        )
    }
    for key in range(number):
        url = f"https://shop.example/job/{key}"
        status = statuses.get(key, 200)
        answers[url] = HtmlResponse(url, status=status, body=b"<p>All about it.</p>")
    return replay(DetailedShopSpider(), lambda request: answers[request.url])


def test_many_detail_pages_of_404_and_none_that_can_be_read_close_nothing() -> None:
    crawl = detail_statuses(12, dict.fromkeys(range(12), 404))
    assert (len(crawl.postings), len(crawl.closed)) == (12, 0)
    assert crawl.outcomes == {"shop": "layout_changed"}


@pytest.mark.parametrize("statuses", [{0: 404}, dict.fromkeys(range(11), 404), {0: 410, 11: 404}])
def test_detail_pages_of_404_beside_one_that_can_be_read_close_their_postings(
    statuses: dict[int, int],
) -> None:
    crawl = detail_statuses(12, statuses)
    assert {closed.external_id for closed in crawl.closed} == {str(key) for key in statuses}
    assert len(crawl.postings) == 12 - len(statuses)


def test_few_detail_pages_of_404_close_their_postings() -> None:
    crawl = detail_statuses(3, dict.fromkeys(range(3), 404))
    assert (len(crawl.postings), len(crawl.closed)) == (0, 3)
