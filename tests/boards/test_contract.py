"""What every board has to hold, one small named check each, over all boards and their recorded cases."""

from __future__ import annotations

import copy
import html
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from scrapy import Request
from scrapy.utils.request import fingerprint

from jobspiders.bases.arguments import describe
from jobspiders.bases.listing import Listing
from jobspiders.bases.replay import Replay, expectation, replay
from jobspiders.bases.response_page import page_of
from jobspiders.items import JobPosting, Source
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.pipelines.validation import rejection_reason
from tests.boards.cases import Case, boards, cases, spider_class

ALL_CASES = [pytest.param(case, id=f"{case.board}-{case.name}") for case in cases()]


@pytest.mark.parametrize("board", boards())
def test_file_name_and_class_agree(board: str) -> None:
    spider = spider_class(board)
    assert spider.__module__ == f"jobspiders.spiders.{board}"
    assert spider.__name__.endswith("Spider")
    assert spider.__name__.removesuffix("Spider").lower() == board.replace("_", "")


@pytest.mark.parametrize("board", boards())
def test_board_says_what_it_is(board: str) -> None:
    spider = spider_class(board)
    assert spider.kind in {"search board", "ATS platform", "feed", "career site"}
    assert urlsplit(spider.homepage).scheme == "https"
    assert spider.robots in {"allowed", "partly", "forbidden"}
    assert spider.sources("listing") or spider.sources("detail")
    assert all(argument.help for argument in describe(spider.arguments_type))
    assert set(spider.native_filters) <= {argument.name for argument in describe(spider.arguments_type)}


@pytest.mark.parametrize("board", boards())
def test_board_has_a_crawl_an_empty_and_a_terminal_case(board: str) -> None:
    outcomes = {case.name: set(case.meta["outcomes"].values()) for case in cases(board)}
    assert outcomes.get("crawl") == {"ok"}
    assert {"empty"} in outcomes.values()
    assert any(found - {"ok", "empty"} for found in outcomes.values())


@pytest.mark.parametrize("board", boards())
def test_every_source_of_a_board_serves_in_some_case(board: str) -> None:
    counted: Counter[str] = Counter()
    for case in cases(board):
        case.run(counted)
    spider = spider_class(board)
    expected = {
        f"{stage}/source/{source}" for stage in ("listing", "detail") for source in spider.sources(stage)
    }
    assert expected <= set(counted)


@pytest.mark.parametrize("case", ALL_CASES)
def test_replay_equals_what_is_expected(case: Case) -> None:
    replayed = case.run()
    assert [request.url for request in replayed.missing] == case.meta.get("missing", [])
    assert replayed.outcomes == case.meta["outcomes"]
    found = {posting.external_id: expectation(posting) for posting in replayed.postings}
    wanted = {posting["external_id"]: posting for posting in case.expected()}
    assert sorted(found) == sorted(wanted)
    for external_id, posting in wanted.items():
        for field in posting.keys() | found[external_id].keys():
            assert found[external_id].get(field) == posting.get(field), f"{external_id}: {field}"


@pytest.mark.parametrize("case", ALL_CASES)
def test_postings_are_valid_and_unique(case: Case) -> None:
    replayed = case.run()
    reasons = [reason for posting in replayed.postings if (reason := rejection_reason(posting))]
    assert reasons == case.meta.get("rejected", [])
    ids = [posting.external_id for posting in replayed.postings]
    assert len(ids) == len(set(ids))
    assert all(posting.source for posting in replayed.postings)
    assert all(posting.raw is not None for posting in replayed.postings)


@pytest.mark.parametrize("case", ALL_CASES)
def test_requests_stay_on_the_board_and_never_repeat(case: Case) -> None:
    replayed = case.run()
    domains = getattr(spider_class(case.board), "allowed_domains", None)
    for request in replayed.requests:
        host = urlsplit(request.url).hostname or ""
        assert domains is None or any(host == domain or host.endswith(f".{domain}") for domain in domains)
    prints = [fingerprint(request) for request in replayed.requests]
    assert len(prints) == len(set(prints))


