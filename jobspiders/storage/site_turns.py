"""The pace of a site over all processes of a database: when the next request may leave, how many are under way."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg

from jobspiders.storage.database import AsyncConnection, connect_async
from jobspiders.storage.errors import StorageError

logger = logging.getLogger(__name__)

#: Seconds that a place stays taken after its process was last heard of. A process that dies cannot say what it had
#: under way, and the site may be at work on that still: others wait as long before they count it as over.
LEASE = 15.0

#: Gives the turn to whoever asks when it is due, and tells all others how long that takes. Who had the last turn and
#: did not use it is given another in its place.
_TAKE = """
WITH taken AS (
    INSERT INTO site_turns AS t (site, next_at)
    VALUES (%(site)s, clock_timestamp() + make_interval(secs => %(spacing)s))
    ON CONFLICT (site) DO UPDATE SET next_at = excluded.next_at
        WHERE t.next_at <= clock_timestamp() OR t.next_at = %(unused)s::timestamptz
    RETURNING next_at
)
SELECT 0::float8, next_at FROM taken
UNION ALL
SELECT greatest(0.001, extract(epoch FROM next_at - clock_timestamp()))::float8, NULL FROM site_turns
WHERE site = %(site)s AND NOT EXISTS (SELECT FROM taken)
"""
#: A place that nobody has; no row where another process took it in this very moment.
_ENTER = """
INSERT INTO site_places AS p (site, place, holder, until)
SELECT %(site)s, number, %(holder)s, clock_timestamp() + make_interval(secs => %(lease)s)
FROM generate_series(1, %(places)s) AS number
WHERE NOT EXISTS (
    SELECT FROM site_places t WHERE t.site = %(site)s AND t.place = number AND t.until > clock_timestamp()
)
ORDER BY random() LIMIT 1
ON CONFLICT (site, place) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE p.until <= clock_timestamp()
RETURNING place
"""
_LEAVE = """
UPDATE site_places SET until = '-infinity'
WHERE site = %(site)s AND place = %(place)s AND holder = %(holder)s
"""
#: Also where the table was emptied by a crash of the server.
_RENEW = """
INSERT INTO site_places AS p (site, place, holder, until)
SELECT site, place, %(holder)s, clock_timestamp() + make_interval(secs => %(lease)s)
FROM unnest(%(sites)s::text[], %(places)s::int[]) AS own (site, place)
ON CONFLICT (site, place) DO UPDATE SET until = excluded.until WHERE p.holder = excluded.holder
"""
_LEAVE_ALL = "UPDATE site_places SET until = '-infinity' WHERE holder = %s AND until > '-infinity'"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn, or the seconds to wait for one; ``next_at`` is when the one after it is due."""

    wait: float
    next_at: datetime | None = None


class SiteTurns:
    """Over one connection of its own. Methods may raise psycopg.Error and StorageError.

    ``lease`` is in seconds; ``renewal_failed`` is told when places could not be kept taken.
    """

    def __init__(
        self,
        url: str,
        *,
        lease: float = LEASE,
        renewal_failed: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        self._url = url
        self._lease = lease
        self._renewal_failed = renewal_failed
        self._holder = uuid.uuid4()
        self._connection: AsyncConnection | None = None
        self._connecting = asyncio.Lock()
        self._own: set[tuple[str, int]] = set()
        self._renewing: asyncio.Task[None] | None = None

    async def enter(self, site: str, places: int) -> int | None:
        """Take one of the places of a site; None where all are taken."""
        connection = await self._connected()
        values = {"site": site, "places": places, "holder": self._holder, "lease": self._lease}
        row = await (await connection.execute(_ENTER, values)).fetchone()
        if row is None:
            return None
        place = int(row[0])
        self._own.add((site, place))
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        return place

    async def leave(self, site: str, place: int) -> None:
        """Free a place."""
        self._own.discard((site, place))
        connection = await self._connected()
        await connection.execute(_LEAVE, {"site": site, "place": place, "holder": self._holder})

    async def take(self, site: str, spacing: float, unused: datetime | None = None) -> Turn:
        """Take the turn if it is due, the one after it is then ``spacing`` seconds later; else say when it is.

        ``unused`` is the ``next_at`` of a turn in which nothing left: it counts as not taken, as long as nobody had
        the next one.
        """
        connection = await self._connected()
        values = {"site": site, "spacing": spacing, "unused": unused}
        row = await (await connection.execute(_TAKE, values)).fetchone()
        return Turn(0.001) if row is None else Turn(float(row[0]), row[1])

    async def close(self) -> None:
        """Free all places and close the connection."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
            self._renewing = None
        self._own.clear()
        if self._connection is not None:
            try:
                await self._connection.execute(_LEAVE_ALL, [self._holder])
            except psycopg.Error as error:
                # they are free when their time is over
                logger.debug("Places at sites were not freed: %s", error)
            await self._connection.close()
            self._connection = None

    async def _renew(self) -> None:
        """Keep what is taken taken, however long an answer takes."""
        while True:
            await asyncio.sleep(self._lease / 4)
            if self._own:
                own = sorted(self._own)
                values = {
                    "holder": self._holder,
                    "lease": self._lease,
                    "sites": [site for site, _ in own],
                    "places": [place for _, place in own],
                }
                try:
                    await (await self._connected()).execute(_RENEW, values)
                except (psycopg.Error, StorageError) as error:
                    self._renewal_failed(error)

    async def _connected(self) -> AsyncConnection:
        async with self._connecting:
            if self._connection is None or self._connection.closed or self._connection.broken:
                self._connection = await connect_async(self._url)
            return self._connection
