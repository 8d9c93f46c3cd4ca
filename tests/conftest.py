"""PostgreSQL for tests: one embedded server per session, a database of its own for each test that asks."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jobspiders.storage import embedded, schema

TEMPLATE = "jobspiders_template"


@pytest.fixture(scope="session")
def embedded_home() -> Iterator[Path]:
    """A home whose server runs for the session, with a migrated template database in it."""
    with tempfile.TemporaryDirectory(prefix="jobspiders-tests-") as directory:
        home = Path(directory) / "home"
        embedded.start(home)
        try:
            server = embedded.EmbeddedServer(home)
            with psycopg.connect(server.maintenance_url, autocommit=True) as connection:
                # no test pulls the plug, and every one makes a database
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            schema.upgrade(server.url.replace("/jobspiders?", f"/{TEMPLATE}?"))
            yield home
        finally:
            embedded.stop(home)


@pytest.fixture
def own_home() -> Iterator[Path]:
    """A home for a server of the test's own, stopped at its end.

    Not below pytest's own directory: another session of pytest that starts closes that to other accounts.
    """
    with tempfile.TemporaryDirectory(prefix="jobspiders-tests-") as directory:
        home = Path(directory) / "home"
        try:
            yield home
        finally:
            embedded.stop(home)


@pytest.fixture
def empty_database_url(embedded_home: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    with fresh_database(embedded_home, "template1") as url:
        yield url


@pytest.fixture
def database_url(embedded_home: Path) -> Iterator[str]:
    """The URL of a database with our tables and nothing in them."""
    with fresh_database(embedded_home) as url:
        yield url


@contextmanager
def fresh_database(home: Path, template: str = TEMPLATE) -> Iterator[str]:
    """A database of its own on the server of ``home``, dropped afterwards."""
    server = embedded.EmbeddedServer(home)
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.maintenance_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.url.replace("/jobspiders?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
