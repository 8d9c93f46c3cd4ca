"""What the database remembers of a board's crawls, as the monitors take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobspiders.monitoring.figures import CrawlFigures, History

#: How far back a history goes, its newest crawls, and how many there are at most. Before the newest ones a day
#: has one crawl: a board that is crawled each hour is known for months, too.
DAYS, NEWEST, MOST, MOST_OTHERS = timedelta(days=120), 40, 160, 40

FIGURES = """
c.id, c.board, c.arguments, c.started_at, c.updated_at, c.finished_at, c.outcome, c.finish_reason,
c.new + c.changed + c.unchanged AS postings, c.rejected, c.duplicates, c.requests, c.responses, c.coverage, c.stats,
ARRAY(SELECT kind || coalesce(':' || field, '') FROM crawl_findings f
      WHERE f.crawl_id = c.id AND severity = 'error') AS flagged
"""
_HISTORY = f"""
WITH known AS (
    SELECT id, started_at, arguments = %(arguments)s AS same,
        row_number() OVER (PARTITION BY arguments = %(arguments)s ORDER BY started_at DESC) AS place,
        row_number() OVER (PARTITION BY arguments = %(arguments)s, (started_at AT TIME ZONE 'UTC')::date
                           ORDER BY started_at) AS place_of_day
    FROM crawls
    WHERE board = %(board)s AND id <> %(crawl_id)s AND started_at BETWEEN %(since)s AND %(until)s
), kept AS (
    SELECT id, same, row_number() OVER (PARTITION BY same ORDER BY started_at DESC) AS place
    FROM known WHERE place <= %(newest)s OR place_of_day = 1
)
SELECT k.same, {FIGURES}
FROM kept k JOIN crawls c ON c.id = k.id
WHERE k.place <= CASE WHEN k.same THEN %(most)s ELSE %(most_others)s END
ORDER BY c.started_at
"""


def load_history(
    connection: psycopg.Connection[Any],
    board: str,
    arguments: Mapping[str, Any],
    crawl_id: str,
    started_at: datetime,
) -> History:
    """The crawls of ``board`` before this one. Raises psycopg.Error."""
    parameters = {
        "board": board,
        "arguments": Jsonb(dict(arguments)),
        "crawl_id": crawl_id,
        "since": started_at - DAYS,
        "until": started_at,
        "newest": NEWEST,
        "most": MOST,
        "most_others": MOST_OTHERS,
    }
    rows = connection.cursor(row_factory=dict_row).execute(_HISTORY, parameters).fetchall()
    same = [figures_of_row(row) for row in rows if row["same"]]
    others = [figures_of_row(row) for row in rows if not row["same"]]
    return History(same, others)


def figures_of_row(row: Mapping[str, Any]) -> CrawlFigures:
    """A row with the columns of FIGURES."""
    stats: dict[str, Any] = row["stats"]
    return CrawlFigures(
        crawl_id=str(row["id"]),
        board=row["board"],
        arguments=row["arguments"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        finished_at=row["finished_at"],
        outcome=row["outcome"],
        finish_reason=row["finish_reason"],
        postings=row["postings"],
        rejected=row["rejected"],
        duplicates=row["duplicates"],
        requests=row["requests"],
        responses=row["responses"],
        scopes=scopes_in(stats),
        coverage=row["coverage"],
        stats=stats,
        flagged=frozenset(row["flagged"]),
    )


def scopes_in(stats: Mapping[str, Any]) -> dict[str, int]:
    """The number of scopes by outcome that a crawl's stats have."""
    prefix = "scopes/"
    return {
        name.removeprefix(prefix): value
        for name, value in stats.items()
        if name.startswith(prefix) and name.count("/") == 1 and isinstance(value, int)
    }
