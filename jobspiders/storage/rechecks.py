"""Open postings that no crawl has seen for a while: who is due, and who has been asked for.

Only a complete crawl of a scope may close by absence. What a search found, or a tenant that is no longer crawled,
stays open until its own page says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.items import JobPosting
from jobspiders.normalise.again import as_stated
from jobspiders.storage import database, encoding
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.recheck_due import attempts_since_seen, is_due
from jobspiders.storage.rows import NAMES, posting_of

#: Rows that are looked at in one go.
PAGE = 1000

#: What a healthy, complete crawl that began after a posting was last seen did not find, it has closed.
_UNSEEN = """
FROM postings p LEFT JOIN posting_rechecks r ON r.posting_id = p.id
WHERE p.closed_at IS NULL AND p.last_seen <= %(before)s AND p.board = %(board)s
  AND NOT EXISTS (
    SELECT FROM crawl_scopes s JOIN crawls c ON c.id = s.crawl_id
    WHERE s.board = p.board AND s.scope = p.scope AND s.finished_at > p.last_seen AND c.started_at > p.last_seen
      AND s.complete AND NOT s.withheld AND s.outcome IN ('ok', 'empty'))
"""
UNSEEN = f"""
SELECT p.id, p.last_seen, r.checked_at, coalesce(r.attempts, 0) AS attempts
{_UNSEEN} AND (p.last_seen, p.id) > (%(seen)s, %(id)s) ORDER BY p.last_seen, p.id LIMIT %(limit)s
"""
BOARDS = "SELECT DISTINCT board FROM postings WHERE closed_at IS NULL AND last_seen <= %s ORDER BY board"
#: Another recheck may have been quicker.
CLAIM = """
INSERT INTO posting_rechecks AS r (posting_id, checked_at, attempts)
SELECT k.id, %(now)s, k.attempts
FROM json_to_recordset(%(rows)s::json) AS k (id bigint, attempts integer, was timestamptz)
JOIN postings p ON p.id = k.id
ON CONFLICT (posting_id) DO UPDATE SET checked_at = excluded.checked_at, attempts = excluded.attempts
WHERE r.checked_at IS NOT DISTINCT FROM (
    SELECT k.was FROM json_to_recordset(%(rows)s::json) AS k (id bigint, was timestamptz) WHERE k.id = r.posting_id)
RETURNING posting_id, attempts
"""
STORED = (
    f"SELECT id, {', '.join(NAMES)}, last_crawl_id FROM postings WHERE id = ANY(%s) ORDER BY last_seen, id"
)
#: Postings that were seen lately: their pages must be there.
SEEN_LATELY = f"""
SELECT id, {", ".join(NAMES)}, last_crawl_id FROM postings
WHERE board = %s AND closed_at IS NULL AND last_seen > %s ORDER BY last_seen DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A posting as its board stated it; ``attempts`` counts this one and those in vain before it."""

    posting: JobPosting
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due on one board, and when the oldest of it was last seen."""

    board: str
    due: int
    oldest: datetime | None


@dataclass
class RecheckQueue:
    """The postings of one board that are due at ``now``, oldest first. Methods raise DatabaseError."""

    url: str
    board: str
    older_than: timedelta
    now: datetime
    _after: tuple[datetime | str, int] = field(default=("-infinity", 0))
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _exhausted: bool = False

    def claim(self, number: int) -> list[Due]:
        """The next ``number`` postings, which count as asked for from now on, whatever becomes of that."""
        with _errors(self.url), database.connect(self.url) as connection:
            claimed: list[Due] = []
            while len(claimed) < number and (rows := self._next(connection, number - len(claimed))):
                claimed += self._claimed(connection, rows)
            return claimed

    def seen_lately(self, number: int) -> list[JobPosting]:
        """Postings of the board that are not due and were there when they were last looked at."""
        with _errors(self.url), database.connect(self.url) as connection:
            rows = _dicts(connection, SEEN_LATELY, [self.board, self.now - self.older_than, number])
            return [_stub(row) for row in rows]

    def backlog(self) -> Backlog:
        """How much is due."""
        with _errors(self.url), database.connect(self.url) as connection:
            due, oldest = 0, None
            while rows := self._next(connection, PAGE):
                due += len(rows)
                oldest = oldest or rows[0]["last_seen"]
            return Backlog(self.board, due, oldest)

    def _next(self, connection: database.Connection, number: int) -> list[dict[str, Any]]:
        while len(self._waiting) < number and not self._exhausted:
            seen, posting_id = self._after
            parameters = {
                "board": self.board,
                "before": self.now - self.older_than,
                "seen": seen,
                "id": posting_id,
                "limit": PAGE,
            }
            rows = _dicts(connection, UNSEEN, parameters)
            self._exhausted = len(rows) < PAGE
            if rows:
                self._after = (rows[-1]["last_seen"], rows[-1]["id"])
            self._waiting += [row for row in rows if self._is_due(row)]
        taken, self._waiting = self._waiting[:number], self._waiting[number:]
        return taken

    def _is_due(self, row: dict[str, Any]) -> bool:
        return is_due(
            row["last_seen"], row["checked_at"], row["attempts"], now=self.now, older_than=self.older_than
        )

    def _claimed(self, connection: database.Connection, rows: Sequence[dict[str, Any]]) -> Iterator[Due]:
        asked = [
            {
                "id": row["id"],
                "was": row["checked_at"],
                "attempts": attempts_since_seen(row["last_seen"], row["checked_at"], row["attempts"]) + 1,
            }
            for row in rows
        ]
        parameters = {"now": self.now, "rows": encoding.dumps(asked).decode()}
        attempts = {row["posting_id"]: row["attempts"] for row in _dicts(connection, CLAIM, parameters)}
        for row in _dicts(connection, STORED, [list(attempts)]):
            yield Due(_stub(row), attempts[row["id"]])


def boards_with_unseen(url: str, before: datetime) -> list[str]:
    """Boards with open postings that were not seen after ``before``. Raises DatabaseError."""
    with _errors(url), database.connect(url) as connection:
        return [row[0] for row in connection.execute(BOARDS, [before])]


def _stub(row: dict[str, Any]) -> JobPosting:
    """The posting of a row as its board stated it, with the record of its list where that was kept."""
    posting = as_stated(posting_of(row))
    # boards leave out the page of a posting that is described; storage keeps what the page does not state
    posting.description = posting.description_html = None
    posting.quality = posting.normaliser_version = None
    if isinstance(posting.raw, dict) and posting.raw.keys() == {"detail", "listing"}:
        posting.raw = posting.raw["listing"]
    return posting


def _dicts(connection: database.Connection, query: str, parameters: Any) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


class _errors:  # noqa: N801  # reads as a clause of a with statement
    """Turns errors of psycopg into one line."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, psycopg.errors.UndefinedTable):
            raise DatabaseError(
                f"{database.describe(self._url)} has no tables yet: crawl something first"
            ) from None
        if isinstance(error, psycopg.Error):
            raise DatabaseError(
                f"{database.describe(self._url)} refused: {database.one_line(error, self._url)}"
            ) from error
