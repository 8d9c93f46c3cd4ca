"""What all crawl processes know of a site: its circuit, its hold, the health of proxies there (host_states)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from jobspiders.storage.database import AsyncConnection, connect_async


@dataclass(frozen=True, slots=True)
class HostState:
    """A row. Times are seconds since the epoch, 0 for none; `circuit` is the breaker's own snapshot.

    `proxies` maps a proxy's label (never its credentials) to its health at this site.
    """

    host: str
    circuit: Mapping[str, Any] = field(default_factory=dict)
    opened_until: float = 0.0
    hold_until: float = 0.0
    proxies: Mapping[str, Any] = field(default_factory=dict)


_SAVE = """
INSERT INTO host_states AS old (host, state, opened_until, hold_until, updated_at)
VALUES (%(host)s, %(state)s, %(opened_until)s, %(hold_until)s, now())
ON CONFLICT (host) DO UPDATE SET
    state = CASE
        WHEN coalesce((old.state -> 'circuit' ->> 'changed_at')::float8, 0)
             > coalesce((excluded.state -> 'circuit' ->> 'changed_at')::float8, 0)
        THEN (old.state || excluded.state) || jsonb_build_object('circuit', old.state -> 'circuit')
        ELSE old.state || excluded.state
    END
    || jsonb_build_object('proxies',
        coalesce(old.state -> 'proxies', '{}') || coalesce(excluded.state -> 'proxies', '{}')),
    opened_until = CASE
        WHEN coalesce((old.state -> 'circuit' ->> 'changed_at')::float8, 0)
             > coalesce((excluded.state -> 'circuit' ->> 'changed_at')::float8, 0)
        THEN old.opened_until ELSE excluded.opened_until
    END,
    hold_until = greatest(old.hold_until, excluded.hold_until),
    updated_at = now()
"""

_LOAD = """
SELECT host, state, opened_until, hold_until, updated_at FROM host_states
WHERE host = ANY(%(hosts)s) AND updated_at > %(since)s
"""

_CLAIM = """
UPDATE host_states SET
    state = jsonb_set(jsonb_set(jsonb_set(state,
        '{circuit,circuit}', '"half_open"'),
        '{circuit,probe_until}', to_jsonb(%(until)s::float8)),
        '{circuit,changed_at}', to_jsonb(%(now)s::float8)),
    updated_at = now()
WHERE host = %(host)s
    AND coalesce(state -> 'circuit' ->> 'circuit', 'closed') <> 'closed'
    AND coalesce((state -> 'circuit' ->> 'opened_until')::float8, 0) <= %(now)s
    AND (state -> 'circuit' ->> 'circuit' = 'open'
         OR coalesce((state -> 'circuit' ->> 'probe_until')::float8, 0) <= %(now)s)
"""

_ALL = "SELECT host, state, opened_until, hold_until, updated_at FROM host_states ORDER BY host"


class HostStates:
    """The table, over one connection of its own. Every method may raise psycopg.Error and DatabaseError."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection | None = None

    async def save(self, state: HostState) -> None:
        """Store a state. A circuit that another process changed later is left; holds only grow."""
        connection = await self._connected()
        await connection.execute(
            _SAVE,
            {
                "host": state.host,
                "state": Jsonb({"circuit": dict(state.circuit), "proxies": dict(state.proxies)}),
                "opened_until": _moment(state.opened_until),
                "hold_until": _moment(state.hold_until),
            },
        )

    async def load(
        self, hosts: Sequence[str], since: datetime | None = None
    ) -> tuple[list[HostState], datetime]:
        """The states of these hosts that changed after `since`, and the time to ask from next."""
        connection = await self._connected()
        latest = since or datetime.fromtimestamp(0, UTC)
        found = []
        cursor = connection.cursor(row_factory=tuple_row)
        await cursor.execute(_LOAD, {"hosts": list(hosts), "since": latest})
        for row in await cursor.fetchall():
            found.append(_state(row))
            latest = max(latest, row[4])
        return found, latest

    async def all(self) -> list[tuple[HostState, datetime]]:
        """Every state with the time of its last change."""
        connection = await self._connected()
        cursor = connection.cursor(row_factory=tuple_row)
        await cursor.execute(_ALL)
        return [(_state(row), row[4]) for row in await cursor.fetchall()]

    async def claim_probe(self, host: str, now: float, until: float) -> bool:
        """Take the right to probe an open circuit; of all processes one gets it."""
        connection = await self._connected()
        cursor = await connection.execute(_CLAIM, {"host": host, "now": now, "until": until})
        return cursor.rowcount == 1

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _connected(self) -> AsyncConnection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = await connect_async(self._url)
        return self._connection


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _state(row: tuple[Any, ...]) -> HostState:
    host, state, opened_until, hold_until, _ = row
    return HostState(
        host=host,
        circuit=state.get("circuit", {}),
        opened_until=opened_until.timestamp() if opened_until else 0.0,
        hold_until=hold_until.timestamp() if hold_until else 0.0,
        proxies=state.get("proxies", {}),
    )
