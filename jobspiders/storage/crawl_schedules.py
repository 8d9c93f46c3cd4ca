"""Schedules of crawls, and the one transaction in which those that are due become jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psycopg.types.json import Jsonb

from jobspiders.storage.database import Connection
from jobspiders.storage.scrapyd_jobs import QueuedJob, add_job

#: Key of the advisory lock that whoever queues due crawls holds.
LOCK_KEY = 0x6A6F6264


@dataclass(frozen=True, slots=True)
class CrawlSchedule:
    """A row. ``jitter`` is in seconds; ``node`` None: any; ``sites`` are the hosts of its first requests."""

    name: str
    board: str
    arguments: Mapping[str, str]
    settings: Mapping[str, str]
    cron: str
    time_zone: str
    jitter: float
    priority: float
    node: str | None
    sites: Sequence[str]
    next_at: datetime
    last_job_id: str | None = None
    last_at: datetime | None = None
    last_decision: str | None = None


@dataclass(frozen=True, slots=True)
class DueSchedules:
    """What is due at ``now``, which is the database's time; see ``decide`` of the deployment for the rest."""

    now: datetime
    schedules: Sequence[CrawlSchedule]
    open_until: Mapping[str, datetime]
    active: frozenset[str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a due schedule: ``job`` None stands for nothing this time."""

    name: str
    next_at: datetime
    decision: str
    job: QueuedJob | None = None


@dataclass(slots=True)
class Changes:
    """Names of what a synchronisation did."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


_COLUMNS = (
    "name, board, arguments, settings, cron, time_zone, jitter, priority, node, sites, next_at, last_job_id, "
    "last_at, last_decision"
)
_ALL = f"SELECT {_COLUMNS} FROM crawl_schedules ORDER BY name"
_DUE = f"SELECT {_COLUMNS} FROM crawl_schedules WHERE next_at <= %s ORDER BY next_at, name FOR UPDATE"
_PUT = """
INSERT INTO crawl_schedules (name, board, arguments, settings, cron, time_zone, jitter, priority, node, sites, next_at)
VALUES (%(name)s, %(board)s, %(arguments)s, %(settings)s, %(cron)s, %(time_zone)s, %(jitter)s, %(priority)s, %(node)s,
        %(sites)s, %(next_at)s)
ON CONFLICT (name) DO UPDATE SET
    board = excluded.board, arguments = excluded.arguments, settings = excluded.settings, cron = excluded.cron,
    time_zone = excluded.time_zone, jitter = excluded.jitter, priority = excluded.priority, node = excluded.node,
    sites = excluded.sites, next_at = excluded.next_at
"""
_OPEN = "SELECT host, opened_until FROM host_states WHERE opened_until > %s"
_ACTIVE = "SELECT DISTINCT schedule FROM scrapyd_jobs WHERE schedule = ANY(%s) AND state <> 'ended'"
_TURN = """
UPDATE crawl_schedules SET next_at = %(next_at)s, last_decision = %(decision)s,
    last_job_id = coalesce(%(job_id)s, last_job_id),
    last_at = CASE WHEN %(job_id)s::text IS NULL THEN last_at ELSE %(now)s END
WHERE name = %(name)s
"""


def all_schedules(connection: Connection) -> list[CrawlSchedule]:
    """Every schedule, by name."""
    return [CrawlSchedule(*row) for row in connection.execute(_ALL)]


def synchronise(connection: Connection, wanted: Sequence[CrawlSchedule]) -> Changes:
    """Make the table hold exactly ``wanted``; one whose times are as before keeps the time that it is due."""
    changes = Changes()
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        present = {schedule.name: schedule for schedule in all_schedules(connection)}
        for schedule in wanted:
            old = present.pop(schedule.name, None)
            same_times = old is not None and _times(old) == _times(schedule)
            next_at = old.next_at if old is not None and same_times else schedule.next_at
            if old is None:
                changes.added.append(schedule.name)
            elif same_times and _work(old) == _work(schedule):
                changes.unchanged.append(schedule.name)
                continue
            else:
                changes.changed.append(schedule.name)
            connection.execute(
                _PUT,
                {
                    "name": schedule.name,
                    "board": schedule.board,
                    "arguments": Jsonb(dict(schedule.arguments)),
                    "settings": Jsonb(dict(schedule.settings)),
                    "cron": schedule.cron,
                    "time_zone": schedule.time_zone,
                    "jitter": schedule.jitter,
                    "priority": schedule.priority,
                    "node": schedule.node,
                    "sites": list(schedule.sites),
                    "next_at": next_at,
                },
            )
        changes.removed = sorted(present)
        connection.execute("DELETE FROM crawl_schedules WHERE name = ANY(%s)", [changes.removed])
    return changes


def run_due(
    connection: Connection, decide: Callable[[DueSchedules], Sequence[Turn]]
) -> Sequence[Turn] | None:
    """Queue what ``decide`` says, in one transaction; None where another process is just doing that."""
    with connection.transaction():
        [(alone, now)] = connection.execute(
            "SELECT pg_try_advisory_xact_lock(%s), clock_timestamp()", [LOCK_KEY]
        ).fetchall()
        if not alone:
            return None
        schedules = [CrawlSchedule(*row) for row in connection.execute(_DUE, [now])]
        if not schedules:
            return []
        names = [schedule.name for schedule in schedules]
        due = DueSchedules(
            now=now,
            schedules=schedules,
            open_until=dict(connection.execute(_OPEN, [now]).fetchall()),
            active=frozenset(str(row[0]) for row in connection.execute(_ACTIVE, [names])),
        )
        turns = decide(due)
        for turn in turns:
            if turn.job is not None:
                add_job(connection, turn.job)
            connection.execute(
                _TURN,
                {
                    "name": turn.name,
                    "next_at": turn.next_at,
                    "decision": turn.decision,
                    "job_id": turn.job.job_id if turn.job else None,
                    "now": now,
                },
            )
        return turns


def _times(schedule: CrawlSchedule) -> tuple[object, ...]:
    return schedule.cron, schedule.time_zone, schedule.jitter


def _work(schedule: CrawlSchedule) -> tuple[object, ...]:
    return (
        schedule.board,
        dict(schedule.arguments),
        dict(schedule.settings),
        schedule.priority,
        schedule.node,
        list(schedule.sites),
    )
