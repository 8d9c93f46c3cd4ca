"""What the end of a scope does to the postings that the crawl did not see."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from jobspiders.storage import encoding, statements
from jobspiders.storage.closing import Confirmation, ScopeEnd, closable
from jobspiders.storage.records import HEALTHY, Counts, ScopeRecord
from jobspiders.storage.rows import bounded

Cursor = AsyncCursor[TupleRow]


@dataclass(frozen=True, slots=True)
class CrawlKey:
    """The crawl that is being stored; ``started_at`` is by the crawl's own clock."""

    id: str
    board: str
    started_at: datetime


async def end_scope(
    cursor: Cursor, scope: ScopeRecord, crawl: CrawlKey, confirmation: Confirmation
) -> Counts:
    """Write the end of ``scope``, and if it is to be believed close what it no longer shows."""
    parameters: dict[str, Any] = {item.name: getattr(scope, item.name) for item in fields(scope)}
    parameters |= {
        "scope": bounded(scope.scope),
        "crawl": crawl.id,
        "board": crawl.board,
        "started_at": crawl.started_at,
        "limit": confirmation.crawls - 1,
        "period": confirmation.period,
        "withheld": False,
    }
    counts = Counts()
    if scope.complete and scope.outcome in HEALTHY:
        if scope.not_modified:
            await cursor.execute(statements.TOUCH_SCOPE, parameters)
            counts.unchanged = cursor.rowcount
            [parameters["postings"]] = await _row(cursor, statements.COUNT_OPEN, parameters)
        else:
            parameters["most"] = await _closable(cursor, scope, parameters, confirmation)
            absent, counts.closed = await _row(cursor, statements.CLOSE_ABSENT, parameters)
            parameters["withheld"] = absent > parameters["most"]
            counts.withheld = int(parameters["withheld"])
    await cursor.execute(statements.END_SCOPE, parameters)
    if counts.unchanged or counts.closed:
        await count_scopes(cursor, crawl, {parameters["scope"]: counts})
    return counts


async def count_scopes(cursor: Cursor, crawl: CrawlKey, counts: dict[str | None, Counts]) -> None:
    """Add ``counts`` to the rows of their scopes."""
    rows = [
        {item.name: getattr(each, item.name) for item in fields(each)} | {"scope": scope}
        for scope, each in counts.items()
        if scope is not None
    ]
    if rows:
        parameters = {"crawl": crawl.id, "board": crawl.board, "rows": encoding.dumps(rows).decode()}
        await cursor.execute(statements.COUNT_SCOPES, parameters)


def add(total: Counts, more: Counts) -> None:
    """Add ``more`` to ``total``."""
    for item in fields(Counts):
        setattr(total, item.name, getattr(total, item.name) + getattr(more, item.name))


async def _closable(
    cursor: Cursor, scope: ScopeRecord, parameters: dict[str, Any], confirmation: Confirmation
) -> int:
    if scope.postings == 0 and scope.outcome != "empty":
        return 0
    await cursor.execute(statements.EARLIER_ENDS, parameters)
    ends = [ScopeEnd(*row) for row in await cursor.fetchall()]
    [unidentified] = await _row(cursor, statements.UNIDENTIFIED, parameters)
    return closable(ends, scope.postings, confirmation, unidentified=unidentified)


async def _row(cursor: Cursor, statement: str, parameters: dict[str, Any]) -> TupleRow:
    await cursor.execute(statement, parameters)
    row = await cursor.fetchone()
    assert row is not None
    return row
