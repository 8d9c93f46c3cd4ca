from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.items import RejectedPosting
from jobspiders.storage.erasure import Wanted, erase, find, lift
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.records import Counts
from jobspiders.storage.tables import metadata
from tests.storage.crawling import START, config, crawl, crawl_record, day, posting, rows, scope_end, value
from tests.storage.test_jobs import rose_gardener

ROSE = "https://alpha.example/1"


def tables_that_hold(url: str, text: str) -> list[str]:
    """The tables with ``text`` anywhere in a row."""
    holds = "SELECT count(*) FROM {} t WHERE strpos(lower(t::text), lower(%s)) > 0"
    return [table for table in metadata.tables if value(url, holds.format(table), text)]


def counted(names: list[str]) -> Any:
    return names.append


def test_a_posting_goes_from_every_table_and_its_job_keeps_the_others(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    mine = rose_gardener("alpha", "rose-7", url=ROSE, apply_url="https://alpha.example/a/rose-7")
    refused = RejectedPosting(
        "alpha",
        "no title",
        "rose-7",
        f"{ROSE}?utm_source=x",
        raw={"text": "Uniquely thorny"},
        fetched_at=START,
    )
    crawl(storage, [rose_gardener("beta", "1"), mine, refused])
    changed = rose_gardener("alpha", "rose-7", url=ROSE, title="Uniquely Thorny", fetched_at=day(1))
    crawl(storage, [changed], crawl_record(day(1)))
    beta = value(database_url, "SELECT job_id FROM postings WHERE board = 'beta'")
    assert {"postings", "posting_versions", "rejected_postings"} <= set(
        tables_that_hold(database_url, "thorny")
    )
    deleted = erase(storage, database_url, Wanted(address="http://www.alpha.example/1/#apply"))
    assert (deleted["postings"], deleted["rejected_postings"], deleted["posting_versions"]) == (1, 1, 1)
    assert tables_that_hold(database_url, "thorny") == []
    assert tables_that_hold(database_url, "rose-7") == []
    for table, column in (
        ("posting_signatures", "posting_id"),
        ("posting_bands", "entry >> 24"),
        ("posting_search", "posting_id"),
        ("job_links", "first"),
    ):
        assert (
            value(
                database_url,
                f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM postings p WHERE p.id = {column})",
            )
            == 0
        )
    assert rows(database_url, "SELECT board, job_id FROM postings") == [{"board": "beta", "job_id": beta}]


