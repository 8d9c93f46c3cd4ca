"""Brings a database to the tables of this version.

Alembic and SQLAlchemy take a third of a second to import, so they are imported only where something is to be
done: a crawl on a current database asks for the revision and goes on.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from jobspiders.storage import database
from jobspiders.storage.errors import DatabaseError, SchemaError

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)

#: Key of the advisory lock that migrations hold, so that processes starting together apply them once.
LOCK_KEY = 0x6A6F6273
#: Seconds that a change of the tables waits for others to let go of them.
LOCK_TIMEOUT = 30

_MIGRATIONS = "jobspiders.storage.migrations"


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """The revision of a database (None: no tables of ours) and the newest that this version knows."""

    current: str | None
    head: str

    @property
    def is_current(self) -> bool:
        return self.current == self.head


def revisions() -> tuple[str, ...]:
    """All revisions, oldest first."""
    versions = resources.files(_MIGRATIONS) / "versions"
    names = (entry.name for entry in versions.iterdir())
    return tuple(
        sorted(name.split("_", 1)[0] for name in names if name[:1].isdigit() and name.endswith(".py"))
    )


def status(url: str) -> SchemaStatus:
    """What revision a database has. Raises DatabaseError."""
    with database.connect(url) as connection, _one_line(url):
        return SchemaStatus(_current(connection), revisions()[-1])


def ensure_current(url: str) -> None:
    """Apply what is missing. Raises SchemaError for a database of a newer version, else DatabaseError."""
    with database.connect(url) as connection, _one_line(url):
        current = _known(_current(connection), url)
    if current != revisions()[-1]:
        upgrade(url)


def upgrade(url: str) -> None:
    """Apply the migrations that are missing, all or none, one process at a time. Raises as ensure_current."""
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _one_line(url), _connection(url) as connection, _script_location() as location:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        if _known(_current(driver), url) == revisions()[-1]:
            return
        config = Config()
        config.set_main_option("script_location", str(location).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        logger.info("The tables of %s are now at revision %s", database.describe(url), revisions()[-1])


def reset(url: str) -> None:
    """Drop every table of ours with all that is in it, and make them anew. Raises as ensure_current."""
    from jobspiders.storage.tables import metadata

    with database.connect(url, autocommit=False) as connection, _one_line(url):
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        _known(_current(connection), url)
        for name in [*metadata.tables, "alembic_version"]:
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    upgrade(url)


def _current(connection: database.Connection) -> str | None:
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _known(current: str | None, url: str) -> str | None:
    if current is not None and current not in revisions():
        raise SchemaError(
            f"the database was made by a newer jobspiders (revision {current}, this one knows up to "
            f"{revisions()[-1]}): update jobspiders, or use another database than {database.describe(url)}"
        )
    return current


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """An SQLAlchemy connection in one transaction."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: database.connect(url, autocommit=False), poolclass=NullPool
    )
    with engine.begin() as connection:
        yield connection


@contextmanager
def _script_location() -> Iterator[Path]:
    """The directory of the migrations; a copy of it where the package is imported from a zipped egg."""
    found = resources.files(_MIGRATIONS)
    if isinstance(found, Path):
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="jobspiders-migrations-") as directory:
        _copy(found, Path(directory))
        yield Path(directory)


def _copy(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        if entry.is_dir():
            (target / entry.name).mkdir()
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())


@contextmanager
def _one_line(url: str) -> Iterator[None]:
    """Turn what the database says, also through SQLAlchemy, into a DatabaseError."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:
        cause = error if isinstance(error, psycopg.Error) else getattr(error, "orig", None)
        if not isinstance(cause, psycopg.Error):
            raise
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(cause, url)}") from error
