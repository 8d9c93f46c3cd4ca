"""Why postings are one job or not, out of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.matching.decision import decide
from jobspiders.matching.fingerprint import Candidate
from jobspiders.storage import database, job_statements
from jobspiders.storage.addresses import postings_at
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.signatures import candidate_of
from jobspiders.storage.suppression import address_digest

#: Postings of a job that are compared with the one asked for.
_MOST = 50
_COMPARED = ("id", "job_id", "first_day", "closed_day", *job_statements.FINGERPRINT)
_BY_ID = f"{job_statements.ONE} WHERE p.id = %s"
_ERASED = "SELECT 1 FROM suppressions WHERE digest = %s"
_OF_JOB = f"{job_statements.ONE} WHERE p.job_id = %s AND p.id <> %s ORDER BY p.id LIMIT {_MOST}"
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
            posting, note = _posting(cursor, address)
            if other is not None:
                second, more = _posting(cursor, other)
                return [*note, *more, *_pair(posting, second)]
            others = cursor.execute(_OF_JOB, [posting["job_id"], posting["id"]]).fetchall()
            changes = cursor.execute(_LOG, {"job": posting["job_id"]}).fetchall()
    except psycopg.errors.UndefinedTable:
        raise DatabaseError(f"{database.describe(url)} holds no postings yet") from None
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    lines = [*note, *_described(posting), _job(posting, len(others))]
    for each in others:
        lines += ["", *_pair(posting, each)[1:]]
    lines += [
        f"{each['logged_at']:%Y-%m-%d} {each['change']}: {each['job_id']} and {each['other_job_id']}"
        for each in changes
    ]
    return lines


def _posting(cursor: psycopg.Cursor[dict[str, Any]], address: str) -> tuple[dict[str, Any], list[str]]:
    """The posting at ``address``, and what must be said where it is not the only one."""
    ids = postings_at(cursor.connection, address)
    if not ids:
        erased = cursor.execute(_ERASED, [address_digest(address)]).fetchone()
        raise DatabaseError(
            f"no posting is stored under {address}"
            + (": it was erased on request and is kept out" if erased else "")
        )
    posting = cursor.execute(_BY_ID, [ids[0]]).fetchone()
    if posting is None:
        raise DatabaseError(f"no posting is stored under {address} any more")
    note = (
        [f"{len(ids)} postings are stored under {address}; this is about the first"] if len(ids) > 1 else []
    )
    return posting, note


def _job(posting: dict[str, Any], others: int) -> str:
    if not others:
        return f"job {posting['job_id']}, no other posting"
    if others == _MOST:
        return f"job {posting['job_id']}, the oldest {others} other postings"
    return f"job {posting['job_id']}, {others} other posting{'s' if others > 1 else ''}"


def _described(posting: dict[str, Any]) -> Iterator[str]:
    company = f", {posting['full_company']}" if posting["full_company"] else ""
    yield f"{posting['full_title']}{company} ({posting['board']} {posting['external_id']})"


def _candidate(posting: dict[str, Any]) -> Candidate:
    return candidate_of([posting[name] for name in _COMPARED])


def _pair(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    lines = [*_described(first), *_described(second)]
    if first["sketch"] is None or second["sketch"] is None:
        return [*lines, "not compared: stored while matching was off"]
    decision = decide(_candidate(first), _candidate(second))
    together = "one job" if first["job_id"] == second["job_id"] else "two jobs"
    return [
        *lines,
        f"stored as {together}; compared: {decision.relation}, score {decision.score:.3f}",
        *(f"  {reason}" for reason in decision.reasons),
    ]
