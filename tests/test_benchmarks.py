"""The benchmark's pages are read as real ones are, and its report says what is met."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks import pages, queries, report, site, stages
from benchmarks.invented import Inventor


def test_invented_postings_are_as_long_as_real_ones_and_the_same_every_time() -> None:
    inventor = Inventor()
    postings = [inventor.posting(inventor.company(number % 7), number) for number in range(300)]
    again = Inventor().posting(Inventor().company(3), 3)
    assert postings[3] == again
    assert 7_200 <= statistics.mean(len(posting.html) for posting in postings) <= 8_000
    assert len({posting.html for posting in postings}) == 300


def test_documents_of_the_ats_are_read_whole() -> None:
    inventor = Inventor()
    invented = list(inventor.postings(inventor.company(1), 50, 50))
    found = stages.read_ats([pages.greenhouse(invented)])
    assert [posting.title for posting in found] == [each.title for each in invented]
    assert [posting.description_html for posting in found] == [each.html for each in invented]
    assert all(posting.company and posting.location_text and posting.department for posting in found)


def test_search_results_and_their_pages_are_read_whole() -> None:
    invented = site.search_postings(Inventor(), 20)
    listings = [pages.linkedin_listing(invented[:10]), pages.linkedin_listing(invented[10:])]
    details = {str(pages.linkedin_key(each)): pages.linkedin_detail(each) for each in invented}
    found = stages.read_search(listings, details)
    assert [posting.title for posting in found] == [each.title for each in invented]
    assert [posting.company for posting in found] == [each.company.name for each in invented]
    assert all(posting.description_html and posting.employment_text == "Full-time" for posting in found)
    assert all(45_000 < len(page) < 75_000 for page in details.values())


def test_a_dozen_queries_are_documented() -> None:
    found = queries.documented()
    assert len(found) >= 12
    assert {
        "Latest by skill and country",
        "Full-text search",
        "One job with all its postings",
    } <= found.keys()


def test_the_report_says_which_targets_are_met() -> None:
    crawl = {"per second": 1300.0, "microseconds": 700.0, "PostgreSQL microseconds": 90.0, "peak memory": 2e8}
    results: dict[str, Any] = {
        "when": "2026-11-28T18:00:00+00:00",
        "mode": "quick",
        "machine": {"cores": 2},
        "crawls": {"ATS, one process": crawl, "ATS, two processes": crawl},
        "start-up": {"scrapy list": 0.9},
    }
    lines = {line.name: line for line in report.lines(results)}
    assert lines["ATS, one process"].met == "yes"
    assert lines["ATS, two processes"].met == "NO"
    assert lines["scrapy list"].met == "yes"
    table = report.text(results)
    assert "| ATS, one process " in table
    assert "cores 2" in table
