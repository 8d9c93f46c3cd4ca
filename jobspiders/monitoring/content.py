"""Checks of what the postings hold: coverage of fields, unreadable and rejected rows, duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import TypeAlias

from jobspiders.monitoring.baseline import LEAST_WHOLE, Share, shift, spread
from jobspiders.monitoring.checks import finding, named, percent, risen, slack, usual_crawls
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.thresholds import Thresholds

#: Fields that are read out of others: where those are gone these go with them.
DERIVED = {
    "description": (
        "skills",
        "experience",
        "education",
        "language",
        "seniority",
        "salary",
        "employment_types",
    ),
    "location_text": ("locations", "workplace"),
    "locations": ("workplace",),
}
#: A field that fewer postings than this have is not watched.
RARE = 0.03
#: Without a history only this share of unreadable or rejected rows is called wrong.
WRONG_AT_ONCE = 0.5
#: Crawls of which a level of coverage is made, and the least age of those that now is compared with.
LEVEL_CRAWLS, DECLINE_AGE = 7, timedelta(days=21)

_Measure: TypeAlias = Callable[[CrawlFigures], Share]


def check_coverage(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A field that fewer postings have than usual, at once or over months."""
    if crawl.coverage.get("postings", 0) < LEAST_WHOLE:
        return
    found = {
        name: trouble
        for name in crawl.coverage
        if name != "postings" and (trouble := _fallen(name, crawl, history, thresholds)) is not None
    }
    for name, derived in DERIVED.items():
        if name in found:
            gone = [other for other in derived if found.pop(other, None) is not None]
            if gone:
                found[name] = _with_consequences(found[name], gone)
    yield from found.values()


def coverage_of(crawl: CrawlFigures, name: str) -> Share:
    """The postings that have a field, of all."""
    return Share(crawl.coverage.get(name, 0), crawl.coverage.get("postings", 0))


