"""The rows of postings that one transaction writes: gathered first, written in a few statements."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg import AsyncCursor, errors
from psycopg.rows import TupleRow

from jobspiders.storage import encoding, statements
from jobspiders.storage.companies import Companies
from jobspiders.storage.fields import NULL, time_field
from jobspiders.storage.packed import COPY_HEADER, COPY_TRAILER, Bigints, pieces
from jobspiders.storage.rows import COLUMNS
from jobspiders.storage.stored_postings import StoredPosting
from jobspiders.storage.tuples import Head

# id, job, first seen, detail fetched, first and last crawl beside the row and its company
_NEW = struct.Struct("!hiqi16s")
_NEW_COUNT = len(COLUMNS) + 7
_NEW_CRAWLS = struct.Struct("!i16si16s")
# id, version beside the row and its company
_KNOWN = struct.Struct("!hiqii")
_KNOWN_COUNT = len(COLUMNS) + 3
_COMPANY = struct.Struct("!iq")
_UUID_SIZE = 16
#: Of postings' key; whoever waited for another process to commit the same posting is told by its name.
_KEY_CONSTRAINT = "uq_postings_board_external_id"


class LostRaceError(Exception):
    """Another process has just stored a posting that this batch was about to insert."""


class New(NamedTuple):
    """A posting that is not stored yet, with the id and the job of its own that it is given."""

    id: int
    job_id: UUID
    head: Head
    row: bytes | memoryview


class PostingWrites:
    """Gathers what becomes of postings, then writes it.

    ``stored`` are the new ones once they have ids, ``rewritten`` the ids of those that say something else now.
    """

    def __init__(self, companies: Companies) -> None:
        self._companies = companies
        self._inserted: list[tuple[Head, bytes | memoryview]] = []
        self._outgoing: list[bytes | memoryview] = []
        self._touched: list[dict[str, Any]] = []
        self._versions: list[dict[str, Any]] = []
        self.stored: list[New] = []
        self.rewritten: list[int] = []

    def insert(self, head: Head, row: bytes | memoryview) -> None:
        """A posting that is not stored yet."""
        self._inserted.append((head, row))

    def rewrite(self, posting_id: int, version: int, head: Head, row: bytes | memoryview) -> None:
        """A stored posting whose row is replaced; without a description it keeps what its own page said."""
        self.rewritten.append(posting_id)
        self._outgoing += (
            _KNOWN.pack(_KNOWN_COUNT, 8, posting_id, 4, version),
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

    @property
    def has_new(self) -> bool:
        """Whether there are new postings."""
        return bool(self._inserted)

    async def write(self, cursor: AsyncCursor[TupleRow], crawl_id: str) -> None:
        """Write what becomes of the postings that are stored."""
        parameters = {"crawl": crawl_id}
        if self._outgoing:
            await _copy(cursor, statements.COPY_INCOMING, self._outgoing)
            await cursor.execute(statements.UPDATE, parameters)
        if self._touched:
            await cursor.execute(
                statements.TOUCH, parameters | {"rows": encoding.dumps(self._touched).decode()}
            )
        if self._versions:
            await cursor.execute(
                statements.VERSIONS, parameters | {"rows": encoding.dumps(self._versions).decode()}
            )

    async def number(self, cursor: AsyncCursor[TupleRow]) -> None:
        """Ids for the new postings in the order of their keys, which is that of all processes."""
        if not self._inserted:
            return
        self._inserted.sort(key=_key)
        await cursor.execute(statements.NEW_IDS, [len(self._inserted)])
        ids = [row[0] for row in await cursor.fetchall()]
        self.stored = [
            New(posting_id, uuid4(), head, row)
            for posting_id, (head, row) in zip(ids, self._inserted, strict=True)
        ]

    async def insert_all(
        self, cursor: AsyncCursor[TupleRow], crawl_id: str, jobs: Mapping[int, str] | None = None
    ) -> None:
        """Write the new postings, which are numbered, those of ``jobs`` in these. Raises LostRaceError."""
        if not self.stored:
            return
        jobs = jobs or {}
        crawl = UUID(crawl_id).bytes
        crawls = _NEW_CRAWLS.pack(_UUID_SIZE, crawl, _UUID_SIZE, crawl)
        rows: list[bytes | memoryview] = []
        for new in self.stored:
            seen = time_field(new.head.seen)
            job = UUID(jobs[new.id]) if new.id in jobs else new.job_id
            rows += (
                _NEW.pack(_NEW_COUNT, 8, new.id, _UUID_SIZE, job.bytes),
                self._company(new.head),
                seen,
                NULL if new.head.listing_hash is None else seen,
                crawls,
                new.row,
            )
        try:
            await _copy(cursor, statements.COPY_NEW, rows)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name == _KEY_CONSTRAINT:
                raise LostRaceError from error
            raise
        await cursor.execute(statements.AWAIT_SEARCH, [Bigints([new.id for new in self.stored])])

    def _company(self, head: Head) -> bytes:
        company_id = self._companies.id_of(head.company)
        return NULL if company_id is None else _COMPANY.pack(8, company_id)


def _key(inserted: tuple[Head, bytes | memoryview]) -> tuple[str, str]:
    head, _ = inserted
    return head.board, head.external_id


async def _copy(cursor: AsyncCursor[TupleRow], statement: str, rows: Sequence[bytes | memoryview]) -> None:
    async with cursor.copy(statement) as copy:
        for piece in pieces((COPY_HEADER, *rows, COPY_TRAILER)):
            await copy.write(piece)
