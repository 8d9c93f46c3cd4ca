"""One batch of journal records into the database, in one transaction that also moves the crawl's position on.

Every record is counted exactly once: who finds the position of the crawl behind a record passes it over. All
processes lock postings in the order of their keys, existing ones before new ones, so that they wait for but never
block each other; who loses the race for a new key starts the batch again.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncCursor, errors
from psycopg.rows import TupleRow, dict_row
from psycopg.types.json import Jsonb

from jobspiders.storage import content, encoding, jobs, statements
from jobspiders.storage.batch import Batch, Key
from jobspiders.storage.companies import Companies
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.records import Counts, CrawlRecord
from jobspiders.storage.rows import COLUMNS, INDEX, moment, posting_of, row_of, stored_values
from jobspiders.storage.scopes import Confirmation, CrawlKey, add, count_scopes, end_scope
from jobspiders.storage.suppression_list import SuppressionList
from jobspiders.storage.tuples import Head, fields_of, values_of

_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_TRAILER = b"\xff\xff"
_COLUMN_COUNT = len(COLUMNS) + 3
_NEW = struct.Struct("!hii")
_KNOWN = struct.Struct("!hiqii")
_COMPANY = struct.Struct("!iq")
_NO_COMPANY = struct.pack("!i", -1)
_VALUE_HASH = INDEX["value_hash"]
_LISTING_HASH = INDEX["listing_hash"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LostRaceError(Exception):
    """Another process has just stored a posting that this batch was about to insert."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is stored under a key of the batch, as LOCK says it."""

    id: int
    same_content: bool
    same_values: bool
    seen_before: bool
    newer: bool
    reopens: bool
    same_listing: bool

    @property
    def is_touched(self) -> bool:
        """Whether the posting was seen again and nothing more."""
        return self.newer or self.same_listing or (self.same_content and self.same_values)


class Upsert:
    """Applies batches on one connection. Errors of the database come out as they are.

    ``suppressed`` is how much of the last batch was kept out because it was once erased on request.
    """

    def __init__(
        self, connection: AsyncConnection, *, confirmation: Confirmation | None = None, matching: bool = True
    ):
        self._connection = connection
        self._confirmation = confirmation or Confirmation()
        self._matching = matching
        self.companies = Companies(connection)
        self.suppressed = 0
        self._suppressions = SuppressionList()
        # of batches that follow each other, most are alike
        self._only_seen_again = True
        self._prepared = False

    async def apply(self, batch: Batch, crawl: CrawlKey) -> Counts:
        """Store ``batch`` and return the counts of the whole crawl. Raises LostRaceError and psycopg.Error."""
        await self._prepare()
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            # a company that was erased gets no row again
            self.suppressed = await self._suppressions.withhold(cursor, batch)
            await self.companies.know(head for head, _ in batch.postings.values())
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            self.suppressed += await self._suppressions.withhold(cursor, batch)
            transaction = _Transaction(cursor, batch, crawl, self.companies, self._confirmation)
            if self._matching:
                alone = self._only_seen_again and await transaction.find_alone()
                self._only_seen_again = alone or not await transaction.find_in_turn()
            else:
                await transaction.find()
            return await transaction.run(matching=self._matching)

    async def _prepare(self) -> None:
        if not self._prepared:
            for statement in statements.CREATE_INCOMING:
                await self._connection.execute(statement)
            self._prepared = True


