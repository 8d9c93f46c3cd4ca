"""What a conditional request may send: the validators of the last healthy crawl of each scope."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import psycopg

from jobspiders.storage import database, embedded
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import DatabaseError

_LATEST = """
SELECT DISTINCT ON (s.scope) s.scope, s.validator_url, s.etag, s.last_modified
FROM crawl_scopes s JOIN crawls c ON c.id = s.crawl_id
WHERE s.board = %(board)s AND s.outcome IS NOT NULL AND c.version = %(version)s
  AND (s.complete AND s.outcome IN ('ok', 'empty') AND NOT s.withheld)
ORDER BY s.scope, s.finished_at DESC
"""


@dataclass(frozen=True, slots=True)
class Validator:
    """``etag`` and ``last_modified`` of ``url`` as the server gave them."""

    url: str
    etag: str | None
    last_modified: str | None


async def load_validators(config: StorageConfig, board: str, version: str | None) -> dict[str, Validator]:
    """The validators by scope of crawls of ``board`` that this version of jobspiders made.

    Another version might read more out of the same page, and a scope whose absent postings were withheld must
    be read again: neither gives a validator. Raises DatabaseError.
    """
    if config.url is None and not embedded.is_running(config.home):
        return {}
    url = await asyncio.to_thread(database.resolve, config.url, config.home)
    connection = await database.connect_async(url)
    try:
        cursor = await connection.execute(_LATEST, {"board": board, "version": version})
        rows = await cursor.fetchall()
    except psycopg.errors.UndefinedTable:
        return {}
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    finally:
        await connection.close()
    return {scope: Validator(*values) for scope, *values in rows if values[0] and (values[1] or values[2])}
