from __future__ import annotations

import asyncio
import json
import random
import signal
import uuid
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from jobspiders.items import JobPosting
from jobspiders.storage import embedded, schema
from jobspiders.storage.batch import encode_record, fold
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import DatabaseError, JournalTakenError, SchemaError
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.journal import Journal
from jobspiders.storage.records import Counts
from jobspiders.storage.segments import Kind
from tests.storage.crawling import (
    BOARD,
    config,
    crawl,
    crawl_async,
    crawl_record,
    day,
    posting,
    rows,
    scope_end,
    value,
)
from tests.storage.ingesting import start
from tests.storage.test_embedded import kill_server


def test_the_row_of_a_crawl_says_how_it_went(database_url: str, tmp_path: Path) -> None:
    record = crawl_record(arguments={"companies": "lindgren"}, node="here", job_id="job1")
    record.requests, record.responses, record.duplicates = 7, 6, 2
    record.stats, record.coverage = {"a/b": 1, "odd": "\x00"}, {"title": 3}
    crawl(config(database_url, tmp_path), [posting(1), posting(2), posting(2), scope_end(2)], record)
    [row] = rows(database_url, "SELECT * FROM crawls")
    expected = {
        "board": BOARD,
        "arguments": {"companies": "lindgren"},
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "outcome": "ok",
        "finish_reason": "finished",
        "new": 2,
        "duplicates": 3,
        "requests": 7,
        "responses": 6,
        "stats": {"a/b": 1, "odd": ""},
        "coverage": {"title": 3},
        "node": "here",
        "job_id": "job1",
        "journal_position": 5,
    }
    assert {name: row[name] for name in expected} == expected
    [scope] = rows(database_url, "SELECT scope, outcome, complete, postings, new FROM crawl_scopes")
    assert scope == {"scope": "lindgren", "outcome": "ok", "complete": True, "postings": 2, "new": 2}


def test_a_crawl_that_goes_on_shows_its_state_meanwhile(database_url: str, tmp_path: Path) -> None:
    async def run() -> None:
        record = crawl_record()
        ingest = await Ingest.open(config(database_url, tmp_path), record)
        record.requests, record.stats = 3, {"x": 1}
        ingest.append(posting(1))
        ingest.update(record)
        async with asyncio.timeout(60):
            while value(database_url, "SELECT requests + new FROM crawls") != 4:
                await asyncio.sleep(0.01)
        assert value(database_url, "SELECT finished_at FROM crawls") is None
        assert ingest.counts.new == 1
        assert ingest.backlog == 0
        await ingest.close(record)

    asyncio.run(run())


def test_the_end_of_a_crawl_is_not_overwritten_by_an_earlier_state(database_url: str, tmp_path: Path) -> None:
    async def run() -> None:
        record = crawl_record()
        ingest = await Ingest.open(config(database_url, tmp_path), record)
        ingest.append(posting(1))
        ingest.update(record)
        record.finish_reason, record.outcome, record.finished_at = "finished", "ok", day(1)
        await ingest.close(record)

    asyncio.run(run())
    [row] = rows(database_url, "SELECT finish_reason, outcome, finished_at FROM crawls")
    assert row == {"finish_reason": "finished", "outcome": "ok", "finished_at": day(1)}


def test_descriptions_are_found_when_the_crawl_has_ended(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n, description=f"We grow tomatoes {n}.") for n in range(100)])
    found = "SELECT count(*) FROM search_postings('tomatoes gardener')"
    assert value(database_url, found) == 100
    crawl(storage, [posting(1, day(1), description="We grow leeks.")], crawl_record(day(1)))
    assert value(database_url, found) == 99
    crawl(config(database_url, tmp_path, search_time=0.0), [posting(n + 200, day(2)) for n in range(90)])
    assert value(database_url, "SELECT count(*) FROM posting_search WHERE searchable IS NULL") > 0
    assert value(database_url, "SELECT count(*) FROM search_postings('gardener')") == 190


