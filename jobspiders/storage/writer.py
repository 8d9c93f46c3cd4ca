"""Moves the records of a journal to PostgreSQL, whatever happens to the database meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import psycopg
from psycopg import errors

from jobspiders.storage import database, embedded, schema, statements
from jobspiders.storage.batch import fold
from jobspiders.storage.closing import Confirmation
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.journal import Journal, JournalReader
from jobspiders.storage.posting_writes import LostRaceError
from jobspiders.storage.records import Counts, CrawlRecord
from jobspiders.storage.salvage import current_layout, set_aside
from jobspiders.storage.scopes import CrawlKey
from jobspiders.storage.segments import Record
from jobspiders.storage.upsert import MissingCrawlError, Upsert, crawl_parameters

logger = logging.getLogger(__name__)

#: Seconds between attempts to reach the database again.
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0
#: Postings that full-text search takes in between two batches.
SEARCH_CHUNK = 40
#: How often a batch is begun anew for the sake of another process before that counts as a fault.
ATTEMPTS = 20

#: What a single record can be guilty of; everything else is the database's trouble, and waits.
_POISON = (psycopg.DataError, psycopg.IntegrityError, errors.ProgramLimitExceeded)

Count = Callable[[str], None]


class Writer:
    """Stores what is in ``journal`` for the crawl ``crawl``; run as one task.

    ``counts`` are those of the whole crawl as of the last commit; ``count`` is told the names of stats.
    """

    def __init__(
        self,
        config: StorageConfig,
        url: str,
        journal: Journal,
        crawl: CrawlRecord,
        count: Count = lambda _: None,
    ):
        self.counts = Counts()
        #: Requests and responses that earlier processes of this crawl counted.
        self.earlier: tuple[int, int] | None = None
        self.key = CrawlKey(crawl.id, crawl.board, crawl.started_at)
        self._config = config
        self._url = url
        self._journal = journal
        self._crawl = crawl
        self._count = count
        self._reader = JournalReader(journal, 0)
        self._position = 0
        self._connection: AsyncConnection | None = None
        self._upsert: Upsert | None = None
        self._update: CrawlRecord | None = None
        self._wake = asyncio.Event()
        self._finishing = False
        self._pause = FIRST_PAUSE
        self._complaint = ""
        #: Records that make a batch worth its statements: as many as the last that was cut off had.
        self._full = config.batch_size

    @property
    def position(self) -> int:
        """The sequence number of the last record that is stored."""
        return self._position

    @property
    def has_batch(self) -> bool:
        """Whether the journal has a whole batch, or will get no more."""
        return self._finishing or self._journal.last - self._position >= self._full

    def wake(self) -> None:
        """Say that the journal has grown."""
        if self.has_batch:
            self._wake.set()

    def update(self, crawl: CrawlRecord | None) -> None:
        """Write this row of the crawl with the next opportunity; an older one that still waits is dropped."""
        self._update = crawl

    def finish(self) -> None:
        """Let ``run`` end as soon as everything is stored."""
        self._finishing = True
        self._wake.set()

    async def begin(self, *, resume: bool) -> None:
        """Connect, and make the row of the crawl or take it up where it stands.

        ``resume`` False leaves a row that is there as it is. Raises DatabaseError.
        """
        try:
            await self._connect(resume=resume)
        except psycopg.Error as error:
            raise DatabaseError(
                f"{database.describe(self._url)} refused: {database.one_line(error, self._url)}"
            ) from error

    async def abandon(self) -> None:
        """Let go of the database without having run."""
        self._reader.close()
        await self._disconnect()

    async def run(self) -> None:
        """Store records as they come in until ``finish``; without the database wait for it."""
        try:
            while True:
                try:
                    if self._connection is None:
                        # a crawl whose end is stored is not begun again
                        ended = self._finishing and self._position >= self._journal.last
                        await self._connect(resume=not ended)
                    await self._store_all()
                    await self._write_update()
                    if self._finishing and self._position >= self._journal.last:
                        await self._extend_search(self._config.search_time)
                        return
                except (psycopg.Error, DatabaseError) as error:
                    await self._lost(error)
                    continue
                await self._wait()
        finally:
            await self.abandon()

    async def _wait(self) -> None:
        """Until there is a batch, or the interval is over; time that nobody needs goes into full-text search."""
        try:
            await asyncio.wait_for(self._wake.wait(), self._config.batch_interval)
        except TimeoutError:
            if self._position >= self._journal.last:
                try:
                    await self._extend_search(0.0)
                except psycopg.Error as error:
                    await self._lost(error)
        self._wake.clear()

    async def _store_all(self) -> None:
        while records := self._reader.read(self._config.batch_size, self._config.batch_bytes):
            await self._store(current_layout(records, self._reader.meta))
            self._journal.trim(self._position)
            self._pause = FIRST_PAUSE
            if self._complaint:
                logger.info("The database is back: %d records to store", self._journal.last - self._position)
                self._complaint = ""
            if self._update is not None:
                await self._write_update()
            await asyncio.sleep(0)
            is_cut = sum(len(record.body) for record in records) >= self._config.batch_bytes
            self._full = len(records) if is_cut else self._config.batch_size
            if not self.has_batch:
                # what has come meanwhile waits for more: a small batch needs as many statements as a large one
                self._wake.clear()
                return

    async def _store(self, records: Sequence[Record]) -> None:
        """Store ``records``; one that the database cannot take is set aside and does not hold up the others."""
        attempts = 0
        while records:
            batch = fold(records)
            assert self._upsert is not None
            try:
                self.counts = await self._upsert.apply(batch, self.key)
                for _ in range(self._upsert.suppressed):
                    self._count("storage/suppressed")
            except (LostRaceError, errors.DeadlockDetected, errors.SerializationFailure):
                attempts += 1
                self._count("storage/lost_races")
                if attempts > ATTEMPTS:
                    raise DatabaseError("other processes keep storing the same postings") from None
                continue
            except MissingCrawlError:
                await self._begin_row(resume=True)
                continue
            except errors.ForeignKeyViolation:
                attempts += 1
                if attempts > ATTEMPTS:
                    raise
                # somebody deleted a company, or the crawl
                self._upsert.companies.forget()
                await self._begin_row(resume=True)
                continue
            except _POISON as error:
                if len(batch.records) > 1:
                    half = len(batch.records) // 2
                    await self._store(records[:half])
                    records = records[half:]
                    continue
                self._count("storage/set_aside")
                replacement = set_aside(batch.records[0], database.one_line(error), self._config.home)
                await self._store([replacement])
            for _ in range(batch.unknown):
                self._count("storage/seen_unknown")
            self._position = batch.position
            records = records[len(batch.records) :]

    async def _connect(self, *, resume: bool) -> None:
        if self._config.url is None and (self._finishing or embedded.has_crashed(self._config.home)):
            await asyncio.to_thread(embedded.start, self._config.home)
        await asyncio.to_thread(schema.ensure_current, self._url)
        self._connection = await database.connect_async(self._url)
        self._upsert = Upsert(
            self._connection,
            confirmation=Confirmation(self._config.close_confirmations, self._config.close_period),
            matching=self._config.matching,
        )
        self._position = await self._begin_row(resume=resume)
        self._reader.rewind(self._position)

    async def _begin_row(self, *, resume: bool) -> int:
        """The position of the crawl's row, which is made where it is missing."""
        assert self._connection is not None
        statement = statements.BEGIN_CRAWL if resume else statements.BEGIN_CRAWL_QUIETLY
        begun = replace(self._crawl, requests=0, responses=0)
        cursor = await self._connection.execute(statement, crawl_parameters(begun, self._position))
        row = await cursor.fetchone()
        assert row is not None
        position, requests, responses, started_at, *counts = row
        if self.earlier is None:
            self.earlier = (requests, responses)
        self.key = replace(self.key, started_at=min(started_at, self._crawl.started_at))
        self.counts = Counts(*counts)
        return int(position)

    async def _disconnect(self) -> None:
        connection, self._connection, self._upsert = self._connection, None, None
        if connection is not None:
            await connection.close()

    async def _lost(self, error: Exception) -> None:
        """Note that the database does not answer, and wait a while, longer each time."""
        self._count("storage/database_errors")
        complaint = str(error) if isinstance(error, DatabaseError) else database.one_line(error, self._url)
        if complaint != self._complaint:
            self._complaint = complaint
            logger.warning("Storing goes on in the journal, the database does not answer: %s", complaint)
        await self._disconnect()
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _write_update(self) -> None:
        if self._update is not None and self._connection is not None:
            update, self._update = self._update, None
            await self._connection.execute(statements.UPDATE_CRAWL, crawl_parameters(update))

    async def _extend_search(self, seconds: float) -> None:
        """Let full-text search take in a chunk of postings, and more of them for ``seconds``."""
        end = time.monotonic() + seconds
        while self._connection is not None and await extend_search(self._connection, SEARCH_CHUNK):
            if time.monotonic() >= end:
                break


async def extend_search(connection: AsyncConnection, limit: int) -> bool:
    """Let full-text search cover ``limit`` more postings; False where it covers all."""
    async with connection.transaction():
        cursor = await connection.execute(statements.SEARCH_DUE, [limit])
        due = [row[0] for row in await cursor.fetchall()]
        if due:
            await connection.execute(statements.INDEX_SEARCH, [due])
    return bool(due)