@pytest.mark.parametrize("case", ALL_CASES)
def test_replaying_twice_gives_the_same(case: Case) -> None:
    first, second = case.run(), case.run()
    assert [expectation(posting) for posting in first.postings] == [
        expectation(posting) for posting in second.postings
    ]
    assert [request.url for request in first.requests] == [request.url for request in second.requests]


@pytest.mark.parametrize("board", boards())
def test_damaging_one_key_of_one_row_costs_at_most_that_row(board: str) -> None:
    case = Case(board, "crawl")
    spider, storage = case.spider(), case.storage()
    for request in list(spider.initial_requests()):
        response = storage.retrieve_response(spider, request)
        assert response is not None
        _, listing = spider.read_listing(page_of(response.replace(url=request.url)))
        if listing is None:
            continue
        for row in listing.rows:
            raw = row.value if isinstance(row, Record) else row
            if not isinstance(raw, dict):
                continue
            for damaged in _damaged(raw):
                posting = listing.read(Record(damaged) if isinstance(row, Record) else damaged)
                assert posting is None or isinstance(posting, JobPosting)


@pytest.mark.parametrize("board", boards())
def test_a_missing_key_costs_nothing_or_where_it_identifies_the_posting_that_posting_only(board: str) -> None:
    case = Case(board, "crawl")
    whole = _valid(case.run())
    for page, rows in enumerate(_rows_by_page(case)):
        for place, row in enumerate(rows):
            raw = row.value if isinstance(row, Record) else row
            for key in raw if isinstance(raw, dict) else ():
                less = {name: value for name, value in raw.items() if name != key}
                changed = Record(less) if isinstance(row, Record) else less
                left = _valid(_run_with(case, page, place, changed))
                assert len(left) >= len(whole) - 1, f"{key} of row {place} costs more than its posting"
                changed_others = [id_ for id_ in left if id_ in whole and left[id_] != whole[id_]]
                assert len(changed_others) <= 1, f"{key} of row {place} changes {changed_others}"
                if len(left) < len(whole):
                    (lost,) = whole.keys() - left.keys()
                    assert _identifies(raw[key], whole[lost]), f"{key} of row {place} costs {lost}"


@pytest.mark.parametrize("board", [board for board in boards() if spider_class(board).paged])
def test_the_next_page_of_a_paged_board_differs(board: str) -> None:
    pages = [pages for case in cases(board) for pages in _listing_pages(case).values() if len(pages) > 1]
    # the last page of a list may be empty, or one that only repeats what was seen
    assert all(len({asked for asked, _ in each}) == len(each) for each in pages)
    assert any(second - first for (_, first), (_, second), *_ in pages), "no second page has anything new"


@pytest.mark.parametrize("board", [board for board in boards() if spider_class(board).sources("detail")])
def test_a_detail_that_cannot_be_asked_for_costs_no_posting(board: str) -> None:
    case = Case(board, "crawl")
    spider, storage = case.spider(), case.storage()
    detail_request, calls = spider.detail_request, []

    def raising(posting: JobPosting) -> Request | None:
        calls.append(posting)
        if len(calls) == 1:
            raise ValueError("no address")
        return detail_request(posting)

    spider.detail_request = raising  # type: ignore[method-assign]
    left = _valid(replay(spider, lambda request: storage.retrieve_response(spider, request)))
    assert calls
    assert _valid(case.run()).keys() <= left.keys()


