from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.utils.test import get_crawler

from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting
from jobspiders.pipelines.validation import ValidationPipeline, is_absolute, rejection_reason


def posting(**changes: Any) -> JobPosting:
    given = {"board": "b", "external_id": "1", "url": "https://example.com/1", "title": "Crane Operator"}
    return JobPosting(**{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"board": ""}, "board is missing"),
        ({"external_id": ""}, "external_id is missing"),
        ({"url": ""}, "url is missing"),
        ({"title": ""}, "title is missing"),
        ({"url": "/jobs/1"}, "url is not absolute"),
        ({"url": "https://[broken/1"}, "url is not absolute"),
        ({"url": "javascript:alert(1)"}, "url is not absolute"),
        ({"title": "x" * 5_000_000}, "title is longer than 1000 characters"),
        ({"url": "https://example.com/" + "x" * 9000}, "url is longer than 8000 characters"),
    ],
)
def test_what_cannot_be_stored_has_a_reason(changes: dict[str, Any], reason: str | None) -> None:
    assert rejection_reason(posting(**changes)) == reason


def test_a_rejected_posting_keeps_its_payload_and_is_counted() -> None:
    crawler = get_crawler()
    crawler._apply_settings()
    pipeline = ValidationPipeline.from_crawler(crawler)
    row = posting(title="", raw={"id": 1}, scope="s")
    item = asyncio.run(pipeline.process_item(row))
    assert item == RejectedPosting("b", "title is missing", "1", "https://example.com/1", "s", raw={"id": 1})
    asyncio.run(pipeline.process_item(RejectedPosting("b", "unreadable: KeyError('id')")))
    assert crawler.stats.get_value("postings/rejected") == 2
    assert crawler.stats.get_value("postings/rejected/title_is_missing") == 1
    assert crawler.stats.get_value("postings/rejected/unreadable") == 1


def test_good_postings_and_closings_pass_untouched() -> None:
    crawler = get_crawler()
    crawler._apply_settings()
    pipeline = ValidationPipeline.from_crawler(crawler)
    for item in (posting(), ClosedPosting("b", "1")):
        assert asyncio.run(pipeline.process_item(item)) is item
    assert crawler.stats.get_value("postings/rejected") is None


WORDS = "http https HTTPS ftp : / // ? # @ [ ] ::1 a.b 8080 \u2100 \u00e9 %2F \\ _ -"
PIECES = st.sampled_from([*WORDS.split(), " ", "\t", "\n"])


@given(
    st.text()
    | st.lists(PIECES, max_size=8).map("".join)
    | st.lists(PIECES).map(lambda rest: "https://" + "".join(rest))
)
def test_an_address_is_absolute_where_it_parses_with_scheme_and_host(url: str) -> None:
    try:
        parts = urlsplit(url)
        absolute = parts.scheme in ("http", "https") and parts.netloc != ""
    except ValueError:
        absolute = False
    assert is_absolute(url) is absolute
