"""ATS platforms with a JSON document per tenant: hosts of tenants' own, companies' names, other addresses."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.http import TextResponse
from twisted.python.failure import Failure

from jobspiders.bases.listing import Position
from jobspiders.bases.reading import read_response
from jobspiders.bases.scopes import Scope
from jobspiders.middlewares.blocks import Block, BlockedError
from jobspiders.parsing.page import Page
from jobspiders.spiders.eightfold import EightfoldSpider
from jobspiders.spiders.lever import LeverSpider
from jobspiders.spiders.recruitee import RecruiteeSpider
from jobspiders.spiders.teamtailor import TeamtailorSpider


def test_a_host_of_the_tenants_own_is_asked_itself_and_may_be_off_site() -> None:
    spider = RecruiteeSpider(companies="jobs.ketting.example")
    request = spider.listing_request(Scope("jobs.ketting.example"), Position())
    assert request.url == "https://jobs.ketting.example/api/offers/"
    assert request.meta["allow_offsite"] is True
    usual = spider.listing_request(Scope("ketting"), Position())
    assert usual.url == "https://ketting.recruitee.com/api/offers/"
    assert "allow_offsite" not in usual.meta


@pytest.mark.parametrize(
    ("url", "company"),
    [
        ("https://jobs.lever.co/spotify/x", "Spotify"),
        ("https://jobs.eu.lever.co/spinnrad/x", "spinnrad"),
        ("https://jobs.lever.co/rote%20webstuhl", "rote webstuhl"),
        ("https://example.com/jobs", None),
    ],
)
def test_a_company_is_named_as_our_list_has_it_or_by_its_token(url: str, company: str | None) -> None:
    assert LeverSpider.company_of(url) == company


def test_addresses_are_made_absolute_against_the_page_or_the_platform() -> None:
    row = {"id": 1, "title": "Baker", "careers_url": "/o/baker"}
    spider = RecruiteeSpider(companies="ketting")
    for url, expected in (
        ("https://ketting.recruitee.com/api/offers/", "https://ketting.recruitee.com/o/baker"),
        ("", "https://recruitee.com/o/baker"),
    ):
        listing = spider.listing_from_api(Page(url, b""))
        assert listing is None
        _, listing = spider.read_listing(Page(url, b'{"offers": [{"id": 1, "title": "Baker"}]}'))
        assert listing is not None
        posting = listing.read(row)
        assert posting is not None
        assert posting.url == expected


def test_a_saved_page_is_read_in_the_scope_of_its_address() -> None:
    spider = LeverSpider(companies="webstuhl")
    body = b'[{"id": "1", "text": "Weaver", "hostedUrl": "https://jobs.lever.co/webstuhl/1"}]'
    url = "https://api.lever.co/v0/postings/webstuhl?mode=json"
    for _ in range(2):
        reading = read_response(spider, TextResponse(url, body=body))
        assert [posting.scope for posting in reading.postings] == ["webstuhl"]
        assert reading.outcome == "ok"


def test_a_saved_page_that_cannot_be_read_is_no_reason_to_ask_elsewhere() -> None:
    spider = TeamtailorSpider(companies="batvarvet")
    reading = read_response(spider, TextResponse("https://batvarvet.teamtailor.com/jobs.json", body=b"<p>?"))
    assert reading.outcome == "layout_changed"
    assert reading.requests == []


ROW = {"id": "1", "text": "Weaver", "hostedUrl": "https://jobs.lever.co/webstuhl/1"}


@pytest.mark.parametrize(
    "answer",
    [
        [ROW],
        ROW,
        {"data": [ROW]},
        {"anything": [ROW], "count": 1},
        {"response": {"results": [ROW]}},
        {"job": ROW},
    ],
)
def test_postings_are_found_however_an_answer_was_wrapped(answer: object) -> None:
    spider = LeverSpider(companies="webstuhl")
    page = Page("https://api.lever.co/v0/postings/webstuhl", json.dumps(answer).encode())
    _, listing = spider.read_listing(page)
    assert listing is not None
    assert [posting.title for row in listing.rows if (posting := listing.read(row))] == ["Weaver"]


@pytest.mark.parametrize("answer", [{"data": []}, {"errors": [{"id": 1}]}, {"ok": False}, {}, 7])
def test_an_answer_without_postings_of_the_platform_is_no_empty_list(answer: object) -> None:
    spider = LeverSpider(companies="webstuhl")
    page = Page("https://api.lever.co/v0/postings/webstuhl", json.dumps(answer).encode())
    assert spider.read_listing(page) == (None, None)


def refused(request: Request) -> Failure:
    block = Block("unknown", "refused", "status 403")
    failure = Failure(BlockedError(block, url=request.url, status=403))  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
    return failure


def test_a_refusal_of_one_address_leads_to_the_other_and_of_both_to_blocked() -> None:
    spider = EightfoldSpider(companies="kupfer")
    (first,) = spider.initial_requests()
    (second,) = spider.listing_failed(refused(first))
    assert isinstance(second, Request)
    assert urlsplit(second.url).path == "/api/pcsx/search"
    assert list(spider.listing_failed(refused(second))) == []
    (scope,) = spider.ledger
    assert scope.outcome(finished=True)[0] == "blocked"
    assert scope.pending == 0