@pytest.mark.parametrize("board", boards())
def test_what_a_list_says_is_around_its_rows_is_all_that_reading_them_looks_at(board: str) -> None:
    compared = 0

    def compare(page: Page, listing: Listing) -> None:
        nonlocal compared
        if listing.around is None or page.json is None:
            return
        for body in islice(_altered(page.json, {id(row) for row in listing.rows}), 30):
            altered = Page(page.url, orjson.dumps(body))
            altered.sent = page.sent
            _, other = spider.read_listing(altered)
            if other is None or other.around != listing.around:
                continue
            for row in listing.rows:
                if row in other.rows:
                    assert listing.read(row) == other.read(row)
                    compared += 1

    for case in cases(board):
        spider = case.spider()
        _watched(case, compare)
    # of the others the pages are nothing but rows, or tell one thing more, which is around them
    assert compared or board not in {"arbeitnow", "ashby", "greenhouse", "workable"}


def _altered(value: Any, kept: set[int]) -> Iterator[Any]:
    """``value`` once for each text and number in it, with that changed; not those in the objects of ``kept``."""
    if id(value) in kept:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            yield from ({**value, name: other} for other in _altered(child, kept))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in _altered(child, kept))
    elif isinstance(value, str):
        yield f"{value} altered"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value + 1


def _valid(replayed: Replay) -> dict[str, dict[str, Any]]:
    """What is expected of the postings that would be stored, by their ids."""
    kept = [posting for posting in replayed.postings if rejection_reason(posting) is None]
    return {posting.external_id: expectation(posting) for posting in kept}


def _rows_by_page(case: Case) -> list[list[Any]]:
    """The rows of each list that a crawl reads, in its order."""
    read: list[list[Any]] = []
    _watched(case, lambda page, listing: read.append(list(listing.rows)))
    return read


def _run_with(case: Case, page: int, place: int, row: Any) -> Replay:
    """The crawl of a case in which one row of one list is another one."""
    number = -1

    def change(_: Page, listing: Listing) -> None:
        nonlocal number
        number += 1
        if number == page:
            listing.rows = [*listing.rows[:place], row, *listing.rows[place + 1 :]]

    return _watched(case, change)


def _listing_pages(case: Case) -> dict[str, list[tuple[bytes, set[str]]]]:
    """By scope the lists that a crawl reads: the request's fingerprint and the ids of the postings."""
    read: list[set[str]] = []

    def note(_: Page, listing: Listing) -> None:
        found = (listing.read(row) for row in listing.rows)
        read.append({posting.external_id for posting in found if posting is not None})

    replayed = _watched(case, note)
    asked = [request for request in replayed.requests if request.meta.get("stage") == "listing"]
    pages: dict[str, list[tuple[bytes, set[str]]]] = {}
    for request, ids in zip(asked, read, strict=False):
        pages.setdefault(request.meta["scope"], []).append((fingerprint(request), ids))
    return pages


def _watched(case: Case, seen: Callable[[Page, Listing], None]) -> Replay:
    """The crawl of a case in which each list that is read is shown to ``seen`` first."""
    spider, storage = case.spider(), case.storage()
    read_listing = spider.read_listing

    def watched(page: Page) -> tuple[Source | None, Listing | None]:
        source, listing = read_listing(page)
        if listing is not None:
            seen(page, listing)
        return source, listing

    spider.read_listing = watched  # type: ignore[method-assign]
    return replay(spider, lambda request: storage.retrieve_response(spider, request))


def _identifies(value: Any, posting: dict[str, Any]) -> bool:
    """Whether a value holds the title, the id, or a part of the address of a posting."""
    if isinstance(value, dict | list):
        return any(
            _identifies(item, posting) for item in (value.values() if isinstance(value, dict) else value)
        )
    text = html.unescape(str(value)).strip()
    return bool(text) and (
        text in posting["title"]
        or posting["title"] in text
        or text in posting["external_id"]
        or posting["external_id"] in text
        or text in posting["url"]
    )


def _damaged(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The row without each of its keys, and with each value replaced by one of another kind."""
    found: list[dict[str, Any]] = []
    for key in row:
        found.append({name: value for name, value in row.items() if name != key})
        for odd in (None, 7, "", "text", [], {}, [None], {"name": None}, True):
            changed = copy.copy(row)
            changed[key] = odd
            found.append(changed)
    return found
