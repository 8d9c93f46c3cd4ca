"""One connection to the database that is made when it is needed, and made again after it broke."""

from __future__ import annotations

import threading

import psycopg

from jobspiders.storage import database, schema
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import Connection
from jobspiders.storage.errors import DatabaseError


class SteadyConnection:
    """Call it for a connection in autocommit mode, one per thread. Raises DatabaseError.

    The first call of a process starts the embedded server where that is the database, and applies migrations.
    A statement may take ``statement_timeout`` seconds: what runs beside Scrapyd must not hang with a database
    that hangs.
    """

    def __init__(self, config: StorageConfig, *, statement_timeout: float = 10.0) -> None:
        self._config = config
        self._timeout = statement_timeout
        self._local = threading.local()
        self._lock = threading.Lock()
        self._url: str | None = None

    def __call__(self) -> Connection:
        kept: Connection | None = getattr(self._local, "connection", None)
        if kept is not None and not kept.closed and not kept.broken:
            return kept
        try:
            connection = database.connect(self.url)
        except DatabaseError:
            if self._config.url is not None:
                raise
            # the embedded server may have died: starting it is our own affair
            connection = database.connect(database.resolve(None, self._config.home))
        connection.execute(
            "SELECT set_config('statement_timeout', %s, false)", [f"{self._timeout * 1000:.0f}"]
        )
        self._local.connection = connection
        return connection

    @property
    def url(self) -> str:
        """The URL of the database, with our tables in it."""
        with self._lock:
            if self._url is None:
                url = database.resolve(self._config.url, self._config.home)
                schema.ensure_current(url)
                self._url = url
            return self._url

    def close(self) -> None:
        """Close the connection of this thread."""
        kept: Connection | None = getattr(self._local, "connection", None)
        if kept is not None:
            self._local.connection = None
            try:
                kept.close()
            except psycopg.Error:
                return
