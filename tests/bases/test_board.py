"""The shared crawl on a small board of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.listing import Listing
from jobspiders.bases.outcomes import ROBOTS_FORBID
from jobspiders.bases.replay import replay
from jobspiders.parsing.page import Page
from tests.bases.shop import HOME, ShopSpider, crawl, page, rows


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


def test_a_list_that_is_shorter_than_its_total_is_not_complete() -> None:
    url = "https://shop.example/jobs"
    spider = ShopSpider()
    replay(spider, lambda request: page(url, {"rows": rows(1, 2), "total": 3, "last": True}))
    assert [(scope.complete, scope.outcome(finished=True)[0]) for scope in spider.ledger] == [(False, "ok")]
