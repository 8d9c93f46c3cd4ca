"""Which Scrapyd nodes there are, and when each was last heard of. All times are the database's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jobspiders.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Node:
    """``silent`` is how many seconds ago it was heard of; ``address`` is host:port, as others reach it."""

    name: str
    address: str | None
    slots: int
    running: int
    version: str | None
    started_at: datetime
    silent: float


_BEAT = """
INSERT INTO scrapyd_nodes AS n (name, instance, address, slots, running, version, started_at, seen_at)
VALUES (%(name)s, %(instance)s, %(address)s, %(slots)s, %(running)s, %(version)s, clock_timestamp(),
        clock_timestamp())
ON CONFLICT (name) DO UPDATE SET
    instance = excluded.instance, address = excluded.address, slots = excluded.slots, running = excluded.running,
    version = excluded.version, seen_at = excluded.seen_at,
    started_at = CASE WHEN n.instance = excluded.instance THEN n.started_at ELSE excluded.started_at END
"""
_RIVAL = """
SELECT instance, extract(epoch FROM clock_timestamp() - seen_at)::float8 FROM scrapyd_nodes
WHERE name = %s AND instance <> %s
"""
_LEAVE = "DELETE FROM scrapyd_nodes WHERE name = %s AND instance = %s"
_ALL = """
SELECT name, address, slots, running, version, started_at,
       extract(epoch FROM clock_timestamp() - seen_at)::float8
FROM scrapyd_nodes ORDER BY name
"""
_FORGET = "DELETE FROM scrapyd_nodes WHERE seen_at < clock_timestamp() - make_interval(secs => %s)"


class Nodes:
    """The table, over a connection that ``connected`` hands out. Methods may raise psycopg.Error and StorageError."""

    def __init__(self, connected: Callable[[], Connection]) -> None:
        self._connected = connected

    def beat(
        self, name: str, instance: uuid.UUID, *, address: str | None, slots: int, running: int, version: str
    ) -> None:
        """Say that this start of the node is alive."""
        self._connected().execute(
            _BEAT,
            {
                "name": name,
                "instance": instance,
                "address": address,
                "slots": slots,
                "running": running,
                "version": version,
            },
        )

    def rival(self, name: str, instance: uuid.UUID) -> tuple[uuid.UUID, float] | None:
        """Another instance of that name and how many seconds ago it was heard of; None where there is none."""
        row = self._connected().execute(_RIVAL, [name, instance]).fetchone()
        return None if row is None else (row[0], float(row[1]))

    def leave(self, name: str, instance: uuid.UUID) -> None:
        """The node goes in good order: nobody needs to wait until it counts as dead."""
        self._connected().execute(_LEAVE, [name, instance])

    def all(self) -> list[Node]:
        """Every node that is known, dead ones too."""
        return [Node(*row) for row in self._connected().execute(_ALL)]

    def forget(self, silent_for: float) -> int:
        """Drop nodes that were not heard of for so many seconds."""
        return self._connected().execute(_FORGET, [silent_for]).rowcount
