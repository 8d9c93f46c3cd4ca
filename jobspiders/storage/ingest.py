"""The one way into the database: what a crawl found goes into its journal, and from there into the tables."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime

from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting, SeenPosting, SeenPostings
from jobspiders.storage import database
from jobspiders.storage.batch import (
    encode_closed,
    encode_meta,
    encode_record,
    encode_rejected,
    encode_seen,
    encode_seen_rows,
)
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import JournalError
from jobspiders.storage.journal import Journal
from jobspiders.storage.leftovers import drain_leftovers
from jobspiders.storage.records import Counts, CrawlRecord, ScopeRecord
from jobspiders.storage.rows import KEY_LIMIT, NAMES
from jobspiders.storage.segments import Kind
from jobspiders.storage.tuples import FORMAT, encode
from jobspiders.storage.writer import Count, Writer

logger = logging.getLogger(__name__)


class Ingest:
    """What a crawl stores; made by ``open``, to be ended by ``close``."""

    def __init__(self, config: StorageConfig, journal: Journal, writer: Writer, crawl: CrawlRecord):
        self._config = config
        self._journal = journal
        self._writer = writer
        self._crawl = crawl
        self._newest = crawl.started_at
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    async def open(cls, config: StorageConfig, crawl: CrawlRecord, count: Count = lambda _: None) -> Ingest:
        """Connect, apply migrations, store what dead crawls left, begin or resume ``crawl``.

        ``count`` is told the names of stats. Raises DatabaseError, and JournalError where the journal cannot be
        written or the crawl runs in another process.
        """
        url = await asyncio.to_thread(database.resolve, config.url, config.home)
        meta = {
            "crawl": encode_meta(crawl),
            "database": database.identity(url),
            "columns": NAMES,
            "format": FORMAT,
        }
        journal = Journal(config.journals / crawl.id, meta=meta, segment_bytes=config.segment_bytes)
        writer = Writer(config, url, journal, crawl, count)
        try:
            await writer.begin(resume=True)
            await drain_leftovers(config, url, but=crawl.id, count=count)
            journal.start(writer.position)
        except BaseException:
            await writer.abandon()
            if journal.last:
                journal.release()
            else:
                journal.discard()
            raise
        ingest = cls(config, journal, writer, crawl)
        ingest._task = asyncio.create_task(writer.run(), name=f"storage of {crawl.id}")
        ingest._task.add_done_callback(_tell_of_failure)
        return ingest

    @property
    def counts(self) -> Counts:
        """Of the whole crawl, as of the last commit."""
        return self._writer.counts

    @property
    def backlog(self) -> int:
        """Records that are not in the database yet."""
        return self._journal.last - self._writer.position

    def append(self, item: JobPosting | RejectedPosting | ClosedPosting | SeenPosting | SeenPostings) -> None:
        """Put ``item`` into the journal. Raises JournalError; then nothing of it is kept."""
        now = datetime.now(UTC)
        if isinstance(item, JobPosting):
            reason = _unstorable(item)
            if reason is None:
                self._put(Kind.POSTING, encode(item, now))
            else:
                self._put(Kind.REJECTED, encode_rejected(_rejected(item, reason), now))
        elif isinstance(item, RejectedPosting):
            self._put(Kind.REJECTED, encode_rejected(item, now))
        elif isinstance(item, SeenPosting):
            self._put(Kind.SEEN, encode_seen(item, now))
        elif isinstance(item, SeenPostings):
            self._put(Kind.SEEN_ROWS, encode_seen_rows(item, now))
        else:
            self._put(Kind.CLOSED, encode_closed(item, now))
        seen = item.fetched_at
        if isinstance(seen, datetime) and seen.tzinfo is not None and seen > self._newest:
            self._newest = seen

    def end_scope(self, scope: ScopeRecord) -> None:
        """Say how a scope ended; what it no longer shows is closed by the rules. Raises JournalError."""
        if scope.finished_at is None:
            scope = replace(scope, finished_at=self._newest)
        self._put(Kind.SCOPE, encode_record(scope))

    def update(self, crawl: CrawlRecord) -> None:
        """Show this state of the crawl in its row, soon, if the database is there."""
        if not self._closed:
            self._writer.update(self._with_earlier(crawl))

    async def close(self, crawl: CrawlRecord) -> Counts:
        """End the crawl: store all that is in the journal, or leave it to the next start with a warning.

        Waits for the database up to STORAGE_DRAIN_TIMEOUT. Raises nothing.
        """
        if self._closed:
            return self.counts
        self._closed = True
        final = self._with_earlier(crawl)
        # an earlier state that still waits must not be written over the end
        self._writer.update(None)
        try:
            self._put(Kind.END, encode_record(final))
        except JournalError as error:
            logger.error("%s", error)
            self._writer.update(final)
        self._writer.finish()
        assert self._task is not None
        done, _ = await asyncio.wait({self._task}, timeout=self._config.drain_timeout)
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self.backlog:
            logger.warning(
                "%d records are not in the database yet; they are safe in %s and the next crawl stores them",
                self.backlog,
                self._journal.directory,
            )
            self._journal.release()
        else:
            self._journal.discard()
        return self.counts

    def _put(self, kind: Kind, body: bytes) -> None:
        self._journal.append(kind, body)
        self._writer.wake()

    def _with_earlier(self, crawl: CrawlRecord) -> CrawlRecord:
        """``crawl`` with what earlier processes of the same crawl counted."""
        requests, responses = self._writer.earlier or (0, 0)
        return replace(crawl, requests=crawl.requests + requests, responses=crawl.responses + responses)


def _tell_of_failure(task: asyncio.Task[None]) -> None:
    """Say at once that a fault of ours ended the writer; the crawl goes on into the journal."""
    if not task.cancelled() and (failure := task.exception()) is not None:
        logger.critical("Storing stopped, the journal keeps what comes: %r", failure, exc_info=failure)


def _unstorable(posting: JobPosting) -> str | None:
    """Why ``posting`` cannot be a row, if it cannot."""
    if not posting.board:
        return "no board"
    if not posting.external_id:
        return "no external_id"
    if len(str(posting.external_id)) * 4 > KEY_LIMIT and len(str(posting.external_id).encode()) > KEY_LIMIT:
        return f"external_id longer than {KEY_LIMIT} bytes"
    return None


def _rejected(posting: JobPosting, reason: str) -> RejectedPosting:
    return RejectedPosting(
        board=posting.board,
        reason=reason,
        external_id=str(posting.external_id)[:200] if posting.external_id else None,
        url=posting.url,
        scope=posting.scope,
        fetched_at=posting.fetched_at,
        raw=posting.raw,
    )
