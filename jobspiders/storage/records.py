"""What storage knows about a crawl besides its postings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Outcome = Literal["ok", "empty", "blocked", "throttled", "layout_changed", "not_found", "failed"]

#: Outcomes after which what a scope showed can be believed.
HEALTHY: frozenset[str] = frozenset({"ok", "empty"})


@dataclass(slots=True)
class Counts:
    """What became of the postings of a crawl.

    A posting counts once per crawl as new, changed or unchanged, however often it arrives; repeats are
    ``duplicates``. ``reopened`` comes in addition to changed or unchanged. ``withheld`` counts scopes whose
    absent postings were not closed because the scope had collapsed.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    reopened: int = 0
    rejected: int = 0
    duplicates: int = 0
    withheld: int = 0

    @property
    def seen(self) -> int:
        """Postings that the crawl saw, each once."""
        return self.new + self.changed + self.unchanged


@dataclass(slots=True)
class CrawlRecord:
    """One row of ``crawls``. Times are aware; ``id`` is a UUID in text form.

    ``requests``, ``responses`` and ``duplicates`` (those merged before storage) are those of this process: a
    resumed crawl adds them to what earlier processes of the same crawl counted.
    """

    id: str
    board: str
    started_at: datetime
    arguments: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: Outcome | None = None
    finish_reason: str | None = None
    requests: int = 0
    responses: int = 0
    duplicates: int = 0
    coverage: dict[str, Any] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)
    node: str | None = None
    job_id: str | None = None
    version: str | None = None


@dataclass(slots=True)
class ScopeRecord:
    """How one scope of a crawl ended.

    ``complete`` says that the scope was covered wholly, so that what was not seen is gone; ``postings`` is
    how many it showed. ``not_modified`` (HTTP 304) says that nothing changed since the last healthy crawl.
    ``etag`` and ``last_modified`` belong to ``validator_url``. ``read_to`` (end, watermark) says how far the list
    was read.
    """

    scope: str
    outcome: Outcome
    complete: bool = False
    postings: int = 0
    not_modified: bool = False
    evidence: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    validator_url: str | None = None
    read_to: str | None = None
    finished_at: datetime | None = None
