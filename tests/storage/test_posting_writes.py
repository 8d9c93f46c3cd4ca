from __future__ import annotations

import asyncio
import uuid

import psycopg
import pytest

from jobspiders.storage import database
from jobspiders.storage.companies import Companies
from jobspiders.storage.posting_writes import LostRaceError, PostingWrites
from jobspiders.storage.tuples import encode, split
from tests.storage.crawling import START, posting, rows

CRAWL = str(uuid.uuid4())


async def _write(connection: database.AsyncConnection, *numbers: int) -> PostingWrites:
    writes = PostingWrites(Companies(connection))
    for number in numbers:
        writes.insert(*split(encode(posting(number), START)))
    async with connection.cursor() as cursor:
        await writes.number(cursor)
        await writes.insert_all(cursor, CRAWL)
    return writes


def test_new_postings_are_stored_with_the_ids_and_jobs_they_were_given(database_url: str) -> None:
    async def run() -> PostingWrites:
        connection = await database.connect_async(database_url)
        try:
            return await _write(connection, 10, 2, 1)
        finally:
            await connection.close()

    writes = asyncio.run(run())
    found = rows(database_url, "SELECT id, external_id, job_id, first_seen, detail_fetched_at FROM postings")
    assert [(new.id, new.head.external_id, new.job_id) for new in writes.stored] == [
        (row["id"], row["external_id"], row["job_id"]) for row in sorted(found, key=lambda row: row["id"])
    ]
    # ids follow the order of the keys, whatever the order in which they were found
    assert [new.head.external_id for new in writes.stored] == ["1", "10", "2"]
    assert {row["first_seen"] for row in found} == {
        posting(1).fetched_at,
        posting(2).fetched_at,
        posting(10).fetched_at,
    }
    assert {row["detail_fetched_at"] for row in found} == {None}
    assert len(rows(database_url, "SELECT FROM posting_search WHERE searchable IS NULL")) == 3


def test_who_comes_second_with_a_posting_loses_the_race_and_stores_nothing(database_url: str) -> None:
    async def run() -> None:
        first, second = [await database.connect_async(database_url) for _ in range(2)]
        try:
            async with first.transaction():
                await _write(first, 1)
                waiting = asyncio.create_task(_second(second))
                await _until_it_waits(first, waiting)
            await waiting
        finally:
            await first.close()
            await second.close()

    async def _second(connection: database.AsyncConnection) -> None:
        with pytest.raises(LostRaceError):
            async with connection.transaction():
                await _write(connection, 0, 1)

    async def _until_it_waits(connection: database.AsyncConnection, waiting: asyncio.Task[None]) -> None:
        while not waiting.done():
            cursor = await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if await cursor.fetchone() != (0,):
                return
            await asyncio.sleep(0.01)

    asyncio.run(run())
    assert [row["external_id"] for row in rows(database_url, "SELECT external_id FROM postings")] == ["1"]


def test_another_constraint_is_no_lost_race(database_url: str) -> None:
    async def run() -> None:
        connection = await database.connect_async(database_url)
        try:
            await connection.execute("CREATE UNIQUE INDEX one_title ON postings (board)")
            await _write(connection, 1, 2)
        finally:
            await connection.close()

    with pytest.raises(psycopg.errors.UniqueViolation):
        asyncio.run(run())
