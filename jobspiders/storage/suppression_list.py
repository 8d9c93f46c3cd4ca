"""The table of suppressions as the writer keeps it: read again only when it has changed."""

from __future__ import annotations

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from jobspiders.storage.batch import Batch
from jobspiders.storage.suppression import Suppressions

#: Key of the advisory lock that writers share and that `scrapy forget` takes alone to add entries: after that no
#: batch is under way that has not seen them.
LOCK_KEY = 0x6A6F6273
_SHARE = f"SELECT pg_advisory_xact_lock_shared({LOCK_KEY})"
# a statement of its own: its snapshot is newer than the lock
_STATE = "SELECT count(*), max(id) FROM suppressions"
_DIGESTS = "SELECT digest FROM suppressions"


class SuppressionList:
    """What is kept out, for one connection."""

    def __init__(self) -> None:
        self._state: TupleRow | None = None
        self._suppressions = Suppressions()

    async def withhold(self, cursor: AsyncCursor[TupleRow], batch: Batch) -> int:
        """Take from ``batch`` what is kept out; how much that was. First in a transaction, before any other lock."""
        await cursor.execute(_SHARE)
        await cursor.execute(_STATE)
        state = await cursor.fetchone()
        if state != self._state:
            await cursor.execute(_DIGESTS)
            self._suppressions = Suppressions(row[0] for row in await cursor.fetchall())
            self._state = state
        return self._suppressions.withhold(batch)
