"""Sites of every kind, crawled from pages that a test writes down."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse
from twisted.python.failure import Failure

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.career_site import CareerPagesSpider
from jobspiders.bases.reading import read_response
from jobspiders.bases.replay import Replay, replay
from tests.boards.cases import spider_class

SITE = "https://pelikan.example"
HOME = f"{SITE}/careers"


def script(*data: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in data)


def posting(title: str = "Rigger", **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": title,
        "description": f"<p>{title} wanted.</p>",
        "hiringOrganization": {"@type": "Organization", "name": "Pelikan"},
        **more,
    }


def page(*bodies: str) -> bytes:
    return f"<!doctype html><html><head></head><body>{''.join(bodies)}</body></html>".encode()


def links(*paths: str) -> str:
    return "".join(f'<a href="{path}">{path}</a>' for path in paths)


def urlset(*urls: str) -> bytes:
    return ("<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>").encode()


def crawl(pages: dict[str, bytes | int], **arguments: str) -> tuple[Replay, Counter[str], CareerPagesSpider]:
    """A crawl of pages; a number is a status without a body."""
    spider = spider_class("careersite")(**arguments)
    assert isinstance(spider, CareerPagesSpider)
    counted: Counter[str] = Counter()
    spider._count = lambda stat: counted.update([stat])  # type: ignore[method-assign]

    def respond(request: Request) -> Response | None:
        found = pages.get(request.url)
        if isinstance(found, int):
            return TextResponse(request.url, status=found)
        return None if found is None else HtmlResponse(request.url, body=found, encoding="utf-8")

    return replay(spider, respond), counted, spider


def evidence(spider: CareerPagesSpider) -> list[str]:
    return [fault.evidence for scope in spider.ledger for fault in scope.faults]


# --- by page


def test_a_page_with_a_posting() -> None:
    found, counted, _ = crawl(
        {f"{HOME}/rigger": page(script(posting(identifier="R-7")))}, url=f"{HOME}/rigger"
    )
    (rigger,) = found.postings
    assert (rigger.external_id, rigger.url, rigger.company) == (
        "pelikan.example:R-7",
        f"{HOME}/rigger",
        "Pelikan",
    )
    assert (rigger.requisition_id, rigger.source, rigger.scope) == ("R-7", "jsonld", f"{HOME}/rigger")
    assert found.outcomes == {f"{HOME}/rigger": "ok"}
    assert counted["listing/source/jsonld"] == 1


def test_several_pages_are_scopes_of_their_own() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/jobs/1001": page(script(posting())),
        "https://nordlicht.example/x": 404,
    }
    found, _, _ = crawl(pages, url=f"{SITE}/jobs/1001,nordlicht.example/x")
    assert found.outcomes == {f"{SITE}/jobs/1001": "ok", "https://nordlicht.example/x": "not_found"}


def test_links_of_a_given_page_lead_to_postings_one_step_deep_on_the_same_site() -> None:
    pages: dict[str, bytes | int] = {
        HOME: page(
            links(
                "/careers/rigger",
                "/careers/rigger#top",
                "/about",
                "https://other.example/jobs/1",
                "/careers/more",
            )
        ),
        f"{HOME}/rigger": page(script(posting()), links("/careers/deeper")),
        f"{HOME}/more": page(),
    }
    found, counted, _ = crawl(pages, url=HOME)
    assert [request.url for request in found.requests] == [HOME, f"{HOME}/rigger", f"{HOME}/more"]
    assert [each.external_id for each in found.postings] == ["pelikan.example:careers/rigger"]
    assert found.outcomes == {HOME: "ok"}
    assert counted["pages/without_posting"] == 2


def test_details_false_reads_the_given_pages_only() -> None:
    found, _, _ = crawl({HOME: page(script(posting()), links("/careers/rigger"))}, url=HOME, details="false")
    assert len(found.requests) == 1


def test_the_next_page_of_a_list_is_read_and_never_twice() -> None:
    pages: dict[str, bytes | int] = {
        HOME: page(links("/careers/a"), '<a rel="next" href="/careers?page=2">2</a>'),
        f"{HOME}?page=2": page(links("/careers/b"), '<a rel="next" href="/careers?page=1">1</a>'),
        f"{HOME}?page=1": page(links("/careers/a"), '<a rel="next" href="/careers?page=2">2</a>'),
        f"{HOME}/a": page(script(posting("A"))),
        f"{HOME}/b": page(script(posting("B"))),
    }
    found, _, _ = crawl(pages, url=HOME)
    assert [each.title for each in found.postings] == ["A", "B"]
    assert len(found.requests) == 5


def test_addresses_of_an_item_list_are_followed() -> None:
    items = [{"@type": "ListItem", "position": 1, "name": "Rigger", "url": f"{SITE}/p/rigger"}]
    pages: dict[str, bytes | int] = {
        HOME: page(script({"@type": "ItemList", "itemListElement": items})),
        f"{SITE}/p/rigger": page(script(posting())),
    }
    assert len(crawl(pages, url=HOME)[0].postings) == 1


def test_bare_postings_of_a_list_are_completed_from_the_pages_that_their_titles_link_to() -> None:
    bare = [{"@type": "JobPosting", "title": title} for title in ("Rigger", "Pilot", "Clerk")]
    cards = '<a href="/o/rigger"><h3>Rigger</h3></a><a href="/o/pilot"><h3>Pilot</h3></a>'
    pages: dict[str, bytes | int] = {
        HOME: page(script(bare), cards),
        f"{SITE}/o/rigger": page(script(posting("Rigger", datePosted="2026-08-01"))),
        f"{SITE}/o/pilot": page(),
    }
    found, counted, _ = crawl(pages, url=HOME)
    by_title = {each.title: each for each in found.postings}
    assert by_title["Rigger"].description_html == "<p>Rigger wanted.</p>"
    assert (by_title["Rigger"].url, by_title["Pilot"].url) == (f"{SITE}/o/rigger", f"{SITE}/o/pilot")
    assert by_title["Clerk"].url == HOME
    assert len({each.external_id for each in found.postings}) == 3
    assert counted["detail/without_posting"] == 1
    assert found.outcomes == {HOME: "ok"}


def test_a_page_in_xhtml_is_no_sitemap() -> None:
    body = b'<?xml version="1.0"?>' + page(script(posting()))
    assert len(crawl({HOME: body}, url=HOME)[0].postings) == 1


# --- identity


def test_postings_that_share_an_identifier_are_all_kept() -> None:
    pages: dict[str, bytes | int] = {
        HOME: page(links("/careers/hull/rigger", "/careers/bonn/rigger")),
        f"{HOME}/hull/rigger": page(script(posting(identifier={"name": "Pelikan", "value": "4711"}))),
        f"{HOME}/bonn/rigger": page(script(posting(identifier={"name": "Pelikan", "value": "4711"}))),
    }
    found, _, _ = crawl(pages, url=HOME)
    assert [each.external_id for each in found.postings] == [
        "pelikan.example:4711",
        "pelikan.example:careers/bonn/rigger",
    ]


def test_the_id_in_the_address_comes_before_the_identifier_and_a_companys_name_is_none() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/jobs/104711-rigger": page(script(posting(identifier="REQ-7"))),
        f"{SITE}/jobs/pilot": page(script(posting("Pilot", identifier={"value": "Pelikan"}))),
    }
    found, _, _ = crawl(pages, url=",".join(pages))
    assert [(each.external_id, each.requisition_id) for each in found.postings] == [
        ("pelikan.example:104711", "REQ-7"),
        ("pelikan.example:jobs/pilot", None),
    ]


def test_several_postings_of_one_address_differ_by_identifier_or_by_what_they_say() -> None:
    rows = [
        posting("Rigger", identifier="1"),
        posting("Pilot"),
        posting("Pilot", jobLocation="Hull"),
        posting("Clerk", identifier="1x"),
        posting("Cook", identifier="1x"),
    ]
    found, _, _ = crawl({HOME: page(script(rows))}, url=HOME)
    ids = [each.external_id for each in found.postings]
    assert len(set(ids)) == 5
    assert ids[0] == "pelikan.example:1"
    assert ids == [each.external_id for each in crawl({HOME: page(script(rows))}, url=HOME)[0].postings]


# --- by sitemap and domain


def test_a_domain_is_read_by_the_sitemaps_that_robots_txt_names_likeliest_pages_first() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/robots.txt": f"User-agent: *\nSitemap: {SITE}/index.xml\n".encode(),
        f"{SITE}/index.xml": (
            f"<sitemapindex><sitemap><loc>{SITE}/pages.xml</loc></sitemap>"
            f"<sitemap><loc>{SITE}/jobs.xml.gz</loc></sitemap></sitemapindex>"
        ).encode(),
        f"{SITE}/pages.xml": urlset(f"{SITE}/", f"{SITE}/about", f"{SITE}/careers"),
        f"{SITE}/jobs.xml.gz": gzip.compress(urlset(f"{SITE}/o/rigger", f"{SITE}/jobs/1002", "https://other.example/jobs/1")),
        f"{SITE}/careers": page(),
        f"{SITE}/o/rigger": page(script(posting())),
        f"{SITE}/jobs/1002": page(script(posting("Pilot"))),
    }  # fmt: skip
    found, counted, spider = crawl(pages, domain="pelikan.example")
    assert [request.url.removeprefix(SITE) for request in found.requests] == [
        "/robots.txt",
        "/index.xml",
        "/jobs.xml.gz",
        "/pages.xml",
        "/jobs/1002",
        "/o/rigger",
        "/careers",
    ]
    assert sorted(each.title for each in found.postings) == ["Pilot", "Rigger"]
    assert found.outcomes == {"pelikan.example": "ok"}
    assert spider.ledger.get("pelikan.example").complete
    assert counted["sitemaps/read"] == 3


def test_without_sitemaps_the_front_page_leads_to_lists_and_these_to_postings() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/robots.txt": 404,
        f"{SITE}/sitemap.xml": 404,
        f"{SITE}/": page(links("/about", "/careers")),
        HOME: page(links("/careers/rigger")),
        f"{HOME}/rigger": page(script(posting())),
    }
    found, counted, spider = crawl(pages, domain="https://pelikan.example/")
    assert len(found.postings) == 1
    assert found.outcomes == {"pelikan.example": "ok"}
    assert counted["sitemaps/none"] == 1
    assert not spider.ledger.get("pelikan.example").complete


def test_pages_that_nothing_speaks_for_are_tried_only_where_there_are_no_others() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/sitemap.xml": urlset(f"{SITE}/a", f"{SITE}/b"),
        f"{SITE}/a": page(script(posting())),
        f"{SITE}/b": page(),
    }
    assert len(crawl(pages, sitemap=f"{SITE}/sitemap.xml")[0].postings) == 1
    pages[f"{SITE}/sitemap.xml"] = urlset(f"{SITE}/a", f"{SITE}/b", f"{SITE}/jobs/b")
    pages[f"{SITE}/jobs/b"] = page(script(posting()))
    found, _, _ = crawl(pages, sitemap=f"{SITE}/sitemap.xml")
    assert [request.url for request in found.requests] == [f"{SITE}/sitemap.xml", f"{SITE}/jobs/b"]


def test_max_pages_bounds_the_pages_and_ends_completeness() -> None:
    jobs = [f"{SITE}/jobs/{number}" for number in range(1000, 1020)]
    pages: dict[str, bytes | int] = {f"{SITE}/s.xml": urlset(*jobs)} | {
        job: page(script(posting())) for job in jobs
    }
    found, counted, spider = crawl(pages, sitemap=f"{SITE}/s.xml", max_pages="5")
    assert len(found.requests) == 6
    assert counted["pagination/page_limit"] == 1
    assert not spider.ledger.get(f"{SITE}/s.xml").complete
    found, counted, spider = crawl(pages, sitemap=f"{SITE}/s.xml", max_pages="20")
    assert len(found.postings) == 20
    assert counted["pagination/page_limit"] == 0
    assert spider.ledger.get(f"{SITE}/s.xml").complete


def test_max_results_asks_for_few_pages_more_than_it_needs() -> None:
    jobs = [f"{SITE}/jobs/{number}" for number in range(1000, 1100)]
    pages: dict[str, bytes | int] = {f"{SITE}/s.xml": urlset(*jobs)} | {
        job: page(script(posting())) for job in jobs
    }
    found, _, _ = crawl(pages, sitemap=f"{SITE}/s.xml", max_results="3")
    assert len(found.postings) == 3
    assert len(found.requests) < 15


def test_a_page_of_a_sitemap_that_is_gone_closes_its_posting_and_one_that_fails_closes_none() -> None:
    pages: dict[str, bytes | int] = {
        f"{SITE}/s.xml": urlset(
            f"{SITE}/jobs/1001", f"{SITE}/jobs/rigger", f"{SITE}/jobs/1002", f"{SITE}/jobs/1003"
        ),
        f"{SITE}/jobs/1001": 410,
        f"{SITE}/jobs/rigger": 404,
        f"{SITE}/jobs/1002": page(script(posting())),
    }
    found, counted, spider = crawl(pages, sitemap=f"{SITE}/s.xml")
    assert [closed.external_id for closed in found.closed] == ["pelikan.example:1001"]
    assert counted["pages/gone"] == 2
    assert counted["pages/failed/failed"] == 1
    assert found.outcomes == {f"{SITE}/s.xml": "ok"}
    assert not spider.ledger.get(f"{SITE}/s.xml").complete


def test_a_list_in_a_sitemap_does_not_hide_the_pages_of_its_postings() -> None:
    bare = {"@type": "JobPosting", "title": "Rigger"}
    lost = {"@type": "JobPosting", "title": "Pilot"}
    pages: dict[str, bytes | int] = {
        f"{SITE}/s.xml": urlset(f"{SITE}/jobs/list", f"{SITE}/jobs/rigger", f"{SITE}/jobs/pilot"),
        f"{SITE}/jobs/list": page(
            script([bare, lost]), '<a href="/jobs/rigger">Rigger</a>', '<a href="/jobs/pilot">Pilot</a>'
        ),
        f"{SITE}/jobs/rigger": page(script(posting())),
        f"{SITE}/jobs/pilot": 500,
    }  # fmt: skip
    found, _, _ = crawl(pages, sitemap=f"{SITE}/s.xml")
    assert sorted((each.title, each.description_html) for each in found.postings) == [
        ("Pilot", None),
        ("Rigger", "<p>Rigger wanted.</p>"),
    ]


# --- outcomes


def test_a_site_of_a_platform_says_what_to_crawl_instead() -> None:
    frame = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=pelikan"></script>'
    found, _, spider = crawl({HOME: page(frame)}, url=HOME)
    assert found.outcomes == {HOME: "layout_changed"}
    assert evidence(spider) == ["this site uses greenhouse: scrapy crawl greenhouse -a companies=pelikan"]


def test_postings_of_a_site_that_also_links_to_a_platform_are_no_fault() -> None:
    pages: dict[str, bytes | int] = {
        HOME: page('<a href="https://jobs.lever.co/pelikan">', links("/careers/rigger")),
        f"{HOME}/rigger": page(script(posting())),
    }
    assert crawl(pages, url=HOME)[0].outcomes == {HOME: "ok"}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (page("<p>There are currently no open positions.</p>"), "empty"),
        (page("<p>Come and work with us.</p>"), "layout_changed"),
        (page('<div id="root"></div><script src="/app.js"></script>'), "layout_changed"),
        (urlset(), "empty"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html><body>hello</body></html>', "layout_changed"),
        (404, "not_found"),
        (403, "blocked"),
        (429, "throttled"),
        (500, "failed"),
    ],
)
def test_what_a_given_page_without_postings_means(body: bytes | int, outcome: str) -> None:
    assert crawl({HOME: body}, url=HOME)[0].outcomes == {HOME: outcome}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(page(), "layout_changed"), (404, "not_found"), (403, "blocked"), (urlset(), "empty")],
)
def test_what_a_given_sitemap_without_pages_means(body: bytes | int, outcome: str) -> None:
    assert crawl({f"{SITE}/s.xml": body}, sitemap=f"{SITE}/s.xml")[0].outcomes == {f"{SITE}/s.xml": outcome}


def test_pages_that_robots_txt_forbids_are_no_failure_but_are_told_where_nothing_else_was_there() -> None:
    pages: dict[str, bytes | int] = {f"{SITE}/s.xml": urlset(f"{SITE}/jobs/1", f"{SITE}/jobs/2")}
    spider = spider_class("careersite")(sitemap=f"{SITE}/s.xml")
    assert isinstance(spider, CareerPagesSpider)
    (request,) = spider.initial_requests()
    body = pages[request.url]
    assert isinstance(body, bytes)
    following = list(
        spider.parse_listing(HtmlResponse(request.url, body=body, request=request), **request.cb_kwargs)
    )
    for asked in following:
        assert isinstance(asked, Request)
        failure = Failure(IgnoreRequest("Forbidden by robots.txt"))  # type: ignore[no-untyped-call]
        failure.request = asked  # type: ignore[attr-defined]  # as Scrapy does
        assert list(spider.listing_failed(failure)) == []
    outcome, told = spider.ledger.get(f"{SITE}/s.xml").outcome(finished=True)
    assert outcome == "blocked"
    assert told is not None
    assert "robots.txt forbids 2 pages" in told


def test_repaired_json_is_counted() -> None:
    damaged = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Say "ahoy"",}</script>'
    found, counted, _ = crawl({HOME: page(damaged)}, url=HOME)
    assert [each.title for each in found.postings] == ['Say "ahoy"']
    assert counted["jsonld/repaired"] == 1


# --- saved pages


@pytest.mark.parametrize(
    ("body", "outcome", "postings", "requests"),
    [
        (page(script(posting()), links("/careers/x")), "ok", 1, 1),
        (page(links("https://jobs.lever.co/pelikan")), "layout_changed", 0, 0),
        (page(), "layout_changed", 0, 0),
        (page("<p>no open positions</p>"), "empty", 0, 0),
        (urlset(f"{SITE}/jobs/1", f"{SITE}/jobs/2"), "ok", 0, 2),
    ],
)
def test_a_saved_page_is_judged_at_once(body: bytes, outcome: str, postings: int, requests: int) -> None:
    kind = spider_class("careersite")
    reading = read_response(
        kind(arguments=kind.arguments_type()), HtmlResponse(HOME, body=body, encoding="utf-8")
    )
    assert (reading.outcome, len(reading.postings), len(reading.requests)) == (outcome, postings, requests)


# --- arguments


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "careersite needs url="),
        ({"url": "ftp://pelikan.example"}, "url: 'ftp://pelikan.example' is no address"),
        ({"domain": "pelikan"}, "domain: 'pelikan' is no address"),
        ({"sitemap": "https://[odd"}, "is no address"),
        ({"url": "pelikan.example:port"}, "is no address"),
        ({"url": HOME, "max_pages": "0"}, "max_pages=0 is below 1"),
    ],
)
def test_wrong_arguments_are_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        spider_class("careersite").check_arguments(given)
    assert message in str(refused.value)


def test_a_spider_for_one_site_needs_no_arguments_and_its_ids_no_host() -> None:
    class PelikanSpider(CareerPagesSpider):
        name = "pelikan"
        homepage = SITE
        own_pages = (HOME,)

    found = replay(
        PelikanSpider(),
        lambda request: HtmlResponse(request.url, body=page(script(posting(identifier="R-7")))),
    )
    assert [each.external_id for each in found.postings] == ["R-7"]
    assert found.outcomes == {HOME: "ok"}