class _Transaction:
    """The steps of one batch."""

    def __init__(
        self,
        cursor: AsyncCursor[TupleRow],
        batch: Batch,
        crawl: CrawlKey,
        companies: Companies,
        confirmation: Confirmation,
    ):
        self._cursor = cursor
        self._batch = batch
        self._crawl = crawl
        self._companies = companies
        self._confirmation = confirmation
        self._found: dict[Key, _Found] = {}
        self._outgoing: list[bytes | memoryview] = []
        self._inserted = 0
        self._stored: list[tuple[int, str, str, UUID]] = []
        self._rewritten: list[int] = []
        self._touched: list[dict[str, Any]] = []
        self._versions: list[dict[str, Any]] = []

    @property
    def _writes_postings(self) -> bool:
        return bool(self._batch.postings or self._batch.seen or self._batch.closed or self._batch.rejected)

    async def find(self) -> None:
        """Lock what is stored of the batch. One of the three ways comes first."""
        if self._writes_postings:
            self._found = await self._lock(statements.LOCK)

    async def find_alone(self) -> bool:
        """Lock what is stored of the batch without the lock of matching, if nothing of it must be matched.

        Who does so never waits for a posting, so that no circle of waiting comes about: where another process
        has one, or something must be matched, this is False and nothing is locked.
        """
        try:
            async with self._cursor.connection.transaction():
                if self._writes_postings:
                    self._found = await self._lock(statements.LOCK_AT_ONCE)
                if self._must_match():
                    raise psycopg.Rollback
                return True
        except errors.LockNotAvailable:
            pass
        return False

    async def find_in_turn(self) -> bool:
        """Wait for the lock of matching, then lock what is stored of the batch; whether something must be matched."""
        if self._writes_postings:
            await jobs.lock(self._cursor)
        await self.find()
        return self._must_match()

    def _must_match(self) -> bool:
        return not all(
            known is not None and known.is_touched
            for known in (self._found.get(key) for key in self._batch.postings)
        )

    async def run(self, *, matching: bool) -> Counts:
        batch = self._batch
        if self._writes_postings:
            differing = self._classify(self._found)
            self._see(self._found)
            if differing:
                await self._compare(differing)
            await self._write()
        if batch.rejected:
            await self._reject()
        if batch.closed:
            await self._close()
        if matching and (self._stored or self._rewritten):
            await self._match()
        await count_scopes(self._cursor, self._crawl, batch.counts)
        for scope in batch.scopes:
            counts = await end_scope(self._cursor, scope, self._crawl, self._confirmation)
            add(batch.count(None), counts)
        return await self._advance()

    async def _lock(self, statement: str) -> dict[Key, _Found]:
        keys: list[Key] = []
        rows: list[dict[str, Any]] = []
        for key, (head, _) in self._batch.postings.items():
            rows.append(
                {
                    "n": len(keys),
                    "board": head.board,
                    "external_id": head.external_id,
                    "seen": head.seen,
                    "hash": head.content_hash,
                    "value_hash": head.value_hash,
                    "listing_hash": head.listing_hash,
                    "described": head.has_description,
                }
            )
            keys.append(key)
        others = (*self._batch.seen.values(), *self._batch.closed.values(), *self._batch.rejected)
        for other in others:
            key = (other["board"], other["external_id"])
            if other["external_id"] is not None and key not in self._batch.postings:
                rows.append({"n": len(keys), "board": key[0], "external_id": key[1], "seen": other["seen"]})
                keys.append(key)
        await self._cursor.execute(statement, {"crawl": self._crawl.id, "keys": _json(rows)})
        return {keys[row[0]]: _Found(*row[1:]) for row in await self._cursor.fetchall()}

    def _classify(self, found: dict[Key, _Found]) -> dict[int, tuple[Head, bytes | memoryview, _Found]]:
        """Sort the postings into new, seen again and to be rewritten; return those that must be compared."""
        differing: dict[int, tuple[Head, bytes | memoryview, _Found]] = {}
        for key, (head, row) in self._batch.postings.items():
            known = found.get(key)
            if known is None:
                self._batch.count(head.scope).new += 1
                self._insert(head, row)
            elif known.is_touched:
                self._count_unchanged(head.scope, known)
                self._touch(head, known)
            elif known.same_content:
                self._count_unchanged(head.scope, known)
                differing[known.id] = (head, row, known)
            else:
                differing[known.id] = (head, row, known)
        return differing

    def _see(self, found: dict[Key, _Found]) -> None:
        """Touch the postings whose listing row has not changed."""
        for key, seen in self._batch.seen.items():
            known = found.get(key)
            if known is None:
                self._batch.unknown += 1
                continue
            self._count_unchanged(seen["scope"], known)
            self._touched.append({"id": known.id, "seen": seen["seen"], "scope": seen["scope"]})

    async def _compare(self, differing: dict[int, tuple[Head, bytes | memoryview, _Found]]) -> None:
        """Set the stored postings beside the incoming ones and find what changed."""
        async with self._cursor.connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statements.STORED, {"crawl": self._crawl.id, "ids": list(differing)})
            stored = await cursor.fetchall()
        searched_again: list[int] = []
        for values in stored:
            head, row, known = differing[values["id"]]
            if known.same_content:
                self._rewrite(known.id, values["version"], head, row)
                continue
            old = posting_of(values)
            new = posting_of(stored_values(values_of(row)))
            changes = content.changes(old, new)
            if content.is_listing_of(old, new):
                new.scope = new.scope or old.scope
                merged = content.merged(old, new)
                merged_row = row_of(merged, _EPOCH)
                if not changes and merged_row[_VALUE_HASH] == str(values["value_hash"]):
                    self._count_unchanged(head.scope, known)
                    self._touch(head, known)
                    continue
                merged_row[_LISTING_HASH] = None
                as_stored = merged.description == old.description
                row = fields_of(_without_detail(merged_row) if as_stored else merged_row)
            version = self._count_compared(head, known, values, changes)
            if changes:
                searched_again.append(known.id)
            self._rewrite(known.id, version, head, row)
        if searched_again:
            await self._cursor.execute(statements.SEARCH_AGAIN, [searched_again])

    def _count_compared(
        self, head: Head, known: _Found, values: dict[str, Any], changes: dict[str, list[Any]]
    ) -> int:
        """Count a compared posting and return its version, a new one where it changed."""
        version: int = values["version"]
        if not changes:
            self._count_unchanged(head.scope, known)
            return version
        counts = self._batch.count(head.scope)
        if known.reopens:
            counts.reopened += 1
        if known.seen_before:
            counts.duplicates += 1
            if str(values["first_crawl_id"]) == self._crawl.id:
                # what this crawl found in two steps has no history yet
                return version
            if not values["changed_before"]:
                counts.changed += 1
                counts.unchanged -= 1
        else:
            counts.changed += 1
        self._versions.append({"id": known.id, "version": version + 1, "seen": head.seen, "changes": changes})
        return version + 1

    def _count_unchanged(self, scope: str | None, known: _Found) -> None:
        counts = self._batch.count(scope)
        if known.seen_before:
            counts.duplicates += 1
        else:
            counts.unchanged += 1
        if known.reopens:
            counts.reopened += 1

    def _insert(self, head: Head, row: bytes | memoryview) -> None:
        self._outgoing += (_NEW.pack(_COLUMN_COUNT, -1, -1), self._company(head), row)
        self._inserted += 1

    def _rewrite(self, posting_id: int, version: int, head: Head, row: bytes | memoryview) -> None:
        self._rewritten.append(posting_id)
        self._outgoing += (
            _KNOWN.pack(_COLUMN_COUNT, 8, posting_id, 4, version),
            self._company(head),
            row,
        )

    def _touch(self, head: Head, known: _Found) -> None:
        read = None if known.newer or not head.has_description else head.listing_hash
        self._touched.append({"id": known.id, "seen": head.seen, "scope": head.scope, "listing_hash": read})

    def _company(self, head: Head) -> bytes:
        company_id = self._companies.id_of(head.company)
        return _NO_COMPANY if company_id is None else _COMPANY.pack(8, company_id)

    async def _write(self) -> None:
        parameters = {"crawl": self._crawl.id}
        if self._outgoing:
            async with self._cursor.copy(statements.COPY_INCOMING) as copy:
                await copy.write(b"".join((_COPY_HEADER, *self._outgoing, _COPY_TRAILER)))
            if self._inserted:
                await self._cursor.execute(statements.INSERT, parameters)
                self._stored = await self._cursor.fetchall()
                if len(self._stored) < self._inserted:
                    raise LostRaceError
            if len(self._outgoing) > 3 * self._inserted:
                await self._cursor.execute(statements.UPDATE, parameters)
        if self._touched:
            await self._cursor.execute(statements.TOUCH, parameters | {"rows": _json(self._touched)})
        if self._versions:
            await self._cursor.execute(statements.VERSIONS, parameters | {"rows": _json(self._versions)})

    async def _match(self) -> None:
        """Give jobs to what is new, and to what may resemble others now."""
        inserted = {}
        for posting_id, board, external_id, job_id in self._stored:
            head, row = self._batch.postings[board, external_id]
            inserted[posting_id] = jobs.New(str(job_id), head.seen, row)
        at = self._newest() or self._crawl.started_at
        await jobs.JobMatching(self._cursor, self._crawl.id, at).match(inserted, self._rewritten)

    def _newest(self) -> str | None:
        return max((head.seen for head, _ in self._batch.postings.values()), default=None)

    async def _reject(self) -> None:
        parameters = {"crawl": self._crawl.id, "rows": _json(self._batch.rejected)}
        await self._cursor.execute(statements.REJECT, parameters)
        for (scope,) in await self._cursor.fetchall():
            self._batch.count(scope).rejected += 1
        if any(rejected["external_id"] is not None for rejected in self._batch.rejected):
            await self._cursor.execute(statements.SEEN_REJECTED, parameters)

    async def _close(self) -> None:
        await self._cursor.execute(statements.CLOSE, [_json(list(self._batch.closed.values()))])
        for (scope,) in await self._cursor.fetchall():
            self._batch.count(scope).closed += 1

    async def _advance(self) -> Counts:
        total = self._batch.total()
        for end in self._batch.ends:
            total.duplicates += end.duplicates
            await self._cursor.execute(statements.UPDATE_CRAWL, crawl_parameters(end))
            if end.finish_reason == "finished":
                await self._cursor.execute(statements.END_EARLIER_SCOPES, [end.finished_at, end.id])
        parameters = {name: getattr(total, name) for name in Counts.__slots__} | {
            "crawl": self._crawl.id,
            "position": self._batch.position,
            "updated_at": self._newest() or moment(self._crawl.started_at),
        }
        await self._cursor.execute(statements.ADVANCE, parameters)
        row = await self._cursor.fetchone()
        if row is None:
            raise MissingCrawlError
        return Counts(*row)


class MissingCrawlError(Exception):
    """The row of the crawl is gone: somebody reset the database."""


def crawl_parameters(crawl: CrawlRecord, position: int = 0) -> dict[str, Any]:
    """The parameters of the statements on ``crawls``."""
    values: dict[str, Any] = {name: getattr(crawl, name) for name in CrawlRecord.__slots__}
    for name in ("arguments", "coverage", "stats"):
        values[name] = Jsonb(values[name], dumps=encoding.dumps)
    values["updated_at"] = crawl.updated_at or crawl.finished_at or crawl.started_at
    return values | {"position": position}


def _without_detail(row: list[str | bytes | None]) -> list[str | bytes | None]:
    """``row`` without what a listing row does not bring: UPDATE leaves that as it is."""
    for name in ("description", "description_html", "raw"):
        row[INDEX[name]] = None
    return row


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return encoding.dumps(rows).decode()
