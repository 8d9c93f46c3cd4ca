"""The figures of one crawl by which it is judged, and those of the crawls before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from jobspiders.monitoring.structure import LayoutChange

#: A crawl without an end that was not heard of for so long has died.
SILENT = timedelta(minutes=10)


@dataclass(frozen=True)
class CrawlFigures:
    """What one crawl's record says. ``postings`` are those it saw, each once; times are aware.

    ``scopes`` is the number of scopes by outcome, ``coverage`` the number of postings that have a field, with
    ``postings`` for all that were looked at. ``flagged`` holds the keys of the errors that the crawl itself was
    found to have. ``backlog`` is how many records had not reached the database at the end.
    """

    crawl_id: str
    board: str
    started_at: datetime
    arguments: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str | None = None
    finish_reason: str | None = None
    postings: int = 0
    rejected: int = 0
    duplicates: int = 0
    responses: int = 0
    requests: int = 0
    scopes: Mapping[str, int] = field(default_factory=dict)
    coverage: Mapping[str, int] = field(default_factory=dict)
    stats: Mapping[str, Any] = field(default_factory=dict)
    flagged: frozenset[str] = frozenset()
    backlog: int = 0
    #: One scope's evidence for each outcome that is no good one.
    evidence: Mapping[str, str] = field(default_factory=dict)
    layout_changes: tuple[LayoutChange, ...] = ()

    def number(self, stat: str) -> float:
        """A stat as a number; 0 where it is not there."""
        value = self.stats.get(stat)
        return value if isinstance(value, int | float) else 0

    def total(self, *prefixes: str) -> float:
        """The sum of the stats whose names start with one of ``prefixes``."""
        return sum(
            value
            for name, value in self.stats.items()
            if name.startswith(prefixes) and isinstance(value, int | float)
        )

    def scopes_with(self, outcome: str) -> tuple[int, int]:
        """How many scopes ended so, and how many there were; a crawl without scopes is one."""
        total = sum(self.scopes.values())
        return (self.scopes.get(outcome, 0), total) if total else (int(self.outcome == outcome), 1)

    @cached_property
    def healthy(self) -> bool:
        """Whether it ran to its end and most of what it asked for could be read."""
        bad = sum(self.scopes_with(name)[0] for name in ("blocked", "throttled", "layout_changed", "failed"))
        return self.finish_reason == "finished" and bad * 5 <= self.scopes_with("ok")[1]

    @cached_property
    def flagged_kinds(self) -> frozenset[str]:
        """The kinds of the errors that it was found to have."""
        return frozenset(key.partition(":")[0] for key in self.flagged)

    @property
    def not_modified(self) -> bool:
        """Whether the board answered only that nothing is new, so that shares of fields say nothing."""
        return not self.coverage.get("postings") and self.number("listing/not_modified") > 0

    def died(self, now: datetime) -> bool:
        """Whether it ended without saying so."""
        if self.finish_reason == "killed":
            return True
        return self.finished_at is None and now - (self.updated_at or self.started_at) > SILENT


@dataclass(frozen=True)
class History:
    """Earlier crawls of a board, the oldest first.

    ``same`` were given the same arguments and are what a crawl is measured by; ``others`` are the board's crawls
    with other arguments, which stand in for shares where there are too few of the same.
    """

    same: Sequence[CrawlFigures] = ()
    others: Sequence[CrawlFigures] = ()

    @cached_property
    def healthy(self) -> Sequence[CrawlFigures]:
        """Those of the same arguments that could be read."""
        return [crawl for crawl in self.same if crawl.healthy]

    def like(self, least: int) -> Sequence[CrawlFigures]:
        """Healthy crawls by which shares are measured; fewer than ``least`` of the same take the others in."""
        same = self.healthy
        if len(same) >= least:
            return same
        mixed = [*(crawl for crawl in self.others if crawl.healthy), *same]
        return sorted(mixed, key=lambda crawl: crawl.started_at)


def since_accepted(
    crawls: Sequence[CrawlFigures], key: str, *, least: int, days: float
) -> Sequence[CrawlFigures]:
    """The crawls whose level counts as usual for what ``key`` names, the oldest first.

    A crawl that was found wrong is left out, until ``least`` of them in a row over ``days`` have shown the same:
    then that is the usual, and what was before is not.
    """
    start, run_start, run = 0, 0, 0
    for place, crawl in enumerate(crawls):
        if _has(crawl, key):
            run_start = run_start if run else place
            run += 1
            lasted = (crawl.started_at - crawls[run_start].started_at).total_seconds() / 86400
            if run >= least and lasted >= days:
                start = run_start
        else:
            run = 0
    accepted = start
    while accepted < len(crawls) and _has(crawls[accepted], key):
        accepted += 1
    return [
        crawl
        for place, crawl in enumerate(crawls)
        if place >= start and (place < accepted or not _has(crawl, key))
    ]


def _has(crawl: CrawlFigures, key: str) -> bool:
    return key in crawl.flagged