def test_a_resumed_crawl_is_the_same_crawl_and_counts_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    record = crawl_record()
    record.requests = 5
    crawl(storage, [posting(n) for n in range(10)], record)
    again = crawl_record(day(0), id=record.id)
    again.requests = 4
    counts = crawl(storage, [posting(n) for n in range(5, 15)] + [scope_end(15)], again)
    assert counts == Counts(new=15, duplicates=5)
    [row] = rows(database_url, "SELECT new, duplicates, requests, outcome FROM crawls")
    assert row == {"new": 15, "duplicates": 5, "requests": 9, "outcome": "ok"}


def test_two_processes_cannot_run_the_same_crawl(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)

    async def run() -> None:
        record = crawl_record()
        ingest = await Ingest.open(storage, record)
        with pytest.raises(JournalTakenError):
            await Ingest.open(storage, record)
        await ingest.close(record)

    asyncio.run(run())


@pytest.mark.parametrize("url", ["postgresql://me:secret@127.0.0.1:1/x", "mysql://me:secret@h/x", "no url"])
def test_a_wrong_url_is_one_line_and_leaves_nothing_behind(tmp_path: Path, url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        crawl(config(url, tmp_path), [])
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)
    assert not list(tmp_path.glob("journal/*"))


def test_a_database_of_a_newer_version_is_refused(database_url: str, tmp_path: Path) -> None:
    value(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="newer jobspiders"):
        crawl(config(database_url, tmp_path), [posting(1)])
    assert not list(tmp_path.glob("journal/*"))


def test_the_first_crawl_makes_the_tables(empty_database_url: str, tmp_path: Path) -> None:
    assert crawl(config(empty_database_url, tmp_path), [posting(1)]) == Counts(new=1)
    assert schema.status(empty_database_url).is_current