def test_what_was_erased_does_not_come_back_and_is_counted_without_its_content(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    erase(storage, database_url, Wanted(address="https://jobs.example/1"))
    moved = posting(1, day(1), url="https://jobs.example/moved/1")
    elsewhere = posting(9, day(1), board="other", apply_url="https://jobs.example/1?utm_medium=feed")
    refused = RejectedPosting("exampleboard", "no title", "1", None, raw={"secret": 1}, fetched_at=day(1))
    stats: list[str] = []
    counts = asyncio.run(
        crawl_counting(storage, [moved, elsewhere, refused, posting(2, day(1)), scope_end(3, day(1))], stats)
    )
    assert counts == Counts(unchanged=1, rejected=3)
    assert stats.count("storage/suppressed") == 3
    assert value(database_url, "SELECT count(*) FROM postings") == 1
    assert value(database_url, "SELECT count(*) FROM rejected_postings") == 0
    assert value(database_url, "SELECT sum(rejected) FROM crawl_scopes") == 2


async def crawl_counting(storage: Any, items: list[Any], stats: list[str]) -> Counts:
    record = crawl_record(day(1))
    ingest = await Ingest.open(storage, record, counted(stats))
    for item in items:
        (ingest.end_scope if hasattr(item, "complete") else ingest.append)(item)
    record.outcome, record.finish_reason, record.finished_at = "ok", "finished", day(1)
    return await ingest.close(record)


def test_a_company_goes_however_its_name_is_written_and_gets_no_row_again(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(
        storage,
        [
            posting(1),
            posting(2, company="LINDGREN & SÖHNE GmbH"),
            posting(3, company="Lindgren Mills"),
            RejectedPosting(
                "b", "no id", raw={"hiringOrganization": {"name": "Lindgren & Söhne"}}, fetched_at=START
            ),
        ],
    )
    wanted = Wanted(company="lindgren & söhne gmbh")
    assert len(find(database_url, wanted).postings) == 2
    erase(storage, database_url, wanted)
    assert [row["company"] for row in rows(database_url, "SELECT company FROM postings")] == [
        "Lindgren Mills"
    ]
    assert tables_that_hold(database_url, "söhne") == []
    crawl(storage, [posting(1, day(1)), posting(4, day(1), company="Lindgren & Söhne")], crawl_record(day(1)))
    assert value(database_url, "SELECT count(*) FROM postings") == 1
    assert tables_that_hold(database_url, "söhne") == []


def test_undo_lifts_all_entries_of_the_request(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [rose_gardener("alpha", "1"), rose_gardener("beta", "1")])
    wanted = Wanted(address=ROSE, copies=True)
    assert erase(storage, database_url, wanted)["postings"] == 2
    again = [rose_gardener("alpha", "1", fetched_at=day(1)), rose_gardener("beta", "1", fetched_at=day(1))]
    assert crawl(storage, again, crawl_record(day(1))).new == 0
    assert lift(database_url, Wanted(address=ROSE)) == 4
    assert lift(database_url, Wanted(address=ROSE)) == 0
    assert crawl(storage, again, crawl_record(day(2))).new == 2


def test_a_running_crawl_sees_a_new_entry(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)

    async def run() -> Counts:
        record = crawl_record()
        ingest = await Ingest.open(storage, record)
        ingest.append(posting(1))
        while ingest.counts.new == 0:
            await asyncio.sleep(0.01)
        other = config(database_url, tmp_path / "other")
        await asyncio.to_thread(erase, other, database_url, Wanted(address="https://jobs.example/1"))
        ingest.append(posting(1))
        ingest.append(posting(2))
        record.outcome = "ok"
        return await ingest.close(record)

    assert asyncio.run(run()) == Counts(new=2, rejected=1)
    assert [row["external_id"] for row in rows(database_url, "SELECT external_id FROM postings")] == ["2"]


def test_what_a_dead_crawl_left_in_its_journal_goes_too(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1)])

    async def die() -> None:
        ingest = await Ingest.open(storage, crawl_record(day(1)))
        ingest._task.cancel()
        ingest.append(posting(5, day(1), company="Uniquely Thorny"))
        ingest._journal.release()

    asyncio.run(die())
    journals = [path for path in storage.journals.rglob("*.segment") if b"Thorny" in path.read_bytes()]
    assert journals
    erase(storage, database_url, Wanted(company="Uniquely Thorny"))
    assert not any(path.exists() for path in journals)
    assert tables_that_hold(database_url, "thorny") == []


def test_entries_hold_no_text(database_url: str, tmp_path: Path) -> None:
    erase(config(database_url, tmp_path), database_url, Wanted(address=ROSE))
    [entry] = rows(database_url, "SELECT * FROM suppressions")
    assert (entry["kind"], len(entry["digest"])) == ("address", 16)
    erase(config(database_url, tmp_path), database_url, Wanted(address=ROSE))
    assert value(database_url, "SELECT count(*) FROM suppressions") == 1


def test_what_names_no_company_is_refused() -> None:
    with pytest.raises(ValueError, match="names no company"):
        _ = Wanted(company="  ").digest


def test_a_repost_of_an_erased_posting_stands_alone(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO job_links SELECT min(id), max(id), 'repost', 0.9, '{}', now() FROM postings"
        )
        connection.execute(
            "UPDATE postings SET reposted_of = (SELECT min(id) FROM postings) WHERE external_id = '2'"
        )
    erase(storage, database_url, Wanted(address="https://jobs.example/1"))
    assert rows(database_url, "SELECT external_id, reposted_of FROM postings") == [
        {"external_id": "2", "reposted_of": None}
    ]
