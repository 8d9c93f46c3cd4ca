"""The monitors' findings in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobspiders.monitoring.findings import Finding
from jobspiders.storage import database
from jobspiders.storage.errors import DatabaseError

_COLUMNS = "board, kind, severity, message, numbers, evidence, field, old, new, next_step, consequences"
_INSERT = f"""
INSERT INTO crawl_findings (crawl_id, place, {_COLUMNS}, found_at)
VALUES (%(crawl_id)s, %(place)s, {", ".join(f"%({name})s" for name in _COLUMNS.split(", "))}, %(found_at)s)
"""


def save_findings(
    connection: psycopg.Connection[Any], crawl_id: str, findings: Sequence[Finding], now: datetime
) -> None:
    """Make ``findings`` those of the crawl, whose row must be there. Raises psycopg.Error."""
    with connection.transaction():
        connection.execute("DELETE FROM crawl_findings WHERE crawl_id = %s", [crawl_id])
        for place, finding in enumerate(findings):
            connection.execute(_INSERT, _parameters(finding, crawl_id, place, now))


def load_findings(url: str, crawl_id: str) -> list[Finding]:
    """What was found in a crawl, the main cause first. Raises DatabaseError."""
    query = f"SELECT {_COLUMNS} FROM crawl_findings WHERE crawl_id = %s ORDER BY place"
    try:
        with database.connect(url) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(query, [crawl_id]).fetchall()
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    return [finding_of(row) for row in rows]


def finding_of(row: dict[str, Any]) -> Finding:
    """A row of ``crawl_findings`` as a Finding; columns that are no part of one are left out."""
    return Finding(
        **{name: row[name] for name in _COLUMNS.split(", ") if name != "consequences"},
        consequences=tuple(row["consequences"]),
    )


def _parameters(finding: Finding, crawl_id: str, place: int, now: datetime) -> dict[str, Any]:
    given = {name: _text(getattr(finding, name)) for name in _COLUMNS.split(", ")}
    return given | {
        "crawl_id": crawl_id,
        "place": place,
        "numbers": Jsonb(dict(finding.numbers)),
        "consequences": [_text(each) for each in finding.consequences],
        "found_at": now,
    }


def _text(value: Any) -> Any:
    """Text without the characters that PostgreSQL does not take: evidence may quote a page."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value