def test_a_posting_that_the_database_refuses_does_not_hold_up_the_others(
    database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE postings ADD CONSTRAINT luck CHECK (title <> 'Gardener 13')")
    items = [posting(n) for n in range(40)] + [
        posting(50, external_id=""),
        posting(51, external_id="x" * 3000),
    ]
    assert crawl(config(database_url, tmp_path), items) == Counts(new=39, rejected=3)
    reasons = rows(
        database_url, "SELECT external_id, reason FROM rejected_postings ORDER BY external_id NULLS LAST"
    )
    assert reasons[0]["external_id"] == "13"
    assert "luck" in reasons[0]["reason"]
    assert "longer" in reasons[1]["reason"]
    assert reasons[2] == {"external_id": None, "reason": "no external_id"}


def test_companies_are_one_row_however_they_are_written(database_url: str, tmp_path: Path) -> None:
    names = ["Acme Inc", "ACME  inc", " acme inc ", "Other", None]
    crawl(config(database_url, tmp_path), [posting(n, company=name) for n, name in enumerate(names)])
    assert [row["name"] for row in rows(database_url, "SELECT name FROM companies ORDER BY name")] == [
        "Acme Inc",
        "Other",
    ]
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE postings SET company_id = NULL")
        connection.execute("DELETE FROM companies")
    crawl(config(database_url, tmp_path), [posting(9, company="Other")])
    assert value(database_url, "SELECT count(company_id) FROM postings") == 1


def test_what_a_killed_crawl_left_is_stored_by_the_next_one(database_url: str, tmp_path: Path) -> None:
    rng = random.Random(5)
    safe: set[int] = set()
    for attempt in range(4):
        numbers = list(range(attempt * 1000, attempt * 1000 + 400))
        process = start(url=database_url, home=str(tmp_path), numbers=numbers, pause=0.001)
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        last = -1
        for _ in range(rng.randrange(1, 60)):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.communicate()
        safe |= {number for number in numbers if number <= last}
    counts = crawl(config(database_url, tmp_path), [posting(99_999)])
    assert counts == Counts(new=1)
    stored = Counter(
        int(row["external_id"]) for row in rows(database_url, "SELECT external_id FROM postings")
    )
    assert safe <= set(stored)
    assert set(stored.values()) == {1}
    # each posting was counted once, by the crawl that found it
    assert value(database_url, "SELECT sum(new) FROM crawls") == len(stored)
    dead = rows(
        database_url, "SELECT outcome, finish_reason, finished_at FROM crawls WHERE finish_reason = 'killed'"
    )
    assert [(row["outcome"], row["finished_at"] is not None) for row in dead] == [("failed", True)] * 4
    assert not list(tmp_path.glob("journal/*"))


def test_a_killed_crawl_that_is_resumed_loses_and_doubles_nothing(database_url: str, tmp_path: Path) -> None:
    crawl_id = str(uuid.uuid4())
    numbers = list(range(600))
    done = 0
    for kill_after in (15, 40, None):
        process = start(
            url=database_url, home=str(tmp_path), numbers=numbers[done:], crawl_id=crawl_id, pause=0.001
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        if kill_after is None:
            said = process.communicate(timeout=60)[0].splitlines()[-1]
            break
        for _ in range(kill_after):
            done = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert json.loads(said)["new"] == 600
    assert value(database_url, "SELECT count(*) FROM postings") == 600
    assert rows(database_url, "SELECT new, changed, unchanged, outcome FROM crawls") == [
        {"new": 600, "changed": 0, "unchanged": 0, "outcome": "ok"}
    ]


def test_processes_that_store_the_same_postings_agree(database_url: str, tmp_path: Path) -> None:
    overlapping = [
        list(range(0, 400)),
        list(range(300, 700)),
        list(range(699, 299, -1)),
        list(range(200, 600)),
    ]
    processes = [
        start(url=database_url, home=str(tmp_path / str(index)), numbers=numbers, batch_size=37, on_day=0)
        for index, numbers in enumerate(overlapping)
    ]
    counts = []
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert "deadlock" not in errors
        counts.append(json.loads(output.splitlines()[-1]))
    assert value(database_url, "SELECT count(*) FROM postings") == 700
    assert sum(count["new"] for count in counts) == 700
    for count, numbers in zip(counts, overlapping, strict=True):
        assert count["new"] + count["unchanged"] == len(numbers)
    assert value(database_url, "SELECT count(*) FROM companies") == 1


@pytest.mark.parametrize(
    ("limits", "at_once"), [({"batch_size": 10}, 20), ({"batch_size": 500, "batch_bytes": 1}, 25)]
)
def test_less_than_a_batch_waits_for_more(
    database_url: str, tmp_path: Path, limits: dict[str, int], at_once: int
) -> None:
    async def run() -> tuple[int, Counts]:
        record = crawl_record()
        ingest = await Ingest.open(config(database_url, tmp_path, batch_interval=3600.0, **limits), record)
        for number in range(25):
            ingest.append(posting(number))
        # as the end of an interval does: how large a batch is in records is known from the first on
        ingest._writer._wake.set()
        async with asyncio.timeout(60):
            while ingest.counts.new < at_once:
                await asyncio.sleep(0.01)
        for _ in range(50):
            await asyncio.sleep(0)
        return ingest.counts.new, await ingest.close(record)

    assert asyncio.run(run()) == (at_once, Counts(new=25))


def test_the_crawl_goes_on_while_the_database_is_away(own_home: Path, tmp_path: Path) -> None:
    url = embedded.start(own_home)

    async def run() -> Counts:
        record = crawl_record()
        ingest = await Ingest.open(config(url, tmp_path, batch_size=25), record)
        for number in range(900):
            ingest.append(posting(number))
            if number == 200:
                kill_server(own_home)
            elif number == 400:
                await asyncio.to_thread(embedded.start, own_home)
            elif number == 600:
                await asyncio.to_thread(embedded.stop, own_home)
            elif number == 700:
                await asyncio.to_thread(embedded.start, own_home)
            if number % 10 == 0:
                await asyncio.sleep(0.002)
        return await ingest.close(record)

    assert asyncio.run(run()) == Counts(new=900)
    assert value(url, "SELECT count(*) FROM postings") == 900
    assert rows(url, "SELECT new, unchanged FROM crawls") == [{"new": 900, "unchanged": 0}]

    # a database that stays away to the end leaves the journal to the next crawl
    async def without_end() -> Counts:
        record = crawl_record(day(1))
        ingest = await Ingest.open(config(url, tmp_path, drain_timeout=0.2), record)
        embedded.stop(own_home)
        ingest.append(posting(1000, day(1)))
        return await ingest.close(record)

    assert asyncio.run(without_end()) == Counts()
    assert len(list((tmp_path / "journal").iterdir())) == 1
    embedded.start(own_home)
    assert crawl(config(url, tmp_path), [posting(1001, day(2))], crawl_record(day(2))) == Counts(new=1)
    assert value(url, "SELECT count(*) FROM postings") == 902
    assert value(url, "SELECT count(*) FROM crawls WHERE new = 1 AND finished_at IS NOT NULL") == 2


def test_a_full_disk_ends_the_journal_but_nothing_in_it_is_lost(database_url: str, tmp_path: Path) -> None:
    process = start(
        url=database_url, home=str(tmp_path), numbers=list(range(500)), batch_size=1000, file_limit=60_000
    )
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    lines = output.splitlines()
    [said] = [line for line in lines if line.startswith("JournalError: ")]
    assert "JOBSPIDERS_HOME" in said
    stored = value(database_url, "SELECT count(*) FROM postings")
    assert json.loads(lines[-1])["new"] == stored > 20
    assert value(database_url, "SELECT outcome FROM crawls") == "ok"


def test_a_journal_of_another_database_waits_for_it(
    database_url: str, own_home: Path, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    journal = Journal(
        storage.journals / str(uuid.uuid4()),
        meta={"crawl": json.loads(encode_record(crawl_record())), "database": "elsewhere:5432/jobs"},
    )
    journal.append(Kind.POSTING, b"")
    journal.release()
    crawl(storage, [posting(1)])
    assert value(database_url, "SELECT count(*) FROM crawls") == 1
    assert len(list(storage.journals.iterdir())) == 1


def test_a_journal_with_other_columns_is_stored_by_name(database_url: str, tmp_path: Path) -> None:
    from jobspiders.storage import database
    from jobspiders.storage.fields import NULL, PACK
    from jobspiders.storage.rows import NAMES, row_of
    from jobspiders.storage.tuples import encode, split

    storage = config(database_url, tmp_path)
    older = [name for name in NAMES if name not in {"quality", "tags"}] + ["retired"]
    item: JobPosting = posting(7)
    values = dict(zip(NAMES, row_of(item, day(0)), strict=True)) | {"retired": "x"}
    encoded = encode(item, day(0))
    head = encoded[: len(encoded) - len(split(encoded)[1])]
    record = crawl_record()
    journal = Journal(
        storage.journals / record.id,
        meta={
            "crawl": json.loads(encode_record(record)),
            "database": database.identity(database_url),
            "columns": older,
        },
    )
    # before fields had the types of the table, all were texts
    texts = [NULL if values[name] is None else PACK["text"](values[name]) for name in older]
    journal.append(Kind.POSTING, head + b"".join(texts))
    journal.release()
    crawl(storage, [])
    [row] = rows(database_url, "SELECT title, description, quality, tags FROM postings")
    assert row == {"title": item.title, "description": item.description, "quality": None, "tags": []}


def test_known_rows_that_a_dead_crawl_left_are_stored_by_the_next(database_url: str, tmp_path: Path) -> None:
    from jobspiders.items import SeenPostings
    from jobspiders.storage import database
    from jobspiders.storage.batch import encode_seen_rows
    from jobspiders.storage.rows import NAMES

    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    record = crawl_record(day(1))
    meta = {
        "crawl": json.loads(encode_record(record)),
        "database": database.identity(database_url),
        "columns": NAMES,
    }
    journal = Journal(storage.journals / record.id, meta=meta)
    seen = SeenPostings(BOARD, ["1", "2"], [0, 0], "lindgren", fetched_at=day(1))
    journal.append(Kind.SEEN_ROWS, encode_seen_rows(seen, day(1)))
    journal.release()
    crawl(storage, [], crawl_record(day(2)))
    [row] = rows(database_url, "SELECT DISTINCT last_seen FROM postings")
    assert row == {"last_seen": day(1)}
    assert value(database_url, "SELECT unchanged FROM crawls WHERE id = %s", record.id) == 2


def test_known_rows_after_the_closing_of_one_of_them_begin_a_new_batch() -> None:
    from jobspiders.items import ClosedPosting, SeenPostings
    from jobspiders.storage.batch import encode_closed, encode_seen_rows
    from jobspiders.storage.segments import Record

    closed = encode_closed(ClosedPosting(board=BOARD, external_id="2", reason="http 404"), day(0))
    first, second = (encode_seen_rows(SeenPostings(BOARD, ids), day(0)) for ids in (["1"], ["3", "2"]))
    bodies = [(Kind.SEEN_ROWS, first), (Kind.CLOSED, closed), (Kind.SEEN_ROWS, second)]
    batch = fold([Record(index + 1, kind, body, 0) for index, (kind, body) in enumerate(bodies)])
    assert batch.position == 2
    assert list(batch.seen) == [(BOARD, "1")]


def test_a_posting_after_its_own_closing_begins_a_new_batch() -> None:
    from jobspiders.items import ClosedPosting
    from jobspiders.storage.batch import encode_closed
    from jobspiders.storage.segments import Record
    from jobspiders.storage.tuples import encode

    closed = ClosedPosting(board=BOARD, external_id="1", reason="http 404")
    bodies = [
        (Kind.POSTING, encode(posting(1), day(0))),
        (Kind.CLOSED, encode_closed(closed, day(0))),
        (Kind.POSTING, encode(posting(2), day(0))),
        (Kind.POSTING, encode(posting(1), day(0))),
    ]
    batch = fold([Record(index + 1, kind, body, 0) for index, (kind, body) in enumerate(bodies)])
    assert batch.position == 3
    assert len(batch.postings) == 2


def test_crawls_at_the_same_time_in_one_process_do_not_mix(database_url: str, tmp_path: Path) -> None:
    async def run() -> list[Counts]:
        storage = config(database_url, tmp_path)
        return await asyncio.gather(
            *(
                crawl_async(storage, [posting(n) for n in range(i * 50, i * 50 + 80)], crawl_record())
                for i in range(3)
            )
        )

    counts = asyncio.run(run())
    assert sum(each.new for each in counts) == value(database_url, "SELECT count(*) FROM postings") == 180


def test_an_embedded_server_that_dies_is_started_again_and_one_that_was_stopped_at_the_end(
    own_home: Path,
) -> None:
    storage = StorageConfig(home=own_home, batch_size=10, batch_interval=0.02)
    server = embedded.EmbeddedServer(own_home)

    async def run() -> Counts:
        ingest = await Ingest.open(storage, crawl_record())
        ingest.append(posting(1))
        kill_server(own_home)
        ingest.append(posting(2))
        async with asyncio.timeout(60):
            while ingest.backlog:
                await asyncio.sleep(0.01)
        embedded.stop(own_home)
        ingest.append(posting(3))
        return await ingest.close(crawl_record())

    assert asyncio.run(run()) == Counts(new=3)
    assert value(server.url, "SELECT count(*) FROM postings") == 3
