"""PostgreSQL for tests: one embedded server per session, a database of its own for each test that asks."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
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
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            schema.upgrade(server.url.replace("/jobspiders?", f"/{TEMPLATE}?"))
            yield home
        finally:
            embedded.stop(home)


@pytest.fixture
def empty_database_url(embedded_home: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    yield from _database(embedded_home, "template1")


@pytest.fixture
def database_url(embedded_home: Path) -> Iterator[str]:
    """The URL of a database with our tables and nothing in them."""
    yield from _database(embedded_home, TEMPLATE)


def _database(home: Path, template: str) -> Iterator[str]:
    server = embedded.EmbeddedServer(home)
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.maintenance_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.url.replace("/jobspiders?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