def _fallen(name: str, crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Finding | None:
    key = f"coverage:{name}"
    known = [
        earlier
        for earlier in usual_crawls(history, thresholds, key)
        if name in earlier.coverage and earlier.coverage.get("postings", 0) >= LEAST_WHOLE
    ]
    if len(known) < thresholds.least_crawls:
        return None
    now = coverage_of(crawl, name)
    past = [coverage_of(earlier, name) for earlier in known]
    less = slack(history, key)
    moved = shift(now, past)
    if moved.usual < RARE:
        return None
    lost = 1 - moved.now / moved.usual
    far = lost >= thresholds.coverage * less and moved.deviations <= -thresholds.deviations * less
    if far and (less < 1 or moved.chance < thresholds.chance):
        return _coverage(name, crawl, now, moved.usual, "usual")
    old = [
        coverage_of(earlier, name).value
        for earlier in known
        if crawl.started_at - earlier.started_at >= DECLINE_AGE
    ]
    best = _best_level(old)
    recent = [*past[1 - LEVEL_CRAWLS :], now]
    level = median(share.value for share in recent)
    if best is None or best < RARE or 1 - max(level, now.value) / best < thresholds.decline * less:
        return None
    whole = median(share.whole for share in recent)
    # a level is the median of several crawls, of which chance leaves less
    sigma = (min(spread(old[:30]), spread(old[-30:])) ** 2 + best * (1 - best) / whole / 3) ** 0.5
    if sigma and (best - level) / sigma < thresholds.deviations * less:
        return None
    return _coverage(name, crawl, Share(level * now.whole, now.whole), best, "once usual: a slow decline")


def _best_level(old: Sequence[float]) -> float | None:
    """The best of the medians of some crawls each; None for too few."""
    if len(old) < 10:
        return None
    windows = range(0, len(old) - LEVEL_CRAWLS + 1, LEVEL_CRAWLS)
    return max(median(old[start : start + LEVEL_CRAWLS]) for start in windows)


def _coverage(name: str, crawl: CrawlFigures, now: Share, usual: float, word: str) -> Finding:
    return finding(
        "coverage",
        crawl,
        f"{percent(now.value)} of postings have {name}, {percent(usual)} are {word}",
        field=name,
        numbers={"now": round(now.value, 4), "usual": round(usual, 4), "postings": int(now.whole)},
    )


def _with_consequences(trouble: Finding, gone: list[str]) -> Finding:
    return Finding(
        trouble.kind,
        trouble.board,
        trouble.severity,
        trouble.message,
        trouble.numbers,
        field=trouble.field,
        next_step=trouble.next_step,
        consequences=(f"with it {', '.join(gone)}",),
    )


def unreadable(crawl: CrawlFigures) -> Share:
    """Rows and pages that no reading could make sense of, of all that were read."""
    part = crawl.total(
        "rows/unreadable",
        "listing/unreadable/",
        "detail/unreadable/",
        "detail/failed/layout_changed",
        "pages/failed/layout_changed",
        "spider_exceptions/",
    )
    return Share(part, crawl.postings + crawl.rejected + part)


def check_parse_errors(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """More rows or pages than usual that could not be read."""
    moved = _risen_content("parse_errors", unreadable, crawl, history, thresholds, thresholds.parse_errors)
    if moved is not None:
        share = unreadable(crawl)
        parts = named(
            (name, crawl.total(name))
            for name in (
                "rows/unreadable",
                "detail/failed/layout_changed",
                "pages/failed/layout_changed",
                "listing/unreadable/",
                "detail/unreadable/",
                "spider_exceptions/",
            )
        )
        yield finding(
            "parse_errors",
            crawl,
            f"{percent(share.value)} of rows and pages could not be read, {percent(moved)} are usual",
            numbers={"unreadable": int(share.part), "now": round(share.value, 4), "usual": round(moved, 4)},
            evidence=", ".join(parts) or None,
        )


def rejected(crawl: CrawlFigures) -> Share:
    """Rows that were read but are no valid posting, of all."""
    part = max(crawl.rejected - crawl.number("rows/unreadable"), 0)
    return Share(part, crawl.postings + part)


def check_rejected(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A larger share of rejected rows than usual."""
    moved = _risen_content("rejected", rejected, crawl, history, thresholds, thresholds.rejected)
    if moved is not None:
        share = rejected(crawl)
        yield finding(
            "rejected",
            crawl,
            f"{percent(share.value)} of rows were rejected, {percent(moved)} are usual",
            numbers={"rejected": int(share.part), "now": round(share.value, 4), "usual": round(moved, 4)},
        )


def duplicates(crawl: CrawlFigures) -> Share:
    """Postings that came more than once, of all that came."""
    return Share(crawl.duplicates, crawl.postings + crawl.duplicates)


def check_duplicates(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A larger share of repeats than usual: pages that overlap, or the same page again and again."""
    if len(usual_crawls(history, thresholds, "duplicates")) < thresholds.least_crawls:
        return
    moved = risen("duplicates", duplicates, crawl, history, thresholds, thresholds.duplicates)
    if moved is not None and crawl.duplicates >= LEAST_WHOLE:
        yield finding(
            "duplicates",
            crawl,
            f"{percent(moved.now)} of postings came more than once, {percent(moved.usual)} are usual",
            numbers={
                "duplicates": crawl.duplicates,
                "now": round(moved.now, 4),
                "usual": round(moved.usual, 4),
            },
        )


def _risen_content(
    key: str, measure: _Measure, crawl: CrawlFigures, history: History, thresholds: Thresholds, by: float
) -> float | None:
    """The usual share, where that of now is wrong."""
    share = measure(crawl)
    if share.part < 3:
        return None
    if len(usual_crawls(history, thresholds, key)) < thresholds.least_crawls:
        return 0.0 if share.value >= WRONG_AT_ONCE else None
    moved = risen(key, measure, crawl, history, thresholds, by)
    return moved.usual if moved is not None else None
