"""How long what is done with is kept, and its removal a few rows at a time, beside crawls that run.

Each step is a transaction of its own: whoever is interrupted has lost nothing but time, and the next run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import psycopg

from jobspiders.storage import database, removal
from jobspiders.storage.config import Settings
from jobspiders.storage.errors import DatabaseError

#: Rows of a step where no crawl waits for them.
_STEP = 2_000
#: Of the time that a step took, the share that crawls then have the database for themselves.
_BREATH = 0.5
#: Healthy ends of a scope that stay however old they are: closing, validators and monitors look back at them.
KEPT_ENDS = 10

_CLOSED = "closed_at < %(before)s"
_OLD_CRAWL = f"""
c.finished_at < %(before)s AND NOT EXISTS (
    SELECT FROM crawl_scopes s WHERE s.crawl_id = c.id AND (
        SELECT count(*) FROM crawl_scopes n
        WHERE n.board = s.board AND n.scope = s.scope AND n.outcome IN ('ok', 'empty') AND n.finished_at > s.finished_at
    ) < {KEPT_ENDS}
)
"""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days for which things are kept; None is for ever.

    ``closed_postings`` go with their versions, signatures and links. ``raw`` is the board's own record of a
    posting that has closed, ``versions`` are the changes of a posting. A crawl goes with its scopes and what it
    rejected.
    """

    closed_postings: float | None = None
    versions: float | None = None
    raw: float | None = 365
    rejected: float | None = 90
    crawls: float | None = 730
    job_log: float | None = 730

    @classmethod
    def from_settings(cls, settings: Settings) -> Retention:
        """The RETENTION_* settings. Raises ValueError for what is no number of days."""
        return cls(**{item.name: _days(settings, item.name, item.default) for item in fields(cls)})


def _days(settings: Settings, name: str, default: Any) -> float | None:
    setting = f"RETENTION_{name.upper()}"
    given = settings.get(setting, default)
    if given is None or (isinstance(given, str) and given.strip().casefold() in ("", "none")):
        return None
    try:
        days = float(given)
    except (TypeError, ValueError):
        days = -1.0
    if isinstance(given, bool) or not 0 < days <= 36_500:
        raise ValueError(f"{setting} takes a number of days above 0, or None for ever, not {given!r}")
    return days


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one step removes. ``take`` selects ids above %(after)s, in their order, and locks them."""

    name: str
    count: str
    take: str
    drop: str
    batch: int = _STEP


_KINDS = {
    "closed_postings": _Kind(
        "closed postings",
        f"SELECT count(*) FROM postings WHERE {_CLOSED}",
        f"""
        SELECT id FROM postings WHERE {_CLOSED} AND id > %(after)s ORDER BY id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        "",
        removal.BATCH,
    ),
    "versions": _Kind(
        "versions",
        "SELECT count(*) FROM posting_versions WHERE changed_at < %(before)s",
        """
        SELECT DISTINCT posting_id FROM posting_versions WHERE changed_at < %(before)s AND posting_id > %(after)s
        ORDER BY posting_id LIMIT %(limit)s
        """,
        "DELETE FROM posting_versions WHERE posting_id = ANY(%(ids)s) AND changed_at < %(before)s",
    ),
    "raw": _Kind(
        "raw payloads of closed postings",
        f"SELECT count(*) FROM postings WHERE {_CLOSED} AND raw IS NOT NULL",
        f"""
        SELECT id FROM postings WHERE {_CLOSED} AND raw IS NOT NULL AND id > %(after)s ORDER BY id LIMIT %(limit)s
        FOR NO KEY UPDATE SKIP LOCKED
        """,
        "UPDATE postings SET raw = NULL WHERE id = ANY(%(ids)s)",
    ),
    "rejected": _Kind(
        "rejected rows",
        "SELECT count(*) FROM rejected_postings WHERE rejected_at < %(before)s",
        """
        SELECT id FROM rejected_postings WHERE rejected_at < %(before)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        "DELETE FROM rejected_postings WHERE id = ANY(%(ids)s)",
    ),
    "crawls": _Kind(
        "crawls with their scopes",
        f"SELECT count(*) FROM crawls c WHERE {_OLD_CRAWL}",
        f"""
        SELECT id FROM crawls c WHERE {_OLD_CRAWL} AND (%(after)s::uuid IS NULL OR id > %(after)s)
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        """,
        "DELETE FROM crawls WHERE id = ANY(%(ids)s)",
        removal.BATCH,
    ),
    "job_log": _Kind(
        "merges and splits of jobs",
        "SELECT count(*) FROM job_log WHERE logged_at < %(before)s",
        """
        SELECT id FROM job_log WHERE logged_at < %(before)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
        """,
        "DELETE FROM job_log WHERE id = ANY(%(ids)s)",
    ),
}


@dataclass(slots=True)
class Pruned:
    """One line of the account: what, for how many days it is kept, how much is or was due, how much went."""

    name: str
    days: float | None
    due: int = 0
    removed: int = 0


def prune(
    url: str,
    retention: Retention,
    *,
    now: datetime,
    account: list[Pruned],
    dry_run: bool = False,
    progress: Callable[[Pruned], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Remove what ``retention`` lets go at ``now``, and fill ``account``, which is right at any time.

    Raises DatabaseError; what was removed until then stays removed.
    """
    account += [Pruned(kind.name, getattr(retention, name)) for name, kind in _KINDS.items()]
    connection = database.connect(url)
    try:
        for kind, line in zip(_KINDS.values(), account, strict=True):
            if line.days is None:
                continue
            before = now - timedelta(days=line.days)
            row = connection.execute(kind.count, {"before": before}).fetchone()
            line.due = row[0] if row else 0
            if dry_run or not line.due:
                continue
            for removed, seconds in _steps(connection, kind, before):
                line.removed += removed
                progress(line)
                pause(seconds * _BREATH)
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    finally:
        connection.close()


def _steps(connection: database.Connection, kind: _Kind, before: datetime) -> Iterator[tuple[int, float]]:
    """Rows removed and seconds taken, a transaction at a time."""
    after: Any = None if kind.name.startswith("crawls") else 0
    while True:
        begun = time.monotonic()
        with connection.transaction(), connection.cursor() as cursor:
            if not kind.drop:
                removal.lock(cursor)
            cursor.execute(kind.take, {"before": before, "after": after, "limit": kind.batch})
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                return
            after = ids[-1]
            if kind.drop:
                cursor.execute(kind.drop, {"ids": ids, "before": before})
                removed = cursor.rowcount
            else:
                removed = removal.remove(cursor, ids)["postings"]
        yield removed, time.monotonic() - begun
