"""Checks of how many postings a crawl saw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from jobspiders.monitoring.checks import finding, slack, usual_crawls, was_bad
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.thresholds import Thresholds
from jobspiders.monitoring.volume import Expectation, Point, Season, decline, expect

#: So many postings that were expected and did not come, over several crawls, are no chance (e**-12 < 1e-5).
MISSED = 12.0
#: Crawls in a row that must be low where a single one proves nothing.
IN_A_ROW = 3

_Low: TypeAlias = Callable[[int, CrawlFigures], bool]


def check_no_postings(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """Nothing where there used to be something, and not by chance."""
    known = _known(history, thresholds)
    if crawl.postings or len(known) < thresholds.least_crawls:
        return
    points = _points(known)
    expected = expect(points, crawl.started_at, _season(history))
    before = _low_before(history, lambda count, _: count == 0)
    run = len(before) + 1
    days = len({crawl.started_at.date(), *(earlier.started_at.date() for earlier in before)})
    if (
        was_bad(history, "no_postings")
        or (expected.chance(0) < thresholds.chance and (run > 1 or not _may_be_quiet(0, expected)))
        or (days >= IN_A_ROW and run * expected.usual >= MISSED and run > 2 * _longest_zero_run(points))
    ):
        seen = "no postings" if run == 1 else f"no postings in {run} crawls in a row"
        yield finding(
            "no_postings",
            crawl,
            f"{seen}, about {expected.usual:.0f} are usual",
            numbers=_numbers(crawl, expected),
        )


def check_fewer_postings(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A fall against the last crawls, or a slow decline against the best weeks of the last months."""
    known = _known(history, thresholds)
    if not crawl.postings or len(known) < thresholds.least_crawls:
        return
    points = _points(known)
    season = _season(history)
    expected = expect(points, crawl.started_at, season)
    less = slack(history, "fewer_postings", "no_postings")
    most = (1 - thresholds.fall * less) * expected.usual

    def low(count: int, deviations: float) -> bool:
        return (
            count < most
            and expected.deviations(count) < -deviations
            and expected.chance(count) < thresholds.chance
        )

    before = _low_before(
        history,
        lambda count, at: count < most and expect(points, at.started_at, season).deviations(count) < -2,
    )
    days = len({crawl.started_at.date(), *(earlier.started_at.date() for earlier in before)})
    fallen = low(crawl.postings, thresholds.deviations * less) and days >= _days_needed(
        crawl, expected, season, thresholds
    )
    crept = (
        days >= IN_A_ROW
        and crawl.postings < most
        and expected.deviations(crawl.postings) < -0.6 * thresholds.deviations
        and not _may_be_quiet(crawl.postings, expected)
    )
    if fallen or crept:
        lost = 1 - crawl.postings / expected.usual
        yield finding(
            "fewer_postings",
            crawl,
            f"{crawl.postings} postings, {100 * lost:.0f} % fewer than the usual {expected.usual:.0f}",
            numbers=_numbers(crawl, expected),
        )
        return
    sunk = decline([*points, Point(crawl.started_at, crawl.postings)], season)
    plain = season.without(Point(crawl.started_at, crawl.postings))
    if (
        sunk is not None
        and not (_turn_of_year(crawl) and sunk.now * expected.usual > 0.7 * sunk.best * expected.quiet)
        and plain < math.log(max((1 - thresholds.decline * less) * sunk.best, 0.5))
        and sunk.share >= thresholds.decline * less
        and sunk.deviations < -0.75 * thresholds.deviations * less
    ):
        yield finding(
            "fewer_postings",
            crawl,
            f"about {sunk.now:.0f} postings a crawl, {100 * sunk.share:.0f} % fewer than the {sunk.best:.0f} of"
            " earlier weeks: a slow decline",
            numbers={"postings": crawl.postings, "level": round(sunk.now), "best": round(sunk.best)},
        )


def _known(history: History, thresholds: Thresholds) -> Sequence[CrawlFigures]:
    same = History(history.same)
    known = usual_crawls(same, thresholds, "fewer_postings")
    return [crawl for crawl in known if "no_postings" not in crawl.flagged]


def _points(crawls: Sequence[CrawlFigures]) -> list[Point]:
    return [Point(crawl.started_at, crawl.postings) for crawl in crawls]


def _may_be_quiet(count: int, expected: Expectation) -> bool:
    """Whether a holiday explains the count: a plain day that looks like the quietest weekday."""
    quiet = expected.quiet
    return quiet < 0.75 * expected.usual and count >= 0.6 * quiet


def _days_needed(crawl: CrawlFigures, expected: Expectation, season: Season, thresholds: Thresholds) -> int:
    """On how many days a fall must show before it is believed.

    One, unless it may be a holiday, or the first weekend that the board is watched.
    """
    if not season.known[crawl.started_at.weekday()]:
        return IN_A_ROW
    if not _may_be_quiet(crawl.postings, expected):
        return 1
    return 15 if _turn_of_year(crawl) else 2


def _turn_of_year(crawl: CrawlFigures) -> bool:
    day = (crawl.started_at.month, crawl.started_at.day)
    return day >= (12, 20) or day <= (1, 7)


def _season(history: History) -> Season:
    """The weekdays, of all crawls that could be read: what was low on each Sunday is no trouble on the next."""
    read = [crawl for crawl in history.same if crawl.healthy and "no_postings" not in crawl.flagged]
    return Season(_points(read), set(_points([crawl for crawl in read if "fewer_postings" in crawl.flagged])))


def _low_before(history: History, low: _Low) -> list[CrawlFigures]:
    """The healthy crawls in a row before this one that were low, the newest first."""
    run = []
    for crawl in reversed(history.same):
        if crawl.healthy:
            if not low(crawl.postings, crawl):
                break
            run.append(crawl)
    return run


def _longest_zero_run(points: Sequence[Point]) -> int:
    """Earlier zeros in a row that ended by themselves; those just before are the matter in question."""
    longest = run = 0
    for point in points:
        if point.count:
            longest, run = max(longest, run), 0
        else:
            run += 1
    return longest


def _numbers(crawl: CrawlFigures, expected: Expectation) -> dict[str, float]:
    return {
        "postings": crawl.postings,
        "usual": round(expected.usual, 1),
        "deviations": round(expected.deviations(crawl.postings), 1),
        "crawls": expected.crawls,
    }
