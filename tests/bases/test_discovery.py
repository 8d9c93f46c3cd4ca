"""Boards found on sites that a test writes down, without an engine."""

from __future__ import annotations

import json
from collections import deque

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from jobspiders.bases.discovery import MOST_PAGES, MOST_TENANTS, DiscoverySpider, alike
from jobspiders.parsing.platforms import Tenant

GREENHOUSE = "https://boards-api.greenhouse.io/v1/boards/pelikan/jobs?content=true"
LEVER = "https://api.lever.co/v0/postings/pelikan?mode=json&skip=0&limit=100"
HOME = "https://pelikan.example/"
BOARD = {
    "jobs": [
        {
            "id": 1,
            "title": "Rigger",
            "absolute_url": "https://x.example/1",
            "company_name": "Pelikan Robotics",
        }
    ]
}


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def discover(pages: dict[str, object], *sites: str) -> tuple[DiscoverySpider, list[str]]:
    """A discovery over pages; a number is a status, a Response answers as it is, text of an exception fails."""
    settings = {"SPIDER_MODULES": ["jobspiders.spiders"]}
    spider = DiscoverySpider.from_crawler(
        get_crawler(DiscoverySpider, settings),
        sites=[(site, site if "//" in site else f"https://{site}/") for site in sites],
    )
    waiting, asked = deque(spider.initial_requests()), []
    while waiting:
        request = waiting.popleft()
        asked.append(request.url)
        response = respond(request, pages.get(request.url, 404))
        assert request.callback is not None
        assert request.errback is not None
        if isinstance(response, Response):
            made = request.callback(response, **request.cb_kwargs)
        else:
            failure = Failure(response)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
            made = request.errback(failure)
        waiting.extend(made or ())
    return spider, asked


def respond(request: Request, answer: object) -> Response | Exception:
    if isinstance(answer, Exception):
        return answer
    if isinstance(answer, Response):
        return answer.replace(request=request)
    if isinstance(answer, int):
        return TextResponse(request.url, status=answer, request=request)
    if isinstance(answer, str):
        return HtmlResponse(request.url, body=answer.encode(), encoding="utf-8", request=request)
    return TextResponse(request.url, body=json.dumps(answer).encode(), request=request)


def verdicts(spider: DiscoverySpider) -> dict[Tenant, str]:
    (search,) = spider.searches
    return {tenant: search.verdict(hit, spider.checks[tenant]) for tenant, hit in search.hits.items()}


def test_a_board_that_a_careers_page_embeds_is_found_and_asked_for() -> None:
    frame = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=pelikan"></script>'
    pages: dict[str, object] = {
        HOME: page(
            '<a href="/careers">Careers</a>', '<meta property="og:site_name" content="Pelikan Robotics BV">'
        ),
        "https://pelikan.example/careers": page(frame),
        GREENHOUSE: BOARD,
    }
    spider, asked = discover(pages, "pelikan.example")
    assert verdicts(spider) == {Tenant("greenhouse", "pelikan"): "found"}
    check = spider.checks[Tenant("greenhouse", "pelikan")]
    assert (check.outcome, check.postings, check.company) == ("ok", 1, "Pelikan Robotics")
    assert asked == [HOME, "https://pelikan.example/careers", GREENHOUSE]
    assert spider.searches[0].name == "Pelikan Robotics BV"


def test_a_redirect_to_a_platform_names_the_board() -> None:
    there = HtmlResponse("https://jobs.lever.co/pelikan", body=b"<html></html>")
    spider, asked = discover(
        {HOME: there, LEVER: [{"id": "1", "text": "Rigger", "hostedUrl": "https://jobs.lever.co/pelikan/1"}]},
        "pelikan.example",
    )
    assert verdicts(spider) == {Tenant("lever", "pelikan"): "found"}
    assert asked == [HOME, LEVER]


def test_a_board_given_itself_is_only_asked_for() -> None:
    spider, asked = discover({GREENHOUSE: BOARD}, "https://boards.greenhouse.io/pelikan")
    assert verdicts(spider) == {Tenant("greenhouse", "pelikan"): "found"}
    assert asked == [GREENHOUSE]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"jobs": []}, "found"),
        (404, "gone"),
        (403, "unsure"),
        (503, "unsure"),
        (IgnoreRequest("Forbidden by robots.txt"), "unsure"),
        ("<html>not any more</html>", "unsure"),
    ],
)
def test_a_board_counts_only_where_its_list_answers(answer: object, verdict: str) -> None:
    spider, _ = discover(
        {HOME: page('<a href="https://boards.greenhouse.io/pelikan">'), GREENHOUSE: answer}, "pelikan.example"
    )
    assert verdicts(spider) == {Tenant("greenhouse", "pelikan"): verdict}


