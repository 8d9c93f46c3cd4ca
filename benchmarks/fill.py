"""Many stored postings in a few minutes: some are stored as a crawl stores them, and SQL makes the others of them.

A copy has a company, an address, a job, keys of matching and times of its own. Its description is there for
full-text search and matching only: no query and no upsert of another posting reads the text itself. Tables are filled
without their indexes, which are made afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks import pages
from benchmarks.invented import Inventor
from benchmarks.site import TENANT
from benchmarks.stages import read_ats
from jobspiders.matching.keys import MARK_BITS
from jobspiders.normalise.posting import normalise
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import connect_async
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.records import CrawlRecord, ScopeRecord
from jobspiders.storage.tables import metadata
from jobspiders.storage.writer import extend_search

#: Postings that are stored in earnest.
ORIGINALS = 10_000
#: Numbers of these postings, apart from those that are crawled.
FIRST = 70_000_000

_POSTING = {
    "id": "p.id + r * 10000000",
    "external_id": "p.external_id || '-' || r",
    "job_id": "md5(p.job_id::text || r)::uuid",
    "company_id": "p.company_id + r * 1000000",
    "company": "p.company || ' ' || r",
    "url": "p.url || '-' || r",
    "apply_url": "p.apply_url || '-' || r",
    "scope": "p.scope || '-' || r",
    "requisition_id": "p.requisition_id || '-' || r",
    "description": "NULL",
    "description_html": "NULL",
    "raw": "NULL",
    "content_hash": "decode(md5(p.external_id || r), 'hex')",
    "first_seen": "p.first_seen - t.age",
    "last_seen": "p.first_seen - t.age * 0.2",
    "date_posted": "p.first_seen - t.age - interval '2 days'",
    "closed_at": "CASE WHEN t.dice < 0.4 THEN p.first_seen - t.age * t.dice END",
    "close_reason": "CASE WHEN t.dice < 0.4 THEN 'absent' END",
    "version": "CASE WHEN t.dice > 0.9 THEN 2 ELSE 1 END",
}
_SIGNATURE = {
    "posting_id": "p.posting_id + r * 10000000",
    "company": "p.company || ' ' || r",
    "apply_hash": "hashint8extended(p.apply_hash, r)",
    "job_id": "md5(p.job_id::text || r)::uuid",
    "external_id": "p.external_id || '-' || r",
    "keys": "ARRAY(SELECT hashint8extended(k, r) FROM unnest(p.keys) AS k)",
}
_BAND = {"key": "hashint8extended(p.key, r)", "entry": f"p.entry + (r * 10000000::bigint << {MARK_BITS})"}
_SEARCH = {"posting_id": "p.posting_id + r * 10000000", "searchable": "strip(p.searchable)"}
_COMPANY = {"id": "p.id + r * 1000000", "key": "p.key || '-' || r", "name": "p.name || ' ' || r"}
_VERSIONS = """
INSERT INTO posting_versions (posting_id, version, changed_at, crawl_id, changes)
SELECT id, 2, last_seen, last_crawl_id, '{"salary_text": [null, "$90,000 - $120,000"]}' FROM postings WHERE version = 2
"""
_AGED = "UPDATE postings SET first_seen = first_seen - random() * interval '60 days' WHERE id < 10000000"
_CRAWLS = """
INSERT INTO crawls (id, board, started_at, finished_at, outcome, new)
SELECT gen_random_uuid(), board, now() - day * interval '1 day', now() - day * interval '1 day', 'ok', 100
FROM generate_series(1, 300) AS day, unnest(ARRAY['greenhouse', 'linkedin', 'lever']) AS board
"""


def store_originals(url: str, home: Path, tell: Callable[[str], None]) -> None:
    """Store ORIGINALS postings in the empty database of ``url`` as a crawl stores them."""
    tell(f"  storing {ORIGINALS:,} postings in earnest")
    asyncio.run(_originals(url, home, ORIGINALS))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_AGED)
        connection.execute(_CRAWLS)
        connection.execute("VACUUM ANALYZE")


def multiply(url: str, size: int, tell: Callable[[str], None]) -> None:
    """Bring a database that holds the originals to ``size`` postings."""
    tell(f"  filling up to {size:,}")
    _multiply(url, size // ORIGINALS, tell)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    tell("    vacuumed and analysed")


async def _originals(url: str, home: Path, count: int) -> None:
    inventor, now = Inventor(), datetime.now(UTC)
    config = StorageConfig(home=home, url=url, search_time=0.0)
    crawl = CrawlRecord(id=str(uuid4()), board="greenhouse", started_at=now)
    ingest = await Ingest.open(config, crawl)
    for at in range(FIRST, FIRST + count, TENANT):
        company = inventor.company(at // TENANT)
        for posting in read_ats([pages.greenhouse(list(inventor.postings(company, at, TENANT)))]):
            posting.scope, posting.company = company.token, company.name
            ingest.append(normalise(posting, now=now, count=lambda name: None))
        ingest.end_scope(ScopeRecord(scope=company.token, complete=True, outcome="ok", postings=TENANT))
        while ingest.backlog > 2000:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0)
    await ingest.close(replace(crawl, finished_at=now, outcome="ok", finish_reason="finished"))
    connection = await connect_async(url)
    while await extend_search(connection, 500):
        pass
    await connection.close()


def _multiply(url: str, copies: int, tell: Callable[[str], None]) -> None:
    """Make ``copies`` - 1 further postings of each; two connections share the work."""
    jobs: list[tuple[str, dict[str, str]]] = [
        ("postings", _POSTING),
        ("posting_bands", _BAND),
        ("posting_search", _SEARCH),
        ("posting_signatures", _SIGNATURE),
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        keys = _rows(connection, _FOREIGN_KEYS)
        for table, name, _ in keys:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        _copy_rows(connection, "companies", _COMPANY, copies)
        connection.execute("SELECT setval(pg_get_serial_sequence('companies', 'id'), 900000000)")
        with ThreadPoolExecutor(2) as pool:
            for done in [
                pool.submit(_fill_table, url, table, values, copies, tell) for table, values in jobs
            ]:
                done.result()
        connection.execute("SELECT setval(pg_get_serial_sequence('postings', 'id'), 90000000000)")
        connection.execute(_VERSIONS)
        for table, name, definition in keys:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u')
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def _fill_table(
    url: str, table: str, values: dict[str, str], copies: int, tell: Callable[[str], None]
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET max_parallel_maintenance_workers = 1")
        keys, indexes = _rows(connection, _KEYS, table), _rows(connection, _INDEXES, table)
        with connection.transaction():
            for name, _ in keys:
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name, _ in indexes:
                connection.execute(f"DROP INDEX {name}")
            connection.execute(f"CREATE TEMPORARY TABLE original ON COMMIT DROP AS SELECT * FROM {table}")
            connection.execute(f"TRUNCATE {table}")
            _copy_rows(connection, table, values, copies, source="original", first=0)
            for name, definition in keys:
                connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            for _, definition in indexes:
                connection.execute(definition)
        tell(f"    {table} filled")


def _copy_rows(
    connection: psycopg.Connection[Any],
    table: str,
    values: dict[str, str],
    copies: int,
    *,
    source: str | None = None,
    first: int = 1,
) -> None:
    names = [column.name for column in metadata.tables[table].columns if column.computed is None]
    chosen = [
        f"CASE WHEN r = 0 THEN p.{name} ELSE {values[name]} END" if name in values else f"p.{name}"
        for name in names
    ]
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) OVERRIDING SYSTEM VALUE SELECT {', '.join(chosen)} "
        f"FROM generate_series({first}, {copies - 1}) AS r, {source or table} AS p, "
        "LATERAL (SELECT random() * interval '300 days' AS age, random() AS dice "
        f"WHERE r >= 0 AND p.{names[0]} IS NOT NULL) AS t"
    )


def _rows(connection: psycopg.Connection[Any], query: str, table: str | None = None) -> list[tuple[Any, ...]]:
    return connection.execute(query, None if table is None else [table]).fetchall()
