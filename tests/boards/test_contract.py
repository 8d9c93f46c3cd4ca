"""What every board has to hold, one small named check each, over all boards and their recorded cases."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.utils.request import fingerprint

from jobspiders.bases.arguments import describe
from jobspiders.bases.board import page_of
from jobspiders.bases.replay import expectation
from jobspiders.items import JobPosting
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