def test_an_empty_list_is_no_proof_where_unknown_companies_have_one_too() -> None:
    asked = "https://api.smartrecruiters.com/v1/companies/Pelikan/postings?limit=100&offset=0"
    pages: dict[str, object] = {
        HOME: page('<a href="https://jobs.smartrecruiters.com/Pelikan/1">'),
        asked: {"offset": 0, "limit": 100, "totalFound": 0, "content": []},
    }
    spider, _ = discover(pages, "pelikan.example")
    assert verdicts(spider) == {Tenant("smartrecruiters", "Pelikan"): "unsure"}


def test_a_link_to_the_board_of_a_company_of_another_name_is_not_the_sites() -> None:
    other = "https://boards-api.greenhouse.io/v1/boards/nordlicht/jobs?content=true"
    body = '<a href="https://boards.greenhouse.io/nordlicht">Our partner hires</a>'
    spider, _ = discover({HOME: page(body), other: {"jobs": []}}, "pelikan.example")
    assert verdicts(spider) == {Tenant("greenhouse", "nordlicht"): "other company"}


def test_a_platform_that_has_the_list_elsewhere_is_asked_there() -> None:
    feed = "<rss><channel><title>Pelikan</title><item><title>Rigger</title><link>https://pelikan.teamtailor.com/jobs/1-rigger</link></item></channel></rss>"
    pages: dict[str, object] = {
        HOME: page('<a href="https://pelikan.teamtailor.com/jobs">Jobs</a>'),
        "https://pelikan.teamtailor.com/jobs.json": 404,
        "https://pelikan.teamtailor.com/jobs.rss?per_page=200": feed,
    }
    spider, _ = discover(pages, "pelikan.example")
    assert spider.checks[Tenant("teamtailor", "pelikan")].postings == 1


def test_without_a_link_the_usual_addresses_are_tried() -> None:
    spider, asked = discover({HOME: page("hello")}, "pelikan.example")
    assert asked == [HOME, "https://pelikan.example/careers", "https://pelikan.example/jobs"]
    assert spider.searches[0].pages == 1
    assert len(spider.searches[0].faults) == 2


def test_a_site_that_fails_is_asked_at_www_once() -> None:
    spider, asked = discover(
        {HOME: OSError("no such host"), "https://www.pelikan.example/": 500}, "pelikan.example"
    )
    assert asked[:2] == [HOME, "https://www.pelikan.example/"]
    assert spider.searches[0].faults[0] == "failed: OSError: no such host"


def test_few_pages_of_a_site_are_read_and_few_boards_asked_for() -> None:
    many = "".join(
        f'<a href="/jobs/{number}">x</a><a href="https://jobs.lever.co/c{number}">y</a>'
        for number in range(50)
    )
    spider, asked = discover({HOME: page(many)}, "pelikan.example")
    assert len([url for url in asked if "pelikan.example" in url]) == MOST_PAGES
    assert len([url for url in asked if "lever.co" in url]) == MOST_TENANTS
    assert len(spider.checks) == MOST_TENANTS


def test_a_careers_site_under_a_domain_of_its_own_is_followed() -> None:
    pages: dict[str, object] = {
        HOME: page(
            '<a href="https://pelikan-careers.example2/jobs">Jobs</a><a href="https://nordlicht.example3/jobs">x</a>'
        ),
        "https://pelikan-careers.example2/jobs": page('<a href="https://jobs.lever.co/pelikan">'),
        LEVER: [],
    }
    spider, asked = discover(pages, "pelikan.example")
    assert Tenant("lever", "pelikan") in spider.checks
    assert "https://nordlicht.example3/jobs" not in asked


def test_one_board_of_two_sites_is_asked_for_once() -> None:
    body = page('<iframe src="https://boards.greenhouse.io/embed/job_board?for=pelikan"></iframe>')
    spider, asked = discover(
        {HOME: body, "https://murmel.example/": body, GREENHOUSE: BOARD}, "pelikan.example", "murmel.example"
    )
    assert asked.count(GREENHOUSE) == 1
    assert [len(search.hits) for search in spider.searches] == [1, 1]


def test_postings_on_a_sites_own_pages_are_noted() -> None:
    posting = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Rigger"}</script>'
    spider, _ = discover({HOME: page(posting)}, "pelikan.example")
    assert spider.searches[0].own_postings == HOME


@pytest.mark.parametrize(
    ("mine", "board", "same"),
    [
        (("pelikan", None), ("pelikan", None), True),
        (("pelikan", None), ("pelikanrobotics", None), True),
        (("pk", "Pelikan Robotics B.V."), ("x", "Pelikan Robotics"), True),
        (("pelikan", None), ("nordlicht", "Nordlicht"), False),
        (("pk", None), ("pkware", None), False),
        (("", None), ("", None), False),
    ],
)
def test_names_that_are_alike(
    mine: tuple[str | None, ...], board: tuple[str | None, ...], same: bool
) -> None:
    assert alike(mine, board) is same
