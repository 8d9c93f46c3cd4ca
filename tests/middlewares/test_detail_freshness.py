from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.middlewares.detail_freshness import EXCERPT, KnownDetail, decide, listing_hash

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
ROW = JobPosting(
    board="exampleboard",
    external_id="7",
    url="https://jobs.example/7?token=abc",
    title="Crane driver",
    company="Lindgren & Söhne",
    location_text="Uppsala",
    tags=["night", "day"],
    date_posted="2026-08-20",
    raw={"id": 7, "views": 12, "updated_at": "2026-08-21"},
)


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://jobs.example/7?token=xyz"},
        {"title": "Crane  driver "},
        {"tags": ["day", "night"]},
        {"description": "A piece that fits the words of a search."},
        {"raw": {"id": 7, "views": 13, "updated_at": "2026-08-21"}},
        {"quality": 50, "fetched_at": NOW, "scope": "another search"},
    ],
)
def test_what_differs_from_crawl_to_crawl_is_no_change_of_the_row(change: dict[str, Any]) -> None:
    assert listing_hash(replace(ROW, **change)) == listing_hash(ROW)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Senior crane driver"},
        {"location_text": "Gävle"},
        {"locations": [Location(city="Gävle")]},
        {"salary": Salary(min=30000)},
        {"date_posted": "2026-08-30"},
        {"valid_through": "2026-12-01"},
        {"raw": {"id": 7, "views": 12, "updated_at": "2026-08-30"}},
        {"raw": {"id": 7, "lastModified": 5}},
        {"description_html": "x" * (EXCERPT + 1)},
    ],
)
def test_what_the_board_says_anew_is_a_change_of_the_row(change: dict[str, Any]) -> None:
    assert listing_hash(replace(ROW, **change)) != listing_hash(ROW)


def test_relative_dates_age_without_a_change_of_the_row() -> None:
    rows = [replace(ROW, date_posted=said) for said in ("3 days ago", "4 days ago", None)]
    assert len({listing_hash(row) for row in rows}) == 1


def known(days: float, **values: Any) -> KnownDetail:
    return replace(KnownDetail(False, "h", NOW - timedelta(days=days)), **values)


@pytest.mark.parametrize(
    ("detail", "decision"),
    [
        (None, "new"),
        (known(0, is_closed=True), "closed"),
        (known(0, listing_hash=None), "unread"),
        (known(0, fetched_at=None), "unread"),
        (known(0, listing_hash="other"), "changed"),
        (known(14), "due"),
        (known(6.9), "fresh"),
        (known(0), "fresh"),
    ],
)
def test_a_page_is_read_for_a_reason(detail: KnownDetail | None, decision: str) -> None:
    assert decide(detail, "h", "exampleboard 7", NOW, 14) == decision


def test_pages_read_on_one_day_do_not_fall_due_on_one_day() -> None:
    first_due = [
        next(day for day in range(20) if decide(known(day), "h", f"b {number}", NOW, 14) == "due")
        for number in range(1000)
    ]
    assert min(first_due) >= 7
    assert max(first_due) <= 14
    assert max(first_due.count(day) for day in set(first_due)) < 250


@given(st.floats(0, 60), st.floats(0, 60), st.text(), st.floats(0.1, 30))
def test_what_is_due_stays_due(age: float, more: float, key: str, days: float) -> None:
    if decide(known(age), "h", key, NOW, days) == "due":
        assert decide(known(age + more), "h", key, NOW, days) == "due"
    assert decide(known(days + 0.001), "h", key, NOW, days) == "due"
