from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
from scrapy.settings import Settings

from jobspiders.storage import database
from jobspiders.storage.config import StorageConfig, home_directory
from jobspiders.storage.errors import DatabaseError

SECRET = "s3cr%ecret"
BAD = [
    "sqlite:///jobs.db",
    "jobs",
    f"postgresql://me:{SECRET}@localhost/x",
    "postgresql://me:secret@127.0.0.1:1/x",
    "postgresql://me:secret@nowhere.invalid/x",
    "postgresql://me:secret@localhost:port/x",
    "postgres://me:secret@/x?host=/no/such/socket",
    "postgresql://me:secret@localhost/x?nonsense=1",
]


@pytest.mark.parametrize("url", BAD)
def test_a_database_that_cannot_be_reached_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        database.connect(url)
    with pytest.raises(DatabaseError) as raised_later:
        asyncio.run(database.connect_async(url))
    for error in (raised, raised_later):
        text = str(error.value)
        assert "\n" not in text
        assert "secret" not in text
        assert SECRET not in text
        assert "DATABASE_URL" in text


def test_all_spellings_of_the_scheme_are_one(database_url: str, tmp_path: Path) -> None:
    rest = database_url.split("://", 1)[1]
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        resolved = database.resolve(f"{scheme}://{rest}", tmp_path)
        assert resolved == database_url
        with database.connect(f"{scheme}://{rest}") as connection:
            assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


def test_settings_come_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://environment/x")
    monkeypatch.setenv("JOBSPIDERS_HOME", str(tmp_path / "environment"))
    assert database.database_url(Settings()) == "postgresql://environment/x"
    assert (
        database.database_url(Settings({"DATABASE_URL": "postgres://settings/x"}))
        == "postgresql://settings/x"
    )
    assert home_directory(Settings()) == tmp_path / "environment"
    assert home_directory(Settings({"JOBSPIDERS_HOME": "/abs"})) == Path("/abs")
    config = StorageConfig.from_settings(Settings({"STORAGE_BATCH_SIZE": "7", "STORAGE_ENABLED": "0"}))
    assert (config.batch_size, config.enabled, config.url) == (7, False, "postgresql://environment/x")


def test_the_home_is_beside_scrapy_cfg_wherever_one_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JOBSPIDERS_HOME", raising=False)
    (tmp_path / "scrapy.cfg").write_text("[settings]\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert home_directory(Settings()) == tmp_path / ".jobspiders"


def test_a_database_in_another_encoding_is_refused(embedded_home: Path) -> None:
    from jobspiders.storage.embedded import EmbeddedServer

    maintenance = EmbeddedServer(embedded_home).maintenance_url
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS latin")
        connection.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
    with pytest.raises(DatabaseError, match="LATIN1"):
        database.connect(maintenance.replace("/postgres?", "/latin?"))


def test_an_old_server_is_refused_in_one_line(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # no server older than 14 can run here: the version that the real one states is changed
    monkeypatch.setattr(psycopg.ConnectionInfo, "server_version", property(lambda _: 130012))
    with pytest.raises(DatabaseError, match="PostgreSQL 13; jobspiders needs 14"):
        database.connect(database_url)


def test_what_is_shown_names_the_database_without_secrets() -> None:
    assert database.describe("postgresql://me:pw@h:5/x?sslmode=require") == "me@h:5/x"
    assert database.describe("postgresql://%zz") == "the given DATABASE_URL"
    assert database.identity("postgres://a:b@h/x") == database.identity("postgresql://c:d@h:5432/x")
    assert (
        database.one_line(ValueError("pw is wrong\nsecond line"), "postgresql://me:pw@h/x") == "*** is wrong"
    )


def test_a_batch_leaves_at_once(database_url: str) -> None:
    def room(connection: psycopg.Connection[Any] | database.AsyncConnection) -> int:
        with socket.socket(fileno=os.dup(connection.fileno())) as same:
            return same.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    async def widened() -> int:
        connection = await database.connect_async(database_url)
        try:
            return room(connection)
        finally:
            await connection.close()

    with psycopg.connect(database_url) as plain:
        assert asyncio.run(widened()) > room(plain)
