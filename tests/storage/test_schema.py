from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from jobspiders.storage import schema, statements, upsert
from jobspiders.storage.errors import DatabaseError, SchemaError
from jobspiders.storage.tables import metadata
from tests.storage.crawling import config, crawl, posting, value

MIGRATIONS = Path(str(resources.files("jobspiders.storage.migrations")))


def test_migrations_make_what_the_metadata_says(database_url: str) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(database_url), poolclass=NullPool
    )
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_revisions_are_one_line_and_named_in_order() -> None:
    setup = Config()
    setup.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(setup)
    chain = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(chain)) == schema.revisions()
    assert script.get_heads() == [schema.revisions()[-1]]


def test_no_statement_needs_more_than_postgresql_14() -> None:
    texts = [path.read_text() for path in MIGRATIONS.glob("versions/0*.py")]
    texts += [Path(str(module.__file__)).read_text() for module in (statements, upsert)]
    newer = re.compile(
        r"RETURNING\s+(OLD|NEW)\b\.|WITH\s*\(\s*OLD\b|uuidv7|\bMERGE\s+INTO|JSON_TABLE|IS\s+JSON|any_value|pg_trgm|"
        r"CREATE\s+EXTENSION|NULLS\s+NOT\s+DISTINCT|security_invoker",
        re.IGNORECASE,
    )
    for text in texts:
        assert newer.search(text) is None


def test_upgrading_twice_and_from_several_processes_at_once_is_harmless(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(schema.ensure_current, [empty_database_url] * 4)) == [None] * 4
    schema.upgrade(empty_database_url)
    assert schema.status(empty_database_url).is_current
    assert schema.status(empty_database_url).current == schema.revisions()[-1]


def test_reset_leaves_empty_tables_and_what_is_not_ours(database_url: str, tmp_path: Path) -> None:
    value(database_url, "CREATE TABLE theirs (n integer)")
    crawl(config(database_url, tmp_path), [posting(1)])
    schema.reset(database_url)
    assert value(database_url, "SELECT count(*) FROM postings") == 0
    assert value(database_url, "SELECT count(*) FROM theirs") == 0


def test_a_newer_database_is_touched_by_nothing(database_url: str) -> None:
    value(database_url, "UPDATE alembic_version SET version_num = 'zzzz'")
    for change in (schema.ensure_current, schema.upgrade, schema.reset):
        with pytest.raises(SchemaError) as raised:
            change(database_url)
        assert "\n" not in str(raised.value)
    assert value(database_url, "SELECT version_num FROM alembic_version") == "zzzz"


def test_what_the_server_refuses_is_one_line(empty_database_url: str) -> None:
    value(empty_database_url, "CREATE TABLE companies (other integer)")
    with pytest.raises(DatabaseError, match="already exists") as raised:
        schema.ensure_current(empty_database_url)
    assert "\n" not in str(raised.value)
    assert schema.status(empty_database_url).current is None
