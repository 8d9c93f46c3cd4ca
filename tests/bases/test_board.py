"""The shared crawl on a small board of its own."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from jobspiders.bases.board import ROBOTS_FORBID, BoardArguments, BoardSpider, failure_outcome, status_outcome
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.replay import Replay, replay
from jobspiders.bases.scopes import Scope
from jobspiders.items import JobPosting
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record


class ShopSpider(BoardSpider):
    name = "shop"
    kind = "feed"
    homepage = "https://shop.example"
    paged = True
    detail_url = re.compile("/job/")
    with_details = False

    def scopes(self) -> Iterable[Scope]:
        yield Scope("shop", complete=True)

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get("https://shop.example/jobs", start=position.offset or None, after=position.cursor)

    def detail_request(self, posting: JobPosting) -> Request | None:
        return self.get(posting.url) if self.with_details else None

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = page.record.get("rows")
        if not isinstance(rows, list):
            return None
        data = page.record
        return Listing(rows, self.posting, data.integer("total"), data.text("next"), data.boolean("last"))

    def detail_from_html(self, page: Page) -> JobPosting | Gone | None:
        if "over" in page.text:
            return Gone("the page says so")
        description = page.text_of("p")
        return JobPosting(description_html=description, title="Detailed") if description else None

    def posting(self, row: Any) -> JobPosting | None:
        if row == "advert":
            return None
        if row == "broken":
            raise KeyError("id")
        record = Record(row)
        number = record.text("id") or ""
        return JobPosting(external_id=number, url=f"https://shop.example/job/{number}", title=f"Job {number}")


class DetailedShopSpider(ShopSpider):
    name = "detailed_shop"
    with_details = True


def rows(*ids: int) -> list[Any]:
    return [{"id": number} for number in ids]


def page(url: str, body: Any, status: int = 200, **headers: str) -> Response:
    return TextResponse(url, status=status, body=json.dumps(body).encode(), headers=headers)


def crawl(
    pages: dict[str, Response], *, spider: type[ShopSpider] = ShopSpider, **arguments: str
) -> tuple[Replay, Counter[str], ShopSpider]:
    crawling = spider(**arguments)
    crawling.frozen_now = datetime(2026, 9, 1, tzinfo=UTC)
    counted: Counter[str] = Counter()
    crawling._count = lambda stat: counted.update([stat])  # type: ignore[method-assign]
    return replay(crawling, lambda request: pages.get(request.url)), counted, crawling


HOME = "https://shop.example/jobs"


def test_pages_advance_by_the_rows_seen_until_the_total() -> None:
    replayed, _, _ = crawl(
        {
            HOME: page(HOME, {"rows": rows(1, 2, 3), "total": 5}),
            f"{HOME}?start=3": page(HOME, {"rows": rows(4, 5), "total": 0}),
        }
    )
    assert [posting.external_id for posting in replayed.postings] == ["1", "2", "3", "4", "5"]
    assert len(replayed.requests) == 2
    assert replayed.outcomes == {"shop": "ok"}


def test_a_page_that_repeats_itself_ends_the_list_with_a_count() -> None:
    same = {"rows": rows(1, 2)}
    replayed, counted, _ = crawl({HOME: page(HOME, same), f"{HOME}?start=2": page(HOME, same)})
    assert len(replayed.postings) == 2
    assert counted["pagination/repeated_page"] == 1
    assert counted["postings/duplicates"] == 2
    assert replayed.missing == []


def test_a_cursor_that_never_changes_cannot_loop() -> None:
    page_one = page(HOME, {"rows": rows(1), "next": "x"})
    same = page(HOME, {"rows": rows(2), "next": "x"})
    replayed, counted, _ = crawl(
        {HOME: page_one, f"{HOME}?start=1&after=x": same, f"{HOME}?start=2&after=x": same}
    )
    assert len(replayed.postings) == 2
    assert counted["pagination/repeated_page"] == 1


def test_the_boards_own_word_for_the_last_page_is_believed() -> None:
    replayed, _, _ = crawl({HOME: page(HOME, {"rows": rows(1), "total": 99, "last": True})})
    assert len(replayed.requests) == 1


def test_one_broken_row_costs_only_itself() -> None:
    listed = [*rows(*range(99)), "broken"]
    replayed, counted, _ = crawl({HOME: page(HOME, {"rows": listed, "last": True})})
    assert len(replayed.postings) == 99
    assert [row.reason for row in replayed.rejected] == ["unreadable: KeyError('id')"]
    assert replayed.rejected[0].raw == "broken"
    assert counted["rows/unreadable"] == 1


def test_adverts_are_skipped_and_counted() -> None:
    replayed, counted, _ = crawl({HOME: page(HOME, {"rows": ["advert", *rows(1)], "last": True})})
    assert len(replayed.postings) == 1
    assert counted["rows/skipped"] == 1


def test_rows_of_which_none_can_be_read_mean_a_changed_layout() -> None:
    replayed, _, _ = crawl({HOME: page(HOME, {"rows": [{"number": 1}, {"number": 2}], "last": True})})
    assert replayed.outcomes == {"shop": "layout_changed"}


def test_an_unknown_page_is_a_changed_layout_not_an_empty_board() -> None:
    assert crawl({HOME: page(HOME, {"jobs": []})})[0].outcomes == {"shop": "layout_changed"}
    assert crawl({HOME: page(HOME, {"rows": []})})[0].outcomes == {"shop": "empty"}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, "not_found"),
        (410, "not_found"),
        (403, "blocked"),
        (999, "blocked"),
        (429, "throttled"),
        (500, "failed"),
    ],
)
def test_a_status_decides_the_outcome(status: int, outcome: str) -> None:
    replayed, _, _ = crawl({HOME: page(HOME, {"rows": rows(1)}, status)})
    assert replayed.outcomes == {"shop": outcome}
    assert replayed.postings == []


def test_status_outcomes_of_pages_that_may_be_read() -> None:
    assert status_outcome(200, frozenset({404})) is None
    assert status_outcome(422, frozenset({422})) == "not_found"


def test_not_modified_leaves_the_scope_ok_without_postings() -> None:
    replayed, counted, spider = crawl({HOME: page(HOME, {}, 304)})
    assert replayed.outcomes == {"shop": "ok"}
    assert spider.ledger.get("shop").not_modified
    assert counted["listing/not_modified"] == 1


def test_max_results_stops_exactly_there_and_asks_for_no_more() -> None:
    replayed, _, spider = crawl({HOME: page(HOME, {"rows": rows(1, 2, 3), "total": 9})}, max_results="2")
    assert len(replayed.postings) == 2
    assert len(replayed.requests) == 1
    assert not spider.ledger.get("shop").complete


def test_a_filtered_crawl_is_not_complete() -> None:
    _, _, spider = crawl({HOME: page(HOME, {"rows": rows(1), "last": True})}, query="crane")
    assert not spider.ledger.get("shop").complete
    _, _, spider = crawl({HOME: page(HOME, {"rows": rows(1), "last": True})})
    assert spider.ledger.get("shop").complete


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


def test_the_page_limit_ends_a_list_and_its_completeness() -> None:
    spider = ShopSpider()
    spider.max_pages = 1
    replayed = replay(spider, lambda request: page(request.url, {"rows": rows(1), "next": "y"}))
    assert len(replayed.requests) == 1
    assert not spider.ledger.get("shop").complete


def test_a_reading_that_raises_falls_through_to_the_next_source() -> None:
    class OddSpider(ShopSpider):
        name = "odd"

        def listing_from_embedded(self, page: Page) -> Listing | None:
            return Listing(rows(7), self.posting, last=True)

        def listing_from_api(self, page: Page) -> Listing | None:
            raise TypeError("no list")

    replayed, counted, _ = crawl({HOME: page(HOME, {})}, spider=OddSpider)
    assert [posting.source for posting in replayed.postings] == ["embedded"]
    assert counted["listing/unreadable/api"] == 1


def failure(error: Exception) -> Failure:
    return Failure(error)  # type: ignore[no-untyped-call]


def test_failures_name_their_outcome() -> None:
    class Refused(IgnoreRequest):
        vendor = "example"

    class Held(IgnoreRequest):
        outcome = "throttled"

    assert failure_outcome(failure(Refused("no")))[0] == "blocked"
    assert failure_outcome(failure(Held("later")))[0] == "throttled"
    assert failure_outcome(failure(IgnoreRequest("Forbidden by robots.txt")))[0] == "blocked"
    assert failure_outcome(failure(TimeoutError("slow"))) == ("failed", "TimeoutError: slow")


def test_validators_of_an_unpaged_list_are_remembered() -> None:
    class OnePageSpider(ShopSpider):
        name = "one_page"
        paged = False

    response = page(
        HOME, {"rows": rows(1)}, ETag='W/"7"', **{"Last-Modified": "Tue, 01 Sep 2026 08:00:00 GMT"}
    )
    _, _, spider = crawl({HOME: response}, spider=OnePageSpider)
    scope = spider.ledger.get("shop")
    assert (scope.etag, scope.validator_url) == ('W/"7"', HOME)
    assert scope.last_modified == "Tue, 01 Sep 2026 08:00:00 GMT"


def test_arguments_are_typed() -> None:
    assert ShopSpider(max_results="3").arguments == BoardArguments(max_results=3)


@pytest.mark.parametrize(("obeyed", "requests"), [(True, 0), (False, 1)])
def test_a_board_that_robots_txt_forbids_is_crawled_only_where_that_is_switched_off(
    obeyed: bool, requests: int
) -> None:
    class Forbidden(ShopSpider):
        robots = "forbidden"

    crawler = get_crawler(Forbidden, {"ROBOTSTXT_OBEY": obeyed})
    crawler._apply_settings()
    spider = Forbidden.from_crawler(crawler)
    spider.crawler = crawler

    async def started() -> list[Any]:
        return [request async for request in spider.start()]

    assert len(asyncio.run(started())) == requests
    outcomes = [scope.outcome(finished=True) for scope in spider.ledger]
    if obeyed:
        assert outcomes == [("blocked", ROBOTS_FORBID)]
        assert crawler.stats.get_value("robotstxt/board_forbidden") == 1


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


def test_a_list_that_is_shorter_than_its_total_is_not_complete() -> None:
    url = "https://shop.example/jobs"
    spider = ShopSpider()
    replay(spider, lambda request: page(url, {"rows": rows(1, 2), "total": 3, "last": True}))
    assert [(scope.complete, scope.outcome(finished=True)[0]) for scope in spider.ledger] == [(False, "ok")]
