"""The queue that all Scrapyd nodes take from, in PostgreSQL: each job goes to one node, and comes back if that dies."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from jobspiders.storage.database import Connection

State = Literal["pending", "running", "ended"]


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A crawl to be run. ``wanted_node`` None: any; ``version`` None: the one that is deployed when it starts."""

    project: str
    job_id: str
    spider: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    priority: float = 0.0
    wanted_node: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class OwnedJob:
    """A job that a node runs; ``cancel_signal`` is set when somebody, on whatever node, asked to cancel it."""

    project: str
    job_id: str
    cancel_signal: str | None


@dataclass(frozen=True, slots=True)
class JobState:
    """Where a job is, and the last word on it: finished, cancelled, or why it was given up."""

    state: State
    node: str | None
    result: str | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReturnedJob:
    """A job whose process is gone, in its new state: pending, or ended where nothing is left to do."""

    project: str
    job_id: str
    spider: str
    state: State
    started_at: datetime | None
    ended_at: datetime | None


_JOB = "project, job_id, spider, arguments, settings, version, priority, wanted_node, schedule"

_ADD = f"""
INSERT INTO scrapyd_jobs ({_JOB}, state, queued_at)
VALUES (%(project)s, %(job_id)s, %(spider)s, %(arguments)s, %(settings)s, %(version)s, %(priority)s,
        %(wanted_node)s, %(schedule)s, 'pending', clock_timestamp())
ON CONFLICT (project, job_id) DO NOTHING
"""

_TAKE = f"""
UPDATE scrapyd_jobs SET state = 'running', node = %(node)s, instance = %(instance)s, attempts = attempts + 1,
    started_at = clock_timestamp(), not_before = NULL, cancel_signal = NULL
WHERE (project, job_id) = (
    SELECT project, job_id FROM scrapyd_jobs
    WHERE state = 'pending' AND project = %(project)s AND (wanted_node IS NULL OR wanted_node = %(node)s)
        AND (not_before IS NULL OR not_before <= clock_timestamp())
    ORDER BY priority DESC, queued_at, job_id LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING {_JOB}
"""

_PENDING = f"""
SELECT {_JOB} FROM scrapyd_jobs WHERE state = 'pending' AND project = %s
ORDER BY priority DESC, queued_at, job_id
"""

_COUNT = "SELECT count(*) FROM scrapyd_jobs WHERE state = 'pending' AND project = %s"

_END_PENDING = """
UPDATE scrapyd_jobs SET state = 'ended', result = 'cancelled', ended_at = clock_timestamp()
WHERE state = 'pending' AND project = %s AND job_id = ANY(%s)
"""

_REQUEST_CANCEL = """
UPDATE scrapyd_jobs SET cancel_signal = %s WHERE state = 'running' AND project = %s AND job_id = %s
RETURNING node
"""

_STATE = (
    "SELECT state, node, result, started_at, ended_at FROM scrapyd_jobs WHERE project = %s AND job_id = %s"
)

_OWNED = """
SELECT project, job_id, cancel_signal FROM scrapyd_jobs
WHERE state = 'running' AND node = %s AND instance = %s
"""

#: A crawl without an end of its own (kill -9) ended when it was last heard of.
_CLOSE_CRAWLS = """
closed AS (
    UPDATE crawls c SET finished_at = coalesce(c.updated_at, c.started_at), outcome = 'failed',
        finish_reason = 'killed'
    FROM back b WHERE c.job_id = b.job_id AND c.finished_at IS NULL
)
"""

_END = f"""
WITH back AS (
    UPDATE scrapyd_jobs SET state = 'ended', result = %(result)s, ended_at = clock_timestamp(),
        cancel_signal = NULL
    WHERE project = %(project)s AND job_id = %(job_id)s AND state = 'running' AND instance = %(instance)s
    RETURNING job_id
), {_CLOSE_CRAWLS}
SELECT count(*) FROM back
"""

