"""Whether everything that crawls unattended needs is well. Pure: facts and limits in, checks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

#: ``failing`` makes the whole fail; ``warning`` is shown.
Status = Literal["ok", "warning", "failing"]
_ORDER: tuple[Status, ...] = ("ok", "warning", "failing")


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """A Scrapyd node; ``silent`` is how many seconds ago it was heard of."""

    name: str
    silent: float
    slots: int
    running: int


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """``bad`` is None for a board that no monitor has judged; ``scheduled``: whether a schedule crawls it."""

    board: str
    last_crawl: datetime
    last_good: datetime | None
    bad: bool | None = None
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class RunningCrawl:
    """A crawl whose row was refreshed lately; ``seconds`` since its start."""

    board: str
    postings: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What the database says. Ages are seconds, 0 where there is nothing that could be old."""

    now: datetime
    version: int
    bytes: int
    postings: int
    nodes: Sequence[NodeFacts] = ()
    pending: int = 0
    running: int = 0
    queue_age: float = 0.0
    #: (site, state, open until)
    circuits: Sequence[tuple[str, str, datetime | None]] = ()
    crawls: Sequence[RunningCrawl] = ()
    boards: Sequence[BoardFacts] = ()
    undelivered: int = 0
    undelivered_age: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """``embedded`` is None where the database is not the embedded one. Journals are those of this machine."""

    database: DatabaseFacts | None
    complaint: str = ""
    embedded: bool | None = None
    journals: int = 0
    journal_bytes: int = 0
    journal_age: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after which silence or waiting is a warning or a failure. Settings HEALTH_*."""

    node: float = 60.0
    queue: float = 3600.0
    journal: float = 3600.0
    board: float = 2 * 86400.0
    undelivered: float = 900.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``text`` is one line."""

    name: str
    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """All checks, and the worst of their states."""

    checks: list[Check] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """The worst one."""
        return max((check.status for check in self.checks), key=_ORDER.index, default="ok")


def judge_health(facts: Facts, limits: Limits) -> Health:
    """Every check on its own; without a database those that need one are left out."""
    checks = [_database(facts)]
    if facts.embedded is not None:
        text = "runs" if facts.embedded else "does not run: the next crawl or `scrapy up` starts it"
        checks.append(Check("embedded server", "ok" if facts.embedded else "warning", text))
    checks.append(_journal(facts, limits))
    found = facts.database
    if found is not None:
        checks += [
            *(_node(node, limits) for node in found.nodes),
            _queue(found, limits),
            _circuits(found),
            *(_board(board, found.now, limits) for board in found.boards),
            _alerts(found, limits),
        ]
    return Health(checks)


def _database(facts: Facts) -> Check:
    found = facts.database
    if found is None:
        # an embedded server that nothing has started is no fault
        status: Status = "failing" if facts.embedded is not False or facts.complaint else "warning"
        return Check("database", status, facts.complaint or "is not there yet")
    version = f"PostgreSQL {found.version // 10000}.{found.version % 10000}"
    return Check("database", "ok", f"{version}, {found.bytes / 1e6:.0f} MB, about {found.postings} postings")


def _journal(facts: Facts, limits: Limits) -> Check:
    if not facts.journals:
        return Check("journal", "ok", "everything is stored")
    text = f"{facts.journals} with {facts.journal_bytes / 1e6:.1f} MB, untouched for {_duration(facts.journal_age)}"
    if facts.journal_age <= limits.journal:
        return Check("journal", "ok", text)
    return Check("journal", "warning", f"{text}: the next crawl stores it, or free the database")


def _node(node: NodeFacts, limits: Limits) -> Check:
    text = f"heard of {_duration(node.silent)} ago, runs {node.running} of {node.slots}"
    status: Status = "failing" if node.silent > limits.node else "ok"
    return Check(f"node {node.name}", status, text)


def _queue(found: DatabaseFacts, limits: Limits) -> Check:
    text = f"{found.pending} waiting, {found.running} running"
    if found.pending and found.queue_age > limits.queue:
        return Check("queue", "warning", f"{text}, the oldest since {_duration(found.queue_age)}")
    return Check("queue", "ok", text)


def _circuits(found: DatabaseFacts) -> Check:
    held = [site for site, state, _ in found.circuits if state == "open"]
    if not held:
        return Check("circuits", "ok", "all closed")
    shown = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
    return Check("circuits", "warning", f"{len(held)} open: {shown}")


def _board(board: BoardFacts, now: datetime, limits: Limits) -> Check:
    name = f"board {board.board}"
    age = (now - board.last_good).total_seconds() if board.last_good else None
    last = f"last good crawl {_duration(age)} ago" if age is not None else "no good crawl yet"
    if board.bad:
        return Check(name, "warning", f"{last}; its last crawl had an error: scrapy alerts")
    if board.scheduled and (age is None or age > limits.board):
        return Check(name, "warning", last)
    return Check(name, "ok", last)


def _alerts(found: DatabaseFacts, limits: Limits) -> Check:
    if not found.undelivered:
        return Check("alerts", "ok", "all delivered")
    text = f"{found.undelivered} not delivered, the oldest since {_duration(found.undelivered_age)}: scrapy alerts"
    return Check("alerts", "failing" if found.undelivered_age > limits.undelivered else "warning", text)


def _duration(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} seconds"
