from __future__ import annotations

import json
from typing import Any

import pytest

from jobspiders.bases.listing import Listing
from jobspiders.items import JobPosting
from jobspiders.parsing.page import Page
from jobspiders.spiders.glassdoor import GlassdoorSpider

SEARCH = "https://www.glassdoor.com/Job/crane-jobs-SRCH_KO0,5"


def view(number: int, **header: Any) -> dict[str, Any]:
    return {"jobview": {"header": {"jobTitleText": "Rigger", **header}, "job": {"listingId": number}}}


def read(url: str, views: list[dict[str, Any]], cursors: list[int], total: int = 90) -> Listing:
    found = {"jobListings": views, "totalJobsCount": total}
    found["paginationCursors"] = [{"cursor": f"A{page}", "pageNumber": page} for page in cursors]
    listing = GlassdoorSpider(query="crane").listing_from_embedded(Page(url, json.dumps(found).encode()))
    assert listing is not None
    return listing


def posting(**header: Any) -> JobPosting:
    listing = read(f"{SEARCH}.htm", [view(1, **header)], [])
    found = listing.read(listing.rows[0])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("url", "cursors", "following"),
    [
        (f"{SEARCH}.htm", [2, 3], f"{SEARCH}_IP2.htm"),
        (f"{SEARCH}_IP2.htm?fromAge=7", [1, 3], f"{SEARCH}_IP3.htm?fromAge=7"),
        (f"{SEARCH}_IP3.htm", [1, 2], None),
        (f"{SEARCH}.htm", [], f"{SEARCH}_IP2.htm"),
        ("https://www.glassdoor.com", [2], None),
    ],
)
def test_next_page_is_the_one_the_board_has_a_cursor_for(
    url: str, cursors: list[int], following: str | None
) -> None:
    listing = read(url, [view(1)], cursors)
    assert listing.cursor == following
    assert listing.last is (None if following else True)


def test_list_and_cache_of_one_page_count_once() -> None:
    assert len(read(f"{SEARCH}.htm", [view(1), view(2), view(1), view(2)], []).rows) == 2


def test_a_guess_of_pay_stays_apart_from_what_the_employer_states() -> None:
    pay = {"payPeriodAdjustedPay": {"p10": 50000, "p50": 55000, "p90": 60000}, "payPeriod": "ANNUAL"}
    for source, expected in (("ESTIMATED", "estimated"), ("EMPLOYER_PROVIDED", "stated")):
        salary = posting(**pay, payCurrency="USD", salarySource=source).salary
        assert salary is not None
        assert (salary.min, salary.max, salary.unit, salary.source) == (50000, 60000, "year", expected)
    assert posting(payCurrency="USD", payPeriodAdjustedPay=None).salary is None


@pytest.mark.parametrize(("age", "date"), [(0, "today"), (12, "12 days ago"), (None, None), ("x", None)])
def test_age_in_days_is_written_out(age: object, date: str | None) -> None:
    assert posting(ageInDays=age).date_posted == date