_GIVE_BACK = f"""
WITH back AS (
    UPDATE scrapyd_jobs SET
        state = CASE WHEN %(counted)s AND attempts >= %(most_attempts)s THEN 'ended' ELSE 'pending' END,
        result = CASE WHEN %(counted)s AND attempts >= %(most_attempts)s THEN 'died' END,
        ended_at = CASE WHEN %(counted)s AND attempts >= %(most_attempts)s THEN clock_timestamp() END,
        node = CASE WHEN %(counted)s AND attempts >= %(most_attempts)s THEN node END,
        attempts = CASE WHEN %(counted)s THEN attempts ELSE greatest(0, attempts - 1) END,
        instance = NULL, cancel_signal = NULL,
        not_before = clock_timestamp() + make_interval(secs => %(delay)s)
    WHERE project = %(project)s AND job_id = %(job_id)s AND state = 'running' AND instance = %(instance)s
    RETURNING job_id, state
), {_CLOSE_CRAWLS}
SELECT state FROM back
"""

#: What becomes of jobs whose process is gone: a crawl that had finished is not crawled again, one that was to be
#: cancelled is, one that died too often is given up.
_RETURN = """
WITH gone AS (
    SELECT j.project, j.job_id, CASE
        WHEN EXISTS (SELECT FROM crawls c WHERE c.job_id = j.job_id AND c.finish_reason = 'finished')
            THEN 'finished'
        WHEN j.cancel_signal IS NOT NULL THEN 'cancelled'
        WHEN j.attempts >= %(most_attempts)s THEN 'died'
    END AS result
    FROM scrapyd_jobs j WHERE j.state = 'running' AND {whose}
    FOR UPDATE OF j SKIP LOCKED
), back AS (
    UPDATE scrapyd_jobs j SET
        state = CASE WHEN g.result IS NULL THEN 'pending' ELSE 'ended' END,
        result = g.result,
        ended_at = CASE WHEN g.result IS NOT NULL THEN clock_timestamp() END,
        node = CASE WHEN g.result IS NOT NULL THEN j.node END,
        instance = NULL, cancel_signal = NULL, not_before = NULL
    FROM gone g WHERE j.project = g.project AND j.job_id = g.job_id
    RETURNING j.project, j.job_id, j.spider, j.state, j.started_at, j.ended_at
), {closing}
SELECT project, job_id, spider, state, started_at, ended_at FROM back ORDER BY project, job_id
"""
_OF_EARLIER_INSTANCES = "j.node = %(node)s AND j.instance IS DISTINCT FROM %(instance)s"
_OF_DEAD_NODES = """NOT EXISTS (
    SELECT FROM scrapyd_nodes n WHERE n.name = j.node AND n.instance = j.instance
        AND n.seen_at > clock_timestamp() - make_interval(secs => %(dead_after)s)
)"""
_LOST = """j.node = %(node)s AND j.instance = %(instance)s AND (j.project, j.job_id) IN (
    SELECT k.project, k.job_id FROM json_to_recordset(%(lost)s::json) AS k (project text, job_id text)
)"""

_PURGE = """
DELETE FROM scrapyd_jobs WHERE state = 'ended' AND ended_at < clock_timestamp() - make_interval(secs => %s)
"""

_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'running'),
       count(*) FILTER (WHERE state = 'ended')
