"""One batch of journal records into the database, in one transaction that also moves the crawl's position on.

Every record is counted exactly once: who finds the position of the crawl behind a record passes it over. All
processes lock postings in the order of their keys, existing ones before new ones, so that they wait for but never
block each other; who loses the race for a new key starts the batch again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import AsyncCursor, errors
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from jobspiders.storage import encoding, jobs, statements
from jobspiders.storage.batch import Batch, Key
from jobspiders.storage.companies import Companies
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.posting_comparison import PostingComparison
from jobspiders.storage.posting_writes import PostingWrites
from jobspiders.storage.records import Counts, CrawlRecord
from jobspiders.storage.rows import moment
from jobspiders.storage.scopes import Confirmation, CrawlKey, add, count_scopes, end_scope
from jobspiders.storage.stored_postings import StoredPosting, lock, must_match
from jobspiders.storage.suppression_list import SuppressionList


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
        self._confirmation = confirmation
        self._found: dict[Key, StoredPosting] = {}
        self._writes = PostingWrites(companies)
        self._matching = jobs.JobMatching(cursor, crawl.id, self._newest() or crawl.started_at)
        self._found_jobs: Mapping[int, str] | None = None

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
                if must_match(self._batch, self._found):
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
        return must_match(self._batch, self._found)

    async def run(self, *, matching: bool) -> Counts:
        batch = self._batch
        if self._writes_postings:
            comparison = PostingComparison(batch, self._crawl.id, self._writes)
            differing = comparison.sort(self._found)
            comparison.see(self._found)
            if differing:
                await comparison.compare(self._cursor, differing)
            # what closes, or is seen again, in this batch is no longer what it was when others are compared with it
            early = matching and not batch.rejected and not batch.closed
            await self._writes.write(self._cursor, self._crawl.id, self._find_jobs if early else None)
        if batch.rejected:
            await self._reject()
        if batch.closed:
            await self._close()
        if matching and (self._writes.stored or self._writes.rewritten):
            if self._found_jobs is None:
                await self._matching.find(self._new(), self._writes.rewritten)
            await self._matching.write(self._found_jobs or ())
        await count_scopes(self._cursor, self._crawl, batch.counts)
        for scope in batch.scopes:
            counts = await end_scope(self._cursor, scope, self._crawl, self._confirmation)
            add(batch.count(None), counts)
        return await self._advance()

    async def _lock(self, statement: str) -> dict[Key, StoredPosting]:
        return await lock(self._cursor, statement, self._batch, self._crawl.id)

    def _new(self) -> dict[int, jobs.New]:
        return {new.id: jobs.New(str(new.job_id), new.head.seen, new.row) for new in self._writes.stored}

    async def _find_jobs(self) -> Mapping[int, str]:
        """The jobs that new postings join, before these are stored."""
        self._found_jobs = await self._matching.find(self._new(), self._writes.rewritten)
        return self._found_jobs

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
