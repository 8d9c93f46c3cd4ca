"""What a running crawl may ask about postings that are stored; without the database it knows none."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import dict_row, tuple_row

from jobspiders.bases.known_rows import KnownRow
from jobspiders.items import JobPosting
from jobspiders.storage import database, embedded, encoding
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.coverage import BITS
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.rows import NAMES, bounded, posting_of

logger = logging.getLogger(__name__)

#: Seconds that an answer may take, and for which the database is left alone after it failed.
PATIENCE, PAUSE = 10.0, 30.0

#: Rows of one scope that a crawl keeps in mind, some 300 bytes each; those of a longer list are read.
MOST_ROWS = 20_000

_KNOWN = """
SELECT external_id, closed_at IS NOT NULL AS is_closed, listing_hash, detail_fetched_at, first_seen
FROM postings WHERE board = %s AND external_id = ANY(%s)
"""
_WHOLE = f"SELECT {', '.join(NAMES)}, last_crawl_id FROM postings WHERE board = %s AND external_id = %s"


#: Earlier crawls of the same search that read its list to a known point; how much was asked for does not matter.
_READINGS = """
SELECT c.started_at, s.read_to
FROM crawl_scopes s JOIN crawls c ON c.id = s.crawl_id
WHERE s.board = %s AND s.scope = %s AND s.read_to IS NOT NULL AND s.outcome IN ('ok', 'empty')
  AND c.finish_reason = 'finished' AND c.arguments - ARRAY['max_results', 'details'] = %s::jsonb
ORDER BY s.finished_at DESC LIMIT 100
"""


#: Open postings of a scope whose rows need not be read where they are the same. Quality is the one value that time
#: changes: by it a posting expires, grows old, or is from the future.
_ROWS = f"""
SELECT p.row_hash, p.external_id, {BITS}
FROM postings p
WHERE p.board = %(board)s AND p.scope = %(scope)s AND p.closed_at IS NULL AND p.row_hash IS NOT NULL
  AND (p.valid_through IS NULL OR p.valid_through NOT BETWEEN p.last_seen AND %(now)s)
  AND (p.date_posted IS NULL OR (p.date_posted <= p.last_seen + interval '24 hours'
       AND p.date_posted + interval '8760 hours' NOT BETWEEN p.last_seen AND %(now)s))
LIMIT {MOST_ROWS}
"""
_ANY = "SELECT EXISTS (SELECT FROM postings WHERE board = %s AND closed_at IS NULL) AS any"


class Known(NamedTuple):
    """A stored posting as far as a crawl must know it."""

    is_closed: bool
    listing_hash: str | None
    detail_fetched_at: datetime | None
    first_seen: datetime


class KnownPostings:
    """Looks postings up on a connection of its own; ``count`` is told the names of stats.

    A database that does not answer is no error: nothing is known then.
    """

    def __init__(
        self, config: StorageConfig, count: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ):
        self._config = config
        self._count = count
        self._clock = clock
        self._connection: AsyncConnection | None = None
        self._away_until = 0.0
        self._turn = asyncio.Lock()

    async def look_up(self, board: str, external_ids: Sequence[str]) -> dict[str, Known]:
        """Those of the postings that are stored, by external_id."""
        rows = await self._ask(_KNOWN, [board, [text for text in external_ids if "\x00" not in text]])
        return {row.pop("external_id"): Known(**row) for row in rows}

    async def recall(self, board: str, external_id: str) -> JobPosting | None:
        """A stored posting, whole."""
        rows = await self._ask(_WHOLE, [board, external_id])
        return posting_of(rows[0]) if rows else None

    async def readings(
        self, board: str, scope: str, arguments: Mapping[str, Any]
    ) -> list[tuple[datetime, str]]:
        """When healthy crawls with these arguments began that read the scope's list to its end or watermark."""
        same = {name: value for name, value in arguments.items() if name not in ("max_results", "details")}
        rows = await self._ask(_READINGS, [board, scope, encoding.dumps(same).decode()])
        return [(row["started_at"], row["read_to"]) for row in rows]

    async def has_any(self, board: str) -> bool:
        """Whether any open posting of the board is stored."""
        rows = await self._ask(_ANY, [board])
        return bool(rows and rows[0]["any"])

    async def rows(self, board: str, scope: str, now: datetime) -> dict[str, KnownRow]:
        """The open postings of a scope by the hashes of their rows, without those that look otherwise ``now``."""
        parameters = {"board": board, "scope": bounded(scope), "now": now}
        rows = await self._ask(_ROWS, parameters, tuple_row)
        return {row_hash: KnownRow(external_id, covered) for row_hash, external_id, covered in rows}

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _ask(
        self,
        query: str,
        parameters: Sequence[Any] | Mapping[str, Any],
        row_factory: Callable[..., Any] = dict_row,
    ) -> list[Any]:
        async with self._turn:
            if self._clock() < self._away_until:
                return []
            try:
                return await asyncio.wait_for(self._rows(query, parameters, row_factory), PATIENCE)
            except (psycopg.Error, DatabaseError, TimeoutError) as error:
                self._count("incremental/database_errors")
                self._away_until = self._clock() + PAUSE
                logger.warning("Nothing is known of earlier crawls for now: %s", database.one_line(error))
                await self.close()
                return []

    async def _rows(
        self,
        query: str,
        parameters: Sequence[Any] | Mapping[str, Any],
        row_factory: Callable[..., Any],
    ) -> list[Any]:
        if self._connection is None:
            if self._config.url is None and not embedded.is_running(self._config.home):
                return []
            url = await asyncio.to_thread(database.resolve, self._config.url, self._config.home)
            self._connection = await database.connect_async(url)
        async with self._connection.cursor(row_factory=row_factory) as cursor:
            await cursor.execute(query, parameters)
            return await cursor.fetchall()
