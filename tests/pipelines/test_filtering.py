from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.utils.test import get_crawler

from jobspiders.bases.feed import FeedSpider
from jobspiders.items import JobPosting, Location
from jobspiders.pipelines.filtering import FILTERS, FilterPipeline, is_recent

NOW = datetime(2026, 9, 1, 12, 30, tzinfo=UTC)


class NewsSpider(FeedSpider):
    name = "news"
    native_filters = frozenset({"location"})


def crawler(**arguments: str) -> Crawler:
    made = get_crawler(NewsSpider)
    made._apply_settings()
    made.spider = NewsSpider(**arguments)
    return made


def posting(**changes: Any) -> JobPosting:
    given: dict[str, Any] = {
        "title": "Crane Operator",
        "description": "Lift boxes in Hull.",
        "locations": [Location("Hull, UK", "Hull", None, "GB")],
        "workplace": "onsite",
        "employment_types": ["FULL_TIME"],
        "fetched_at": NOW,
    }
    return JobPosting(**{**given, **changes})


@pytest.mark.parametrize(
    ("name", "fits", "does_not"),
    [
        ("query", "BOXES crane", "ship"),
        ("location", "hull", "Leeds"),
        ("country", "GB", "DE"),
        ("remote", False, True),
        ("employment_type", "FULL_TIME", "INTERN"),
    ],
)
def test_each_filter_keeps_what_fits_and_drops_the_rest(name: str, fits: Any, does_not: Any) -> None:
    assert FILTERS[name](posting(), fits)
    assert not FILTERS[name](posting(), does_not)


def test_a_remote_posting_is_in_the_countries_it_is_open_to() -> None:
    assert FILTERS["country"](posting(locations=[], remote_countries=["DE"]), "DE")


def test_age_counts_a_bare_day_to_its_end_and_never_drops_the_undated() -> None:
    assert is_recent(posting(date_posted=NOW - timedelta(hours=5)), 6)
    assert not is_recent(posting(date_posted=NOW - timedelta(hours=7)), 6)
    assert is_recent(posting(date_posted=datetime(2026, 9, 1, tzinfo=UTC)), 6)
    assert not is_recent(posting(date_posted=datetime(2026, 8, 30, tzinfo=UTC)), 24)
    assert is_recent(posting(date_posted=None), 1)


def test_only_what_the_board_cannot_filter_is_filtered_here_and_counted() -> None:
    made = crawler(query="ship", location="Leeds")
    pipeline = FilterPipeline.from_crawler(made)
    assert pipeline.filters == {"query": "ship"}
    with pytest.raises(DropItem):
        asyncio.run(pipeline.process_item(posting()))
    assert made.stats.get_value("postings/filtered/query") == 1


def test_it_is_off_where_the_board_filters_all_or_nothing_was_asked() -> None:
    for arguments in ({}, {"location": "Leeds"}):
        with pytest.raises(NotConfigured):
            FilterPipeline.from_crawler(crawler(**arguments))
    made = get_crawler(Spider)
    made.spider = None
    with pytest.raises(NotConfigured):
        FilterPipeline.from_crawler(made)
