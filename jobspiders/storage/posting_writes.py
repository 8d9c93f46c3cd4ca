"""The rows of postings that one transaction writes: gathered first, written in a few statements."""

from __future__ import annotations

import struct
from typing import Any
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from jobspiders.storage import encoding, statements
from jobspiders.storage.companies import Companies
from jobspiders.storage.packed import COPY_HEADER, COPY_TRAILER, pieces
from jobspiders.storage.rows import COLUMNS
from jobspiders.storage.stored_postings import StoredPosting
from jobspiders.storage.tuples import Head

_COLUMN_COUNT = len(COLUMNS) + 3
_NEW = struct.Struct("!hii")
_KNOWN = struct.Struct("!hiqii")
_COMPANY = struct.Struct("!iq")
_NO_COMPANY = struct.pack("!i", -1)


class LostRaceError(Exception):
    """Another process has just stored a posting that this batch was about to insert."""


class PostingWrites:
    """Gathers what becomes of postings, then writes it.

    ``stored`` are the new rows once they are written (id, board, external_id, job_id), ``rewritten`` the ids of those
    that say something else now.
    """

    def __init__(self, companies: Companies) -> None:
        self._companies = companies
        self._outgoing: list[bytes | memoryview] = []
        self._inserted = 0
        self._touched: list[dict[str, Any]] = []
        self._versions: list[dict[str, Any]] = []
        self.stored: list[tuple[int, str, str, UUID]] = []
        self.rewritten: list[int] = []

    def insert(self, head: Head, row: bytes | memoryview) -> None:
        """A posting that is not stored yet."""
        self._outgoing += (_NEW.pack(_COLUMN_COUNT, -1, -1), self._company(head), row)
        self._inserted += 1

    def rewrite(self, posting_id: int, version: int, head: Head, row: bytes | memoryview) -> None:
        """A stored posting whose row is replaced; without a description it keeps what its own page said."""
        self.rewritten.append(posting_id)
        self._outgoing += (
            _KNOWN.pack(_COLUMN_COUNT, 8, posting_id, 4, version),
            self._company(head),
            row,
        )

    def touch(self, head: Head, known: StoredPosting) -> None:
        """A posting that was seen again and says what it said before."""
        read = None if known.newer or not head.has_description else head.listing_hash
        self._touched.append(
            {
                "id": known.id,
                "seen": head.seen,
                "scope": head.scope,
                "listing_hash": read,
                "read": not known.newer,
                "row_hash": head.row_hash,
            }
        )

    def see(self, posting_id: int, seen: str, scope: str | None) -> None:
        """A posting of which only the listing row was seen."""
        self._touched.append({"id": posting_id, "seen": seen, "scope": scope})

    def add_version(self, posting_id: int, version: int, seen: str, changes: dict[str, list[Any]]) -> None:
        """How a posting changed, for its history."""
        self._versions.append({"id": posting_id, "version": version, "seen": seen, "changes": changes})

    async def write(self, cursor: AsyncCursor[TupleRow], crawl_id: str) -> None:
        """Write all of it. Raises LostRaceError."""
        parameters = {"crawl": crawl_id}
        if self._outgoing:
            async with cursor.copy(statements.COPY_INCOMING) as copy:
                for piece in pieces((COPY_HEADER, *self._outgoing, COPY_TRAILER)):
                    await copy.write(piece)
            if self._inserted:
                await cursor.execute(statements.INSERT, parameters)
                self.stored = await cursor.fetchall()
                if len(self.stored) < self._inserted:
                    raise LostRaceError
            if len(self._outgoing) > 3 * self._inserted:
                await cursor.execute(statements.UPDATE, parameters)
        if self._touched:
            await cursor.execute(
                statements.TOUCH, parameters | {"rows": encoding.dumps(self._touched).decode()}
            )
        if self._versions:
            await cursor.execute(
                statements.VERSIONS, parameters | {"rows": encoding.dumps(self._versions).decode()}
            )

    def _company(self, head: Head) -> bytes:
        company_id = self._companies.id_of(head.company)
        return _NO_COMPANY if company_id is None else _COMPANY.pack(8, company_id)
