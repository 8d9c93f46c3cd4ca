"""Facts and counters in Prometheus' text format (version 0.0.4).

Written here and not by prometheus-client, which takes ten times as long: a scrape may cost 20 ms. That library's
parser reads it in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from jobspiders import __version__
from jobspiders.monitoring import metrics
from jobspiders.monitoring.health import DatabaseFacts, Facts
from jobspiders.monitoring.metrics import Metric

Counter = tuple[str, str, str, float]
#: Values of the metric's labels, and the number.
Sample = tuple[tuple[str, ...], float]
#: A metric with its lines.
Family = tuple[Metric, list[str]]

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", '"': '\\"'})


def exposition(facts: Facts, counters: Iterable[Counter]) -> bytes:
    """What /metrics answers."""
    parts: list[str] = []
    for metric, lines in (*_gauges(facts), *_counters(counters)):
        parts += (f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}", *lines)
    parts.append("")
    return "\n".join(parts).encode()


@lru_cache(2048)
def _pair(label: str, value: str) -> str:
    return f'{label}="{value.translate(_ESCAPES)}"'


def _line(name: str, labels: Sequence[str], values: Sequence[str], number: float) -> str:
    if not labels:
        return f"{name} {float(number)!r}"
    return f"{name}{{{','.join(map(_pair, labels, values))}}} {float(number)!r}"


def _gauge(metric: Metric, samples: Iterable[Sample]) -> Family:
    return metric, [_line(metric.name, metric.labels, values, number) for values, number in samples]


def _plain(metric: Metric, value: float) -> Family:
    return _gauge(metric, [((), value)])


def _gauges(facts: Facts) -> Iterator[Family]:
    yield _gauge(metrics.BUILD, [((__version__,), 1)])
    yield _plain(metrics.DATABASE_UP, facts.database is not None)
    if facts.embedded is not None:
        yield _plain(metrics.EMBEDDED_UP, facts.embedded)
    yield _plain(metrics.JOURNALS, facts.journals)
    yield _plain(metrics.JOURNAL_BYTES, facts.journal_bytes)
    yield _plain(metrics.JOURNAL_AGE, facts.journal_age)
    if facts.database is not None:
        yield from _database_gauges(facts.database)


def _database_gauges(found: DatabaseFacts) -> Iterator[Family]:
    yield _plain(metrics.DATABASE_BYTES, found.bytes)
    yield _plain(metrics.POSTINGS_STORED, found.postings)
    yield _gauge(metrics.NODE_AGE, [((node.name,), node.silent) for node in found.nodes])
    yield _gauge(metrics.NODE_SLOTS, [((node.name,), node.slots) for node in found.nodes])
    yield _gauge(metrics.NODE_RUNNING, [((node.name,), node.running) for node in found.nodes])
    yield _gauge(metrics.QUEUE_LENGTH, [(("pending",), found.pending), (("running",), found.running)])
    yield _plain(metrics.QUEUE_AGE, found.queue_age)
    states = [state for _, state, _ in found.circuits]
    yield _gauge(metrics.CIRCUITS, [((state,), states.count(state)) for state in ("open", "half_open")])
    boards = found.boards
    running = {board.board: [0.0, 0.0] for board in boards}
    for crawl in found.crawls:
        entry = running.setdefault(crawl.board, [0.0, 0.0])
        entry[0] += 1
        entry[1] += crawl.postings / max(crawl.seconds, 1.0) * 60
    yield _gauge(metrics.CRAWLS_RUNNING, [((board,), entry[0]) for board, entry in running.items()])
    yield _gauge(
        metrics.POSTINGS_PER_MINUTE, [((board,), round(entry[1], 3)) for board, entry in running.items()]
    )
    yield _gauge(metrics.LAST_CRAWL, [((board.board,), board.last_crawl.timestamp()) for board in boards])
    yield _gauge(
        metrics.LAST_GOOD_CRAWL,
        [((board.board,), board.last_good.timestamp()) for board in boards if board.last_good is not None],
    )
    yield _gauge(
        metrics.BOARD_BAD, [((board.board,), board.bad) for board in boards if board.bad is not None]
    )
    yield _plain(metrics.UNDELIVERED, found.undelivered)
    yield _plain(metrics.UNDELIVERED_AGE, found.undelivered_age)


def _counters(counters: Iterable[Counter]) -> Iterator[Family]:
    by_name: dict[str, list[Counter]] = {}
    for row in counters:
        by_name.setdefault(row[0], []).append(row)
    for metric in metrics.COUNTERS:
        rows = by_name.get(metric.name, [])
        if metric.kind == "histogram":
            yield metric, _histogram(metric, rows)
            continue
        yield _gauge(metric, (_sample(metric, row) for row in metrics.with_few_values(rows)))


def _sample(metric: Metric, row: Counter) -> Sample:
    _, board, label, value = row
    if "board" not in metric.labels:
        return (label,), value
    return ((board, label) if len(metric.labels) == 2 else (board,)), value


def _histogram(metric: Metric, rows: Sequence[Counter]) -> list[str]:
    by_board: dict[str, dict[str, float]] = {}
    for _, board, label, value in rows:
        by_board.setdefault(board, {})[label] = value
    lines = []
    for board, values in sorted(by_board.items()):
        total = 0.0
        for bound in (*(f"{bound:g}" for bound in metrics.LATENCY_BOUNDS), metrics.INFINITE):
            total += values.get(bound, 0)
            lines.append(_line(f"{metric.name}_bucket", ("board", "le"), (board, bound), total))
        lines.append(_line(f"{metric.name}_sum", ("board",), (board,), values.get(metrics.SUM, 0.0)))
        lines.append(_line(f"{metric.name}_count", ("board",), (board,), total))
    return lines