FROM scrapyd_jobs
"""


class JobQueue:
    """The queue, over a connection that ``connected`` hands out. Methods may raise psycopg.Error and StorageError."""

    def __init__(self, connected: Callable[[], Connection]) -> None:
        self._connected = connected

    def add(self, job: QueuedJob) -> bool:
        """Queue ``job``; False where its project has, or lately had, a job of that id."""
        return add_job(self._connected(), job)

    def take(self, project: str, node: str, instance: uuid.UUID) -> QueuedJob | None:
        """The next job, by priority and then age, which is this node's from now on; None where there is none."""
        row = (
            self._connected()
            .execute(_TAKE, {"project": project, "node": node, "instance": instance})
            .fetchone()
        )
        return None if row is None else QueuedJob(*row)

    def pending(self, project: str) -> list[QueuedJob]:
        """The jobs that wait, in the order in which they will be taken."""
        return [QueuedJob(*row) for row in self._connected().execute(_PENDING, [project])]

    def count(self, project: str) -> int:
        """How many jobs wait."""
        row = self._connected().execute(_COUNT, [project]).fetchone()
        return int(row[0]) if row else 0

    def counts(self) -> tuple[int, int, int]:
        """Pending, running and lately ended jobs of all projects and nodes."""
        row = self._connected().execute(_COUNTS).fetchone()
        return (0, 0, 0) if row is None else (int(row[0]), int(row[1]), int(row[2]))

    def cancel_pending(self, project: str, job_ids: Sequence[str]) -> int:
        """End jobs that wait; how many did."""
        return self._connected().execute(_END_PENDING, [project, list(job_ids)]).rowcount

    def request_cancel(self, project: str, job_id: str, signal: str) -> str | None:
        """Ask the node that runs a job to end it; its name, None where the job does not run."""
        row = self._connected().execute(_REQUEST_CANCEL, [signal, project, job_id]).fetchone()
        return None if row is None else str(row[0])

    def state(self, project: str, job_id: str) -> JobState | None:
        """Where a job is; None for one that is unknown or long over."""
        row = self._connected().execute(_STATE, [project, job_id]).fetchone()
        return None if row is None else JobState(*row)

    def owned(self, node: str, instance: uuid.UUID) -> list[OwnedJob]:
        """The jobs that this start of the node is to be running."""
        return [OwnedJob(*row) for row in self._connected().execute(_OWNED, [node, instance])]

    def end(self, project: str, job_id: str, instance: uuid.UUID, result: str) -> bool:
        """A job is over; False where it is not this instance's any more."""
        values = {"project": project, "job_id": job_id, "instance": instance, "result": result}
        row = self._connected().execute(_END, values).fetchone()
        return row is not None and row[0] == 1

    def give_back(
        self,
        project: str,
        job_id: str,
        instance: uuid.UUID,
        *,
        most_attempts: int,
        delay: float = 0.0,
        counted: bool = True,
    ) -> State | None:
        """Let a job wait again, for at least ``delay`` seconds, or end it as died after too many attempts.

        ``counted``: this was one of its attempts. The new state; None where it is not this instance's any more.
        """
        values = {
            "project": project,
            "job_id": job_id,
            "instance": instance,
            "delay": delay,
            "counted": counted,
            "most_attempts": most_attempts,
        }
        row = self._connected().execute(_GIVE_BACK, values).fetchone()
        return None if row is None else row[0]

    def return_earlier(self, node: str, instance: uuid.UUID, most_attempts: int) -> list[ReturnedJob]:
        """Take back what earlier starts of this node ran; the jobs with their new states."""
        values = {"node": node, "instance": instance, "most_attempts": most_attempts}
        return self._return(_OF_EARLIER_INSTANCES, values)

    def return_dead(self, dead_after: float, most_attempts: int) -> list[ReturnedJob]:
        """Take back what nodes ran that were not heard of for ``dead_after`` seconds; the jobs with new states."""
        return self._return(_OF_DEAD_NODES, {"dead_after": dead_after, "most_attempts": most_attempts})

    def return_lost(
        self, node: str, instance: uuid.UUID, lost: Sequence[tuple[str, str]], most_attempts: int
    ) -> list[ReturnedJob]:
        """Take back jobs that this node took but has no process for."""
        values = {
            "node": node,
            "instance": instance,
            "most_attempts": most_attempts,
            "lost": Jsonb([{"project": project, "job_id": job_id} for project, job_id in lost]),
        }
        return self._return(_LOST, values)

    def purge(self, older_than: float) -> int:
        """Forget jobs that ended more than ``older_than`` seconds ago."""
        return self._connected().execute(_PURGE, [older_than]).rowcount

    def _return(self, whose: str, values: dict[str, Any]) -> list[ReturnedJob]:
        query = _RETURN.format(whose=whose, closing=_CLOSE_CRAWLS)
        return [ReturnedJob(*row) for row in self._connected().execute(query, values)]


def add_job(connection: Connection, job: QueuedJob) -> bool:
    """Queue ``job`` in the transaction of ``connection``, if there is one; False where its id is taken."""
    values = {
        "project": job.project,
        "job_id": job.job_id,
        "spider": job.spider,
        "arguments": Jsonb(dict(job.arguments)),
        "settings": Jsonb(dict(job.settings)),
        "version": job.version,
        "priority": job.priority,
        "wanted_node": job.wanted_node,
        "schedule": job.schedule,
    }
    return connection.execute(_ADD, values).rowcount == 1


_ENDINGS = """
SELECT finish_reason FROM crawls WHERE job_id = %s ORDER BY started_at DESC LIMIT 1
"""


def finish_reason(connection: Connection, job_id: str) -> str | None:
    """How the newest crawl of a job ended; None where it has not, or never began."""
    row = connection.execute(_ENDINGS, [job_id]).fetchone()
    return None if row is None else row[0]
