"""One batch of journal records into the database, in one transaction that also moves the crawl's position on.

Every record is counted exactly once: who finds the position of the crawl behind a record passes it over. One process
at a time matches (``jobs``). Who finds its turn free takes it at once, and stores new postings with the jobs that it
finds for them. While another has it, new postings are stored first, which takes longest and needs no turn.

So that processes wait for but never block each other, all insert new postings, then wait for their turn, then lock
stored postings, each in the order of their keys. Who took its turn at once inserts after that, but waits only so long
(BRIEFLY); who loses that wait, or the race for a new key, starts the batch again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import AsyncCursor, errors
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from jobspiders.storage import encoding, jobs, statements
from jobspiders.storage.batch import Batch, Key
from jobspiders.storage.closing import Confirmation
from jobspiders.storage.companies import Companies
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.full_keys import FullKeys
from jobspiders.storage.posting_comparison import PostingComparison
from jobspiders.storage.posting_writes import LostRaceError, PostingWrites
from jobspiders.storage.records import Counts, CrawlRecord
from jobspiders.storage.rows import moment
from jobspiders.storage.scopes import CrawlKey, add, count_scopes, end_scope
from jobspiders.storage.stored_postings import StoredPosting, lock, must_match, unknown
from jobspiders.storage.suppression_list import SuppressionList

#: Milliseconds that who has the turn waits for a lock: less than PostgreSQL's deadlock_timeout.
BRIEFLY = 200
#: Batches for which the turn is not expected to be free after it was not.
CROWDED = 16


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
        self._crowded = 0
        self._prepared = False
        self._full_keys = FullKeys()

    async def apply(self, batch: Batch, crawl: CrawlKey) -> Counts:
        """Store ``batch`` and return the counts of the whole crawl. Raises LostRaceError and psycopg.Error."""
        await self._prepare()
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            # a company that was erased gets no row again
            self.suppressed = await self._suppressions.withhold(cursor, batch)
            await self.companies.know(head for head, _ in batch.postings.values())
        try:
            return await self._store(batch, crawl)
        except errors.LockNotAvailable as error:
            self._crowded = CROWDED
            raise LostRaceError from error

    async def _store(self, batch: Batch, crawl: CrawlKey) -> Counts:
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            self.suppressed += await self._suppressions.withhold(cursor, batch)
            transaction = _Transaction(
                cursor,
                batch,
                crawl,
                self.companies,
                self._confirmation,
                self._full_keys,
                matching=self._matching,
            )
            if not (self._matching and self._only_seen_again and await transaction.find_alone()):
                if not (self._matching and await self._is_free(cursor)):
                    await transaction.insert()
                    await transaction.wait()
                await transaction.find()
            self._only_seen_again = transaction.only_sees_again
            return await transaction.run()

    async def _is_free(self, cursor: AsyncCursor[TupleRow]) -> bool:
        """Take the turn if no other process has it, or is likely to."""
        if self._crowded:
            self._crowded -= 1
            return False
        if await jobs.lock_at_once(cursor, BRIEFLY):
            return True
        self._crowded = CROWDED
        return False

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
        full_keys: FullKeys,
        *,
        matching: bool,
    ):
        self._cursor = cursor
        self._batch = batch
        self._crawl = crawl
        self._confirmation = confirmation
        self._found: dict[Key, StoredPosting] = {}
        self._writes = PostingWrites(companies)
        self._comparison = PostingComparison(batch, crawl.id, self._writes)
        self._matching: jobs.JobMatching | None = None
        if matching:
            at = self._newest() or crawl.started_at
            self._matching = jobs.JobMatching(cursor, crawl.id, at, full_keys)
        self._found_jobs: Mapping[int, str] | None = None

    @property
    def _writes_postings(self) -> bool:
        return bool(self._batch.postings or self._batch.seen or self._batch.closed or self._batch.rejected)

    @property
    def only_sees_again(self) -> bool:
        """Whether nothing of the batch is new or says something else than before."""
        return not must_match(self._batch, self._found)

    async def find_alone(self) -> bool:
        """Lock what is stored of the batch without the lock of matching, if nothing of it must be matched.

        Who does so never waits for a posting, so that no circle of waiting comes about: where another process
        has one, or something must be matched, this is False and nothing is locked.
        """
        try:
            async with self._cursor.connection.transaction():
                if self._writes_postings:
                    self._found = await self._lock(statements.LOCK_AT_ONCE)
                if not self.only_sees_again:
                    raise psycopg.Rollback
                return True
        except errors.LockNotAvailable:
            pass
        return False

    async def insert(self) -> None:
        """Store what is new of the batch, and read there what matching needs. Raises LostRaceError."""
        if self._batch.postings:
            self._comparison.insert(await unknown(self._cursor, self._batch))
            await self._writes.number(self._cursor)
            await self._writes.insert_all(self._cursor, self._crawl.id)
            if self._matching:
                self._matching.sign(self._writes.stored)

    async def wait(self) -> None:
        """Wait for the turn to match."""
        if self._matching and self._writes_postings:
            await jobs.lock(self._cursor)

    async def find(self) -> None:
        """Lock what is stored of the batch, but for what this has just done so itself."""
        if self._writes_postings:
            new = {(new.head.board, new.head.external_id) for new in self._writes.stored}
            self._found = await self._lock(statements.LOCK, but=new)
            if not new:
                self._comparison.insert([key for key in self._batch.postings if key not in self._found])

    async def run(self) -> Counts:
        """Do all that is left, and return the counts of the whole crawl. Raises LostRaceError."""
        batch = self._batch
        if self._writes_postings:
            differing = self._comparison.sort(self._found)
            self._comparison.see(self._found)
            if differing:
                await self._comparison.compare(self._cursor, differing)
            await self._writes.write(self._cursor, self._crawl.id)
            await self._insert_in_turn()
        if batch.rejected:
            await self._reject()
        if batch.closed:
            await self._close()
        if self._matching and (self._writes.stored or self._writes.rewritten):
            if self._found_jobs is None:
                await self._matching.find(self._writes.rewritten)
            await self._matching.write(self._found_jobs or ())
        await count_scopes(self._cursor, self._crawl, batch.counts)
        for scope in batch.scopes:
            counts = await end_scope(self._cursor, scope, self._crawl, self._confirmation)
            add(batch.count(None), counts)
        return await self._advance()

    async def _lock(self, statement: str, but: Collection[Key] = ()) -> dict[Key, StoredPosting]:
        return await lock(self._cursor, statement, self._batch, self._crawl.id, but=but)

    async def _insert_in_turn(self) -> None:
        """Store what is new, if it is not yet, with the jobs that it joins. Raises LostRaceError."""
        if self._writes.stored or not self._writes.has_new:
            return
        await self._writes.number(self._cursor)
        assert self._matching is not None
        self._matching.sign(self._writes.stored)
        # what closes, or is seen again, in this batch is no longer what it was when others are compared with it
        if not self._batch.rejected and not self._batch.closed:
            self._found_jobs = await self._matching.find(self._writes.rewritten)
        await self._writes.insert_all(self._cursor, self._crawl.id, self._found_jobs or {})

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


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return encoding.dumps(rows).decode()
