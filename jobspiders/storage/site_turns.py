"""The pace of a site over all processes of a database: when the next request may leave, how many are under way."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from jobspiders.storage.database import AsyncConnection, connect_async

#: First key of the advisory locks that stand for requests under way; the second is the site's and the place's.
LOCK_CLASS = 0x6A6F6265

#: Gives the turn to whoever asks when it is due, and tells all others how long that takes.
_TAKE = """
WITH taken AS (
    INSERT INTO site_turns AS t (site, next_at)
    VALUES (%(site)s, clock_timestamp() + make_interval(secs => %(delay)s))
    ON CONFLICT (site) DO UPDATE SET next_at = excluded.next_at WHERE t.next_at <= clock_timestamp()
    RETURNING 0::float8 AS wait
)
SELECT wait FROM taken
UNION ALL
SELECT greatest(0.001, extract(epoch FROM next_at - clock_timestamp()))::float8 FROM site_turns
WHERE site = %(site)s AND NOT EXISTS (SELECT FROM taken)
"""
#: A place that nobody has. Locks belong to the session: those of a process that dies are free at once. Of one's own
#: places none can be had twice, so they are left out.
_ENTER = """
SELECT place FROM generate_series(1, %(places)s) AS place
WHERE place <> ALL(%(own)s) AND pg_try_advisory_lock(%(class)s, hashtext(%(site)s || '#' || place::text))
LIMIT 1
"""
_LEAVE = "SELECT pg_advisory_unlock(%(class)s, hashtext(%(site)s || '#' || %(place)s::text))"


class SiteTurns:
    """Over one connection of its own. Methods may raise psycopg.Error and DatabaseError."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection | None = None
        self._connecting = asyncio.Lock()
        self._own: dict[str, set[int]] = defaultdict(set)

    async def enter(self, site: str, places: int) -> int | None:
        """Take one of the places of a site; None where all are taken."""
        connection = await self._connected()
        values = {"site": site, "places": places, "own": list(self._own[site]), "class": LOCK_CLASS}
        row = await (await connection.execute(_ENTER, values)).fetchone()
        if row is None:
            return None
        place = int(row[0])
        self._own[site].add(place)
        return place

    async def leave(self, site: str, place: int) -> None:
        """Free a place."""
        if place in self._own[site]:
            self._own[site].discard(place)
            connection = await self._connected()
            await connection.execute(_LEAVE, {"site": site, "place": place, "class": LOCK_CLASS})

    async def take(self, site: str, delay: float) -> float:
        """Take the next turn: 0 where it is due, and then the one after it is ``delay`` seconds later; else seconds
        until it is due.
        """
        connection = await self._connected()
        row = await (await connection.execute(_TAKE, {"site": site, "delay": delay})).fetchone()
        return 0.001 if row is None else float(row[0])

    async def close(self) -> None:
        """Close the connection, which frees all places."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _connected(self) -> AsyncConnection:
        async with self._connecting:
            if self._connection is None or self._connection.closed or self._connection.broken:
                # whatever was held went with the connection
                self._own.clear()
                self._connection = await connect_async(self._url)
            return self._connection
