"""The requests of a crawl in one SQLite file that survives kill -9: waiting, under way, and seen before.

Changes are committed in groups, a few times a second. That is enough: what a group holds is done in order, so the
file always shows the crawl as it was at one moment, and from any moment it can go on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from jobspiders.storage.errors import StorageError

FILE = "requests.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    under_way INTEGER NOT NULL DEFAULT 0,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (fingerprint BLOB PRIMARY KEY) WITHOUT ROWID;
"""


class RequestStoreError(StorageError):
    """The file cannot be used: another process has it, the disk is full, or it is damaged."""


class RequestStore:
    """Opens the file in ``directory`` for one process at a time. Every method raises RequestStoreError."""

    def __init__(self, directory: Path):
        self.path = directory / FILE
        self.uncommitted = 0
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=0.5, isolation_level=None)
            # the lock goes with the process; writes survive it without waiting for the disk
            for statement in (
                "PRAGMA locking_mode = EXCLUSIVE",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = NORMAL",
                "BEGIN IMMEDIATE",
                *_TABLES.strip().split(";\n")[:2],
                "COMMIT",
            ):
                self._connection.execute(statement)
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error
        #: Whether an earlier process left something to go on with.
        self.resumed = (
            self._number("SELECT EXISTS (SELECT 1 FROM seen) OR EXISTS (SELECT 1 FROM requests)") == 1
        )

    def add(self, body: bytes) -> int:
        """Keep a request that waits; its number."""
        cursor = self._change("INSERT INTO requests (body) VALUES (?)", body)
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def take(self, number: int) -> bytes:
        """The request ``number``, which is under way from now on."""
        row = self._change("UPDATE requests SET under_way = 1 WHERE id = ? RETURNING body", number).fetchone()
        return bytes(row[0])

    def peek(self, number: int) -> bytes:
        """The request ``number``."""
        row = self._execute("SELECT body FROM requests WHERE id = ?", number).fetchone()
        return bytes(row[0])

    def done(self, number: int) -> None:
        """Everything that came of the request ``number`` has been dealt with."""
        self._change("DELETE FROM requests WHERE id = ?", number)

    def see(self, fingerprint: bytes) -> bool:
        """Remember a fingerprint; False where it was known."""
        return self._change("INSERT OR IGNORE INTO seen VALUES (?)", fingerprint).rowcount == 1

    def release_all(self) -> int:
        """Let what was under way in a dead process wait again; how many requests that were."""
        released = self._change("UPDATE requests SET under_way = 0 WHERE under_way = 1").rowcount
        self.commit()
        return released

    def waiting(self) -> Iterator[tuple[int, bytes]]:
        """The requests that wait, oldest first."""
        last = 0
        while True:
            rows = self._execute(
                "SELECT id, body FROM requests WHERE under_way = 0 AND id > ? ORDER BY id LIMIT 500", last
            ).fetchall()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]

    def commit(self) -> None:
        """Make safe what was done since the last commit."""
        if self._connection.in_transaction:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._error(error) from error
        self.uncommitted = 0

    def clear(self) -> None:
        """Forget everything: the crawl has finished."""
        self._change("DELETE FROM requests")
        self._change("DELETE FROM seen")
        self.commit()

    def close(self) -> None:
        """Commit and let go of the file."""
        self.commit()
        self._connection.close()

    def _change(self, statement: str, *parameters: bytes | int) -> sqlite3.Cursor:
        if not self._connection.in_transaction:
            self._execute("BEGIN IMMEDIATE")
        self.uncommitted += 1
        return self._execute(statement, *parameters)

    def _execute(self, statement: str, *parameters: bytes | int) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, parameters)
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _number(self, statement: str) -> int:
        return int(self._execute(statement).fetchone()[0])

    def _error(self, error: Exception) -> RequestStoreError:
        if "locked" in str(error):
            return RequestStoreError(f"another process crawls with the JOBDIR {self.path.parent}")
        return RequestStoreError(f"the requests of the crawl cannot be kept in {self.path}: {error}")
