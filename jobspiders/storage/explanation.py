"""Why postings are one job or not, out of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.matching.decision import decide
from jobspiders.storage import database, job_statements
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.signatures import candidate_of

_BY_ADDRESS = f"{job_statements.ONE} WHERE p.url = %(url)s OR p.apply_url = %(url)s ORDER BY p.id LIMIT 1"
_OF_JOB = f"{job_statements.ONE} WHERE p.job_id = %s AND p.id <> %s ORDER BY p.id LIMIT 50"
_LOG = """
SELECT change, job_id, other_job_id, logged_at FROM job_log
WHERE job_id = %(job)s OR other_job_id = %(job)s ORDER BY id DESC LIMIT 20
"""


def explain(url: str, address: str, other: str | None) -> list[str]:
    """What is known of the posting at ``address``, beside that at ``other`` or beside all of its job.

    Raises DatabaseError, also where there is no such posting.
    """
    try:
        with database.connect(url) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            posting = _posting(cursor, address)
            if other is not None:
                return list(_pair(posting, _posting(cursor, other)))
            others = cursor.execute(_OF_JOB, [posting["job_id"], posting["id"]]).fetchall()
            changes = cursor.execute(_LOG, {"job": posting["job_id"]}).fetchall()
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    lines = [*_described(posting), f"job {posting['job_id']}, {len(others)} other postings"]
    for each in others:
        lines += ["", *_pair(posting, each)[1:]]
    lines += [
        f"{each['logged_at']:%Y-%m-%d} {each['change']}: {each['job_id']} and {each['other_job_id']}"
        for each in changes
    ]
    return lines


def _posting(cursor: psycopg.Cursor[dict[str, Any]], address: str) -> dict[str, Any]:
    found = cursor.execute(_BY_ADDRESS, {"url": address}).fetchone()
    if found is None:
        raise DatabaseError(f"no posting is stored under {address}")
    return found


def _described(posting: dict[str, Any]) -> Iterator[str]:
    company = f", {posting['full_company']}" if posting["full_company"] else ""
    yield f"{posting['full_title']}{company} ({posting['board']} {posting['external_id']})"


def _pair(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    lines = [*_described(first), *_described(second)]
    if first["sketch"] is None or second["sketch"] is None:
        return [*lines, "not compared: stored while matching was off"]
    decision = decide(candidate_of(first), candidate_of(second))
    together = "one job" if first["job_id"] == second["job_id"] else "two jobs"
    return [
        *lines,
        f"stored as {together}; compared: {decision.relation}, score {decision.score:.3f}",
        *(f"  {reason}" for reason in decision.reasons),
    ]
