"""Every metric by name: what it counts, in which unit, by which labels. The one list that code and docs share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: Upper bounds in seconds of how long an answer took; DOWNLOAD_TIMEOUT is 30.
LATENCY_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: Labels of the latency histogram's rows that are no bounds.
SUM, INFINITE = "sum", "+Inf"


@dataclass(frozen=True, slots=True)
class Metric:
    """``name`` is complete, as a query names it. A counter has the label ``board``, and at most one more."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


REQUESTS = Metric(
    "jobspiders_requests_total",
    "counter",
    "Answers and failures of requests by outcome: ok or the cause of failure",
    ("board", "outcome"),
)
LATENCY = Metric(
    "jobspiders_request_duration_seconds", "histogram", "Time until an answer began to arrive", ("board",)
)
BYTES = Metric("jobspiders_response_bytes_total", "counter", "Bytes of responses", ("board",))
POSTINGS = Metric(
    "jobspiders_postings_total",
    "counter",
    "Postings by what became of them: new, changed, unchanged, closed, reopened or duplicate",
    ("board", "result"),
)
REJECTED = Metric(
    "jobspiders_rejected_rows_total", "counter", "Rows set aside, by reason", ("board", "reason")
)
CRAWLS = Metric("jobspiders_crawls_total", "counter", "Ended crawls by outcome", ("board", "outcome"))
RETRIES = Metric("jobspiders_retries_total", "counter", "Requests tried again, by cause", ("board", "cause"))
BLOCKS = Metric("jobspiders_blocks_total", "counter", "Block pages by vendor", ("board", "vendor"))
BREAKER_OPENINGS = Metric(
    "jobspiders_breaker_openings_total", "counter", "How often a site's circuit opened", ("board",)
)
ERRORS = Metric(
    "jobspiders_errors_total",
    "counter",
    "Faults by where they were: spider, pipeline, database or journal",
    ("board", "where"),
)
FINDINGS = Metric(
    "jobspiders_findings_total", "counter", "What the monitors found in crawls, by kind", ("board", "kind")
)
DELIVERIES = Metric(
    "jobspiders_alert_deliveries_total",
    "counter",
    "Attempts to deliver an alert: sent, failed or given_up",
    ("result",),
)

#: Counted by crawls and whoever sends alerts, kept in metric_counters.
COUNTERS = (
    *(
        REQUESTS,
        LATENCY,
        BYTES,
        POSTINGS,
        REJECTED,
        CRAWLS,
        RETRIES,
        BLOCKS,
        BREAKER_OPENINGS,
        ERRORS,
        FINDINGS,
    ),
    DELIVERIES,
)

BUILD = Metric("jobspiders_build_info", "gauge", "Always 1; the version as a label", ("version",))
DATABASE_UP = Metric("jobspiders_database_up", "gauge", "Whether the database answers")
EMBEDDED_UP = Metric(
    "jobspiders_embedded_server_up", "gauge", "Whether the embedded server runs; absent where it is not used"
)
DATABASE_BYTES = Metric("jobspiders_database_bytes", "gauge", "Size of the database")
POSTINGS_STORED = Metric(
    "jobspiders_postings_stored", "gauge", "Postings in the table, as the planner estimates them"
)
JOURNAL_BYTES = Metric("jobspiders_journal_bytes", "gauge", "Bytes of journals on this machine")
JOURNALS = Metric(
    "jobspiders_journals", "gauge", "Journals on this machine, one per crawl that is not wholly stored"
)
JOURNAL_AGE = Metric(
    "jobspiders_journal_age_seconds",
    "gauge",
    "Since when the oldest journal has waited; 0 where there is none",
)
NODE_AGE = Metric(
    "jobspiders_node_heartbeat_age_seconds", "gauge", "Since when a Scrapyd node was not heard of", ("node",)
)
NODE_SLOTS = Metric("jobspiders_node_slots", "gauge", "Jobs that a node runs at once", ("node",))
NODE_RUNNING = Metric("jobspiders_node_running_jobs", "gauge", "Jobs that a node runs now", ("node",))
QUEUE_LENGTH = Metric("jobspiders_queue_length", "gauge", "Jobs by state: pending or running", ("state",))
QUEUE_AGE = Metric("jobspiders_queue_age_seconds", "gauge", "Since when the oldest due job has waited")
CIRCUITS = Metric(
    "jobspiders_circuits",
    "gauge",
    "Sites whose circuit is not closed, by state: open or half_open",
    ("state",),
)
CRAWLS_RUNNING = Metric(
    "jobspiders_crawls_running", "gauge", "Crawls whose row was refreshed lately", ("board",)
)
POSTINGS_PER_MINUTE = Metric(
    "jobspiders_crawl_postings_per_minute", "gauge", "Postings per minute of crawls that run now", ("board",)
)
LAST_CRAWL = Metric(
    "jobspiders_last_crawl_timestamp_seconds", "gauge", "When the last crawl of a board began", ("board",)
)
LAST_GOOD_CRAWL = Metric(
    "jobspiders_last_good_crawl_timestamp_seconds",
    "gauge",
    "When the last crawl of a board began that ended ok or empty",
    ("board",),
)
BOARD_BAD = Metric(
    "jobspiders_board_bad", "gauge", "1 while the last crawl of a board had an error, else 0", ("board",)
)
UNDELIVERED = Metric("jobspiders_alerts_undelivered", "gauge", "Alerts that a channel has not taken yet")
UNDELIVERED_AGE = Metric(
    "jobspiders_alerts_undelivered_age_seconds", "gauge", "Since when the oldest of them has waited"
)

