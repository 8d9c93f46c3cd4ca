"""Counters over all crawls that ever were: every process adds what it counted since it last did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobspiders.storage.database import AsyncConnection, Connection

# in the order of the key: processes that count for one board wait for each other, and do not deadlock
_ADD = """
INSERT INTO metric_counters AS c (name, board, label, value)
SELECT name, %(board)s, label, value
FROM unnest(%(names)s::text[], %(labels)s::text[], %(values)s::float8[]) AS due (name, label, value)
ORDER BY name, label
ON CONFLICT (name, board, label) DO UPDATE SET value = c.value + excluded.value
"""
_ALL = "SELECT name, board, label, value FROM metric_counters"


async def add_async(connection: AsyncConnection, board: str, due: Mapping[tuple[str, str], float]) -> None:
    """Add numbers by counter and label, all or none. Raises psycopg.Error."""
    await connection.execute(_ADD, _parameters(board, due))


def add(connection: Connection, board: str, due: Mapping[tuple[str, str], float]) -> None:
    """As ``add_async``."""
    connection.execute(_ADD, _parameters(board, due))


def all_counters(connection: Connection) -> list[tuple[str, str, str, float]]:
    """Every counter: name, board, label, value. Raises psycopg.Error."""
    return [(str(row[0]), str(row[1]), str(row[2]), float(row[3])) for row in connection.execute(_ALL)]


def _parameters(board: str, due: Mapping[tuple[str, str], float]) -> dict[str, Any]:
    rows = sorted((name, _plain(label), value) for (name, label), value in due.items())
    return {
        "board": board,
        "names": [row[0] for row in rows],
        "labels": [row[1] for row in rows],
        "values": [float(row[2]) for row in rows],
    }


def _plain(label: str) -> str:
    """What a text column takes."""
    return label.replace("\0", "").encode("utf-8", "replace").decode()[:100]
