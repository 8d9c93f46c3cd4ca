"""Checks of numbers of postings on single series: weekends, holidays, small boards, new levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobspiders.monitoring.figures import CrawlFigures, History, since_accepted
from jobspiders.monitoring.judgement import judge
from jobspiders.monitoring.thresholds import Thresholds

MONDAY = datetime(2026, 6, 1, 6, tzinfo=UTC)


def follow(counts: Sequence[int]) -> list[list[str]]:
    """The kinds of errors of daily crawls, each judged by those before it."""
    history: list[CrawlFigures] = []
    told = []
    for day, count in enumerate(counts):
        at = MONDAY + timedelta(days=day)
        crawl = CrawlFigures(f"c{day}", "board", at, finished_at=at, finish_reason="finished", postings=count)
        crawl = replace(crawl, outcome="ok" if count else "empty")
        keys = [each.key for each in judge(crawl, History(history), Thresholds()) if each.severity == "error"]
        told.append(keys)
        history.append(replace(crawl, flagged=frozenset(keys)))
    return told


def errors(counts: Sequence[int]) -> list[int]:
    """The days with an error."""
    return [day for day, keys in enumerate(follow(counts)) if keys]


WEEK = [100, 103, 98, 101, 99, 30, 25]


def test_weekends_are_learned_without_an_alert() -> None:
    assert errors(WEEK * 6) == []


def test_a_single_holiday_is_no_fall_but_two_quiet_days_are() -> None:
    usual = WEEK * 6
    assert errors([*usual, 27, *WEEK[1:]]) == []
    assert errors([*usual, 27, 26, 28]) == [43, 44]


def test_a_fall_below_any_quiet_day_is_told_at_once() -> None:
    assert errors([*WEEK * 6, 8]) == [42]


def test_a_steady_board_that_falls_is_told_at_once() -> None:
    assert errors([200] * 20 + [110]) == [20]


def test_a_board_of_a_few_postings_may_have_fewer_or_none() -> None:
    assert errors([4, 5, 3, 4, 6, 5, 4, 3, 5, 4, 1, 0, 2, 4, 5]) == []


def test_a_board_of_a_few_postings_that_stays_empty_is_told() -> None:
    told = follow([5] * 30 + [0] * 5)
    assert told[30:] == [[], [], ["no_postings"], ["no_postings"], ["no_postings"]]


def test_a_board_of_many_postings_that_is_empty_is_told_at_once() -> None:
    assert follow([300] * 10 + [0])[-1] == ["no_postings"]


def test_a_slow_decline_is_told_that_no_single_day_shows() -> None:
    counts = [1000] * 40 + [round(1000 * 0.985**day) for day in range(1, 40)]
    first = errors(counts)[0]
    assert 0.55 < counts[first] / 1000 < 0.7


def test_growth_is_no_trouble() -> None:
    assert errors([round(100 * 1.02**day) for day in range(90)]) == []


def test_a_new_level_is_the_usual_one_after_a_while_and_told_once() -> None:
    told = errors([500] * 30 + [200] * 40)
    assert told == list(range(30, told[-1] + 1))
    assert 10 <= len(told) <= 14


def test_nothing_is_usual_before_enough_crawls() -> None:
    assert errors([100, 100, 5, 100]) == []


@pytest.mark.parametrize(("run", "kept"), [(3, 7), (12, 12)])
def test_only_a_long_run_of_flagged_crawls_replaces_what_was_before(run: int, kept: int) -> None:
    good = [CrawlFigures(f"g{day}", "board", MONDAY + timedelta(days=day)) for day in range(7)]
    bad = [
        CrawlFigures(f"b{day}", "board", MONDAY + timedelta(days=7 + day), flagged=frozenset({"latency"}))
        for day in range(run)
    ]
    found = since_accepted([*good, *bad], "latency", least=10, days=7)
    assert len(found) == kept