GAUGES = (
    *(BUILD, DATABASE_UP, EMBEDDED_UP, DATABASE_BYTES, POSTINGS_STORED, JOURNALS, JOURNAL_BYTES, JOURNAL_AGE),
    *(
        NODE_AGE,
        NODE_SLOTS,
        NODE_RUNNING,
        QUEUE_LENGTH,
        QUEUE_AGE,
        CIRCUITS,
        CRAWLS_RUNNING,
        POSTINGS_PER_MINUTE,
    ),
    *(LAST_CRAWL, LAST_GOOD_CRAWL, BOARD_BAD, UNDELIVERED, UNDELIVERED_AGE),
)
METRICS = (*COUNTERS, *GAUGES)

#: A counter's row: metric, value of its own label ("" for none).
Key = tuple[str, str]

#: Stats with a number of their own, and those whose names end in a label's value.
_STATS: Mapping[str, Key] = {
    "downloader/response_bytes": (BYTES.name, ""),
    "breaker/open": (BREAKER_OPENINGS.name, ""),
    "spider_exceptions/count": (ERRORS.name, "spider"),
    "items/failed": (ERRORS.name, "pipeline"),
    "storage/database_errors": (ERRORS.name, "database"),
    "storage/not_stored": (ERRORS.name, "journal"),
    "postings/duplicates": (POSTINGS.name, "duplicate"),
}
_PREFIXES: Mapping[str, str] = {
    "postings/rejected/": REJECTED.name,
    "retry/cause/": RETRIES.name,
    "blocks/vendor/": BLOCKS.name,
}
#: Values of a label that come from pages are few; should they not be, the rest is one.
_MOST_VALUES = 40
OTHER = "other"


def totals_of(stats: Mapping[str, Any], counts: Mapping[str, int]) -> dict[Key, float]:
    """What a crawl has counted until now: from its stats, and what became of postings (``counts``)."""
    totals: dict[Key, float] = {}
    for name, value in stats.items():
        if not isinstance(value, int | float):
            continue
        key = _STATS.get(name)
        if key is None:
            prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), None)
            if prefix is None:
                continue
            key = (_PREFIXES[prefix], name.removeprefix(prefix))
        totals[key] = totals.get(key, 0) + value
    for result, number in counts.items():
        totals[(POSTINGS.name, result)] = float(number)
    return totals


class Deltas:
    """What was counted since it was last stored. Nothing is stored twice, and what could not be stored waits."""

    def __init__(self, baseline: Mapping[Key, float] | None = None) -> None:
        self._stored: dict[Key, float] = dict(baseline or {})
        self._counted: dict[Key, float] = {}
        self._under_way: dict[Key, float] = {}

    def count(self, name: str, label: str = "", number: float = 1) -> None:
        """So many more."""
        key = (name, label)
        self._counted[key] = self._counted.get(key, 0) + number

    def observe(self, seconds: float) -> None:
        """An answer that took so long."""
        bound = next((f"{bound:g}" for bound in LATENCY_BOUNDS if seconds <= bound), INFINITE)
        self.count(LATENCY.name, bound)
        self.count(LATENCY.name, SUM, seconds)

    def due(self, totals: Mapping[Key, float]) -> dict[Key, float]:
        """What to add to the stored counters; call ``stored`` with these ``totals`` once it is there."""
        for key, number in self._counted.items():
            self._under_way[key] = self._under_way.get(key, 0) + number
        self._counted.clear()
        due = dict(self._under_way)
        for key, total in totals.items():
            more = total - self._stored.get(key, 0)
            if more > 0:
                due[key] = due.get(key, 0) + more
        return due

    def stored(self, totals: Mapping[Key, float]) -> None:
        """What was due is stored."""
        self._under_way.clear()
        self._stored.update({key: max(total, self._stored.get(key, 0)) for key, total in totals.items()})


def with_few_values(rows: Iterable[tuple[str, str, str, float]]) -> list[tuple[str, str, str, float]]:
    """Rows of (name, board, label, value), in which a label has few values: the rest is added up as ``other``."""
    rows = list(rows)
    if len(rows) <= _MOST_VALUES:
        return sorted(rows)
    kept: dict[tuple[str, str], set[str]] = {}
    found: dict[tuple[str, str, str], float] = {}
    for name, board, label, value in sorted(rows, key=lambda row: -row[3]):
        values = kept.setdefault((name, board), set())
        if len(values) < _MOST_VALUES or label in values:
            values.add(label)
        else:
            label = OTHER
        found[(name, board, label)] = found.get((name, board, label), 0) + value
    return [(*key, value) for key, value in sorted(found.items())]
