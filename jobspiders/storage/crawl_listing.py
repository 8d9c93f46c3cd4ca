"""Which crawls somebody wants to see, and all that is recorded of one."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.storage import database
from jobspiders.storage.crawl_history import FIGURES, figures_of_row, load_history
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.findings import finding_of

_ID = re.compile(r"[0-9a-f]{1,8}(?:-?[0-9a-f]{0,12}){0,4}", re.IGNORECASE)
_LISTED = """
SELECT c.id, c.board, c.arguments, c.started_at, c.updated_at, c.finished_at, c.outcome, c.finish_reason, c.new,
    c.changed, c.unchanged, c.closed, c.reopened, c.rejected, c.duplicates, c.withheld, c.requests, c.responses,
    c.node, c.job_id, c.version,
    ARRAY(SELECT DISTINCT kind FROM crawl_findings f WHERE f.crawl_id = c.id AND severity = 'error') AS findings
FROM crawls c
"""
_SCOPES = """
SELECT scope, outcome, evidence, complete, postings, new, changed, unchanged, closed, reopened, rejected, duplicates,
    withheld, not_modified
FROM crawl_scopes WHERE crawl_id = %s
ORDER BY outcome IN ('ok', 'empty'), outcome, postings DESC, scope
"""


@dataclass(frozen=True, slots=True)
class CrawlFilter:
    """Conditions that all must hold; of several boards, outcomes or nodes one. ``outcomes`` may hold ``running``."""

    boards: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    since: datetime | None = None
    unfinished: bool = False
    bad: bool = False
    limit: int = 30

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The statement and its parameters."""
        conditions = {
            "c.board = ANY(%(boards)s)": self.boards,
            "coalesce(c.outcome, 'running') = ANY(%(outcomes)s)": self.outcomes,
            "c.node = ANY(%(nodes)s)": self.nodes,
            "c.started_at >= %(since)s": self.since,
            "(c.finished_at IS NULL OR c.finish_reason <> 'finished')": self.unfinished,
            "EXISTS (SELECT FROM crawl_findings f WHERE f.crawl_id = c.id AND severity = 'error')": self.bad,
        }
        wanted = [condition for condition, given in conditions.items() if given]
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        parameters = {
            item.name: list(value) if isinstance(value := getattr(self, item.name), tuple) else value
            for item in fields(self)
        }
        return f"{_LISTED} {where} ORDER BY c.started_at DESC, c.id LIMIT %(limit)s", parameters


@dataclass(frozen=True, slots=True)
class RecordedCrawl:
    """One crawl: its row of the list, its scopes (those that went wrong first), what was found, and what it is
    compared with."""

    row: dict[str, Any]
    figures: CrawlFigures
    scopes: list[dict[str, Any]]
    findings: list[Finding]
    history: History


def list_crawls(url: str, wanted: CrawlFilter) -> list[dict[str, Any]]:
    """The newest crawls that fit. Raises DatabaseError."""
    with _Connected(url) as connection:
        return connection.cursor(row_factory=dict_row).execute(*_typed(wanted.sql())).fetchall()


def find_crawl(url: str, start: str) -> RecordedCrawl:
    """The crawl whose id begins with ``start``. Raises DatabaseError, also where there is none or are several."""
    if not _ID.fullmatch(start):
        raise DatabaseError(f"{start!r} is no id of a crawl; `scrapy crawls` lists them")
    with _Connected(url) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        ids = cursor.execute(
            "SELECT id FROM crawls WHERE id::text LIKE %s LIMIT 2", [start.lower() + "%"]
        ).fetchall()
        if len(ids) != 1:
            how = "several crawls have ids" if ids else "no crawl has an id"
            raise DatabaseError(f"{how} that begin with {start}; `scrapy crawls` lists them")
        crawl_id = ids[0]["id"]
        row = cursor.execute(f"{_LISTED} WHERE c.id = %s", [crawl_id]).fetchone()
        figures = cursor.execute(f"SELECT {FIGURES} FROM crawls c WHERE c.id = %s", [crawl_id]).fetchone()
        assert row is not None
        assert figures is not None
        scopes = cursor.execute(_SCOPES, [crawl_id]).fetchall()
        found = cursor.execute(
            "SELECT * FROM crawl_findings WHERE crawl_id = %s ORDER BY place", [crawl_id]
        ).fetchall()
        history = load_history(connection, row["board"], row["arguments"], str(crawl_id), row["started_at"])
    return RecordedCrawl(row, figures_of_row(figures), scopes, [finding_of(each) for each in found], history)


class _Connected:
    """A connection whose errors are told in one line."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = database.connect(url)

    def __enter__(self) -> database.Connection:
        return self._connection

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self._connection.close()
        if isinstance(error, psycopg.errors.UndefinedTable):
            raise DatabaseError(f"{database.describe(self._url)} has no tables yet: crawl something first")
        if isinstance(error, psycopg.Error):
            raise DatabaseError(
                f"{database.describe(self._url)} refused: {database.one_line(error, self._url)}"
            ) from error


def _typed(statement: tuple[str, dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    return statement
