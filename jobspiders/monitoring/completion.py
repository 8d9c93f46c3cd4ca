"""Checks of whether a crawl came to its end, and what it found to the database."""

from __future__ import annotations

from collections.abc import Iterator

from jobspiders.monitoring.checks import finding
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.thresholds import Thresholds

#: Ends that are no trouble, or that other checks tell of.
TOLD_ELSEWHERE = frozenset(
    {
        "finished",
        "blocked",
        "throttled",
        "unreachable",
        "retry_budget",
        "no_proxies",
        "database",
        "journal_full",
        "closespider_itemcount",
        "closespider_pagecount",
        "closespider_pagecount_no_item",
    }
)
#: Ends that somebody asked for: the crawl may go on later.
STOPPED = frozenset({"shutdown", "cancelled"})


def check_unfinished(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A crawl that did not come to its end, this one or the one before, which could not say so itself."""
    reason = crawl.finish_reason
    if reason is not None and reason not in TOLD_ELSEWHERE:
        yield finding(
            "unfinished",
            crawl,
            f"the crawl ended before it was done: {reason.replace('_', ' ')}",
            severity="warning" if reason in STOPPED else "error",
            numbers={"requests": crawl.requests, "postings": crawl.postings},
            evidence=crawl.evidence.get("failed"),
        )
        return
    before = history.same[-1] if history.same else None
    if before is not None and before.died(crawl.started_at) and "unfinished" not in before.flagged:
        yield finding(
            "unfinished",
            crawl,
            f"the crawl before, {before.crawl_id[:8]} of {before.started_at:%Y-%m-%d %H:%M}, died without an end",
            numbers={"postings": before.postings},
            next_step=f"scrapy crawls {before.crawl_id[:8]}",
        )


def check_journal(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """Postings that did not reach the database, or were lost."""
    lost = int(crawl.number("storage/not_stored") + crawl.number("storage/lost"))
    reason = crawl.finish_reason
    if reason in ("database", "journal_full"):
        message = f"nothing could be stored: {reason.replace('_', ' ')}"
    elif lost:
        message = f"{lost} postings could not be stored"
    elif crawl.backlog:
        message = f"{crawl.backlog} records wait in the journal: the database was not there at the end"
    elif crawl.number("storage/set_aside"):
        message = (
            f"{crawl.number('storage/set_aside'):.0f} records were set aside: the database cannot take them"
        )
    else:
        return
    serious = reason in ("database", "journal_full") or lost or crawl.backlog
    yield finding(
        "journal",
        crawl,
        message,
        severity="error" if serious else "warning",
        numbers={"backlog": crawl.backlog, "lost": lost},
        evidence=crawl.evidence.get("failed") if lost else None,
        next_step="scrapy db status",
    )
