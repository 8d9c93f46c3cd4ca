"""What the crawls table says of past crawls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg

from jobspiders.storage import database, embedded
from jobspiders.storage.config import StorageConfig


@dataclass(frozen=True, slots=True)
class LastCrawl:
    """The newest crawl of a board; ``outcome`` is None while it runs."""

    board: str
    started_at: datetime
    outcome: str | None


def last_crawls(config: StorageConfig) -> list[LastCrawl]:
    """The newest crawl of each board; none where there is no database yet. Raises DatabaseError."""
    if config.url is None and not embedded.is_running(config.home):
        return []
    query = (
        "SELECT DISTINCT ON (board) board, started_at, outcome FROM crawls ORDER BY board, started_at DESC"
    )
    with database.connect(database.resolve(config.url, config.home)) as connection:
        try:
            return [LastCrawl(*row) for row in connection.execute(query)]
        except psycopg.errors.UndefinedTable:
            return []
