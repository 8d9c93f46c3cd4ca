"""Databases for the benchmark, on an embedded server of its own with fsync on, below .bench/."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from jobspiders.storage import embedded, schema


class Databases:
    """The server of ``home`` and the databases on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._server = embedded.EmbeddedServer(home)

    def __enter__(self) -> Databases:
        """Start the server, without what a broken-off run left."""
        shutil.rmtree(self.home / "journal", ignore_errors=True)
        embedded.start(self.home)
        self.restart(wal_level=None, max_wal_senders=None)
        for name in self.names() - {"postgres", "jobspiders", "template0", "template1"}:
            self.drop(name)
        return self

    def __exit__(self, *_: object) -> None:
        embedded.stop(self.home)

    def restart(self, **options: str | None) -> None:
        """Restart the server with these options set, or back at their defaults where None."""
        with psycopg.connect(self._server.maintenance_url, autocommit=True) as connection:
            for name, value in options.items():
                change = sql.SQL("SET {} = {}") if value is not None else sql.SQL("RESET {}")
                values = [sql.Identifier(name), *([sql.Literal(value)] if value is not None else [])]
                connection.execute(sql.SQL("ALTER SYSTEM ") + change.format(*values))
        embedded.stop(self.home)
        embedded.start(self.home)

    def url(self, name: str) -> str:
        """The URL of a database."""
        return self._server.url.replace("/jobspiders?", f"/{name}?")

    def fresh(self, name: str, template: str | None = None) -> str:
        """The URL of a database of this name that is new: with our tables, or a copy of ``template``."""
        with psycopg.connect(self._server.maintenance_url, autocommit=True) as connection:
            identifier = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
            made = sql.SQL("CREATE DATABASE {}").format(identifier)
            if template:
                made += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
            connection.execute(made)
        if not template:
            schema.upgrade(self.url(name))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database."""
        with psycopg.connect(self._server.maintenance_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def names(self) -> set[str]:
        """The databases that are there."""
        with psycopg.connect(self._server.maintenance_url, autocommit=True) as connection:
            return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}

    def checkpoint(self) -> None:
        """Write out what the last measurement left, so that it is not part of the next one."""
        with psycopg.connect(self._server.maintenance_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def version(self) -> str:
        """Of the server."""
        with psycopg.connect(self._server.maintenance_url) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            fsync = connection.execute("SHOW fsync").fetchone()
        assert row is not None and fsync is not None
        return f"{row[0]}, fsync {fsync[0]}"

    def processor_seconds(self) -> float:
        """CPU of all processes of the server since it started."""
        pid = int((self._server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        total = 0.0
        postmaster = psutil.Process(pid)
        for process in (postmaster, *postmaster.children()):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            if process.pid == pid:
                total += times.children_user + times.children_system
        return total
