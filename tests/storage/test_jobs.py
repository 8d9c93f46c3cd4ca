from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jobspiders.items import ClosedPosting, JobPosting
from jobspiders.matching.ats import FIRST_PARTY_BOARDS
from jobspiders.matching.signature import ANCHORS
from jobspiders.storage import database, job_statements, statements
from jobspiders.storage.batch import fold
from jobspiders.storage.migrations.versions import __name__ as versions
from jobspiders.storage.records import Counts
from jobspiders.storage.scopes import CrawlKey
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import encode
from jobspiders.storage.upsert import Upsert, crawl_parameters
from tests.commands.running import Ran, scrapy
from tests.shared import shared_path
from tests.storage.crawling import BOARD, START, config, crawl, crawl_record, day, posting, rows, value
from tests.storage.ingesting import start

TEXT = (
    "You look after the roses of the northern glasshouses, train two apprentices, keep the diary of plantings and "
    "answer to the head of the gardens. We offer a flat on the grounds, thirty days of leave and a bicycle. "
)


def rose_gardener(board: str, external_id: str, **values: Any) -> JobPosting:
    """A posting of one job, as different boards show it."""
    return posting(
        0,
        **(
            {
                "board": board,
                "external_id": external_id,
                "url": f"https://{board}.example/{external_id}",
                "title": "Rose Gardener",
                "description": TEXT,
                "description_html": f"<p>{TEXT}</p>",
            }
            | values
        ),
    )


def jobs(url: str) -> dict[str, Any]:
    found = rows(url, "SELECT board || ':' || external_id AS name, job_id FROM postings")
    return {row["name"]: row["job_id"] for row in found}


def test_postings_of_one_job_share_its_id_in_one_batch_and_across_crawls(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [rose_gardener("greenhouse", "1"), rose_gardener("alpha", "1")])
    first = jobs(database_url)
    other = posting(1, title="Accountant", description="You keep the books of the estate.")
    crawl(storage, [rose_gardener("beta", "9"), other])
    found = jobs(database_url)
    assert len({found["greenhouse:1"], found["alpha:1"], found["beta:9"]}) == 1
    assert found["greenhouse:1"] == first["greenhouse:1"]
    assert found["exampleboard:1"] != found["beta:9"]
    links = rows(database_url, "SELECT relation, score, reasons FROM job_links")
    assert {link["relation"] for link in links} == {"duplicate"}
    assert all(link["reasons"] and link["score"] > 0.6 for link in links)


def test_without_matching_every_posting_is_a_job_of_its_own(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path, matching=False)
    crawl(storage, [rose_gardener("greenhouse", "1"), rose_gardener("alpha", "1")])
    assert len(set(jobs(database_url).values())) == 2
    assert value(database_url, "SELECT count(*) FROM posting_signatures") == 0


def test_a_posting_that_changes_into_another_job_leaves_its_job(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(
        storage, [rose_gardener("greenhouse", "1"), rose_gardener("alpha", "1"), rose_gardener("beta", "1")]
    )
    before = jobs(database_url)
    changed = rose_gardener(
        "beta", "1", title="Senior Bookkeeper", description="You keep the books.", fetched_at=day(1)
    )
    crawl(storage, [changed], crawl_record(day(1)))
    after = jobs(database_url)
    assert after["greenhouse:1"] == after["alpha:1"] == before["greenhouse:1"]
    assert after["beta:1"] != before["beta:1"]
    [logged] = rows(database_url, "SELECT change, job_id, other_job_id FROM job_log")
    assert logged == {"change": "split", "job_id": after["beta:1"], "other_job_id": before["beta:1"]}
    moved = value(database_url, "SELECT id FROM postings WHERE board = 'beta'")
    assert (
        value(database_url, "SELECT count(*) FROM job_links WHERE first = %s OR second = %s", moved, moved)
        == 0
    )


def test_a_posting_that_becomes_alike_brings_its_job_along(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    other = rose_gardener("beta", "1", title="Senior Bookkeeper", description="You keep the books.")
    crawl(storage, [rose_gardener("alpha", "1"), other])
    before = jobs(database_url)
    assert len(set(before.values())) == 2
    crawl(storage, [rose_gardener("beta", "1", fetched_at=day(1))], crawl_record(day(1)))
    assert set(jobs(database_url).values()) == {before["alpha:1"]}
    assert rows(database_url, "SELECT change, job_id FROM job_log") == [
        {"change": "merge", "job_id": before["alpha:1"]}
    ]


def test_the_same_job_under_a_new_id_after_it_had_closed_is_a_repost(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [rose_gardener("alpha", "1")])
    crawl(storage, [ClosedPosting("alpha", "1", "404", fetched_at=day(5))], crawl_record(day(5)))
    again = rose_gardener("alpha", "2", date_posted=day(30), fetched_at=day(30) + timedelta(minutes=1))
    crawl(storage, [again], crawl_record(day(30)))
    found = rows(database_url, "SELECT id, external_id, job_id, reposted_of FROM postings ORDER BY id")
    assert found[1]["reposted_of"] == found[0]["id"]
    assert found[0]["reposted_of"] is None
    assert found[0]["job_id"] != found[1]["job_id"]


def test_the_best_of_a_job_prefers_its_own_site_then_what_is_stated_then_what_is_newer(
    database_url: str, tmp_path: Path
) -> None:
    own = rose_gardener(
        "greenhouse", "1", company="Lindgren & Söhne", seniority=None, apply_url="https://own.example/apply"
    )
    alpha = rose_gardener("alpha", "1", company="LINDGREN & SÖHNE", seniority="mid", derived=["seniority"])
    beta = rose_gardener("beta", "1", seniority="senior", derived=[], employment_types=["FULL_TIME"])
    crawl(config(database_url, tmp_path), [alpha, beta, own])
    [job] = rows(database_url, "SELECT * FROM jobs")
    assert job["company"] == "Lindgren & Söhne"
    assert job["apply_url"] == "https://own.example/apply"
    assert job["url"] == "https://greenhouse.example/1"
    assert job["seniority"] == "senior"
    assert job["employment_types"] == ["FULL_TIME"]
    assert (job["postings"], job["open_postings"]) == (3, 3)
    assert job["first_seen"] == START + timedelta(minutes=1)
    assert job["closed_at"] is None


def test_the_view_knows_every_board_on_which_companies_publish(database_url: str) -> None:
    from importlib import import_module

    migration = import_module(f"{versions}.0003_jobs")
    assert {"careersite", *FIRST_PARTY_BOARDS} == set(migration.FIRST_PARTY_BOARDS)


def test_processes_that_store_the_same_and_overlapping_postings_at_once_agree(
    database_url: str, tmp_path: Path
) -> None:
    numbers = list(range(60))
    shares = [numbers, numbers[::-1], numbers[20:], [*numbers[30:], *numbers[:30]]]
    running = [
        start(url=database_url, home=str(tmp_path / str(index)), numbers=share, variants=True)
        for index, share in enumerate(shares)
    ]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert not any("deadlock" in err for _, err in said)
    assert value(database_url, "SELECT count(*) FROM postings") == 60
    found = rows(
        database_url, "SELECT job_id, array_agg(external_id::integer) AS members FROM postings GROUP BY 1"
    )
    clusters = {frozenset(number // 3 for number in row["members"]) for row in found}
    assert clusters == {frozenset({job}) for job in range(20)}
    assert len(found) == 20


def test_full_keys_are_remembered_to_the_end_of_a_crawl_but_for_postings_that_change(
    database_url: str,
) -> None:
    text = " ".join(
        f"The glasshouse of the {number}th count of roses has {number} doors." for number in range(40)
    )

    def one(number: int, title: str) -> JobPosting:
        return posting(number, title=title, company=f"Estate {number}", description=text)

    async def banded() -> list[int]:
        """How many rows of keys there are after each of four batches; from the second on all are deleted then."""
        connection = await database.connect_async(database_url)
        try:
            record = crawl_record()
            await connection.execute(statements.BEGIN_CRAWL, crawl_parameters(record))
            upsert, key = Upsert(connection), CrawlKey(record.id, BOARD, START)
            found: list[int] = []
            first = [one(number, f"Gardener {number}") for number in range(20)]
            for batch in (first, [one(20, "Cook")], [one(21, "Groom")], [one(21, "Baker")]):
                numbered = enumerate(batch, start=100 * len(found))
                records = [Record(number, Kind.POSTING, encode(each, START), 0) for number, each in numbered]
                await upsert.apply(fold(records), key)
                cursor = await connection.execute("SELECT count(*) FROM posting_bands")
                [count] = await cursor.fetchone() or [0]
                found.append(count)
                if len(found) > 1:
                    await connection.execute("DELETE FROM posting_bands")
            return found
        finally:
            await connection.close()

    first, second, third, changed = asyncio.run(banded())
    # of ``second`` and ``third`` only what no other posting says, under keys of their own
    own = second - first
    assert third == own
    assert changed == own + ANCHORS


def test_postings_that_are_only_seen_again_wait_for_nobody(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path, drain_timeout=5.0)
    crawl(storage, [posting(number) for number in range(3)])
    with psycopg.connect(database_url) as other:
        other.execute(job_statements.LOCK)
        seen = [posting(number, day(1)) for number in range(3)]
        assert crawl(storage, seen, crawl_record(day(1))) == Counts(unchanged=3)
        waiting = config(database_url, tmp_path, drain_timeout=0.5)
        assert crawl(waiting, [posting(7, day(2))], crawl_record(day(2))).new == 0
    assert crawl(storage, [posting(8, day(3))], crawl_record(day(3))).new == 1
    assert value(database_url, "SELECT count(*) FROM postings") == 5


def test_a_posting_that_another_process_has_is_waited_for_in_turn(database_url: str, tmp_path: Path) -> None:
    crawl(config(database_url, tmp_path), [posting(1)])
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM postings FOR UPDATE")
        waiting = config(database_url, tmp_path, drain_timeout=0.5)
        assert crawl(waiting, [posting(1, day(1))], crawl_record(day(1))).unchanged == 0
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
        assert value(database_url, held, job_statements.LOCK_KEY) <= 1
    crawl(config(database_url, tmp_path), [posting(1, day(2))], crawl_record(day(2)))
    assert value(database_url, "SELECT last_seen FROM postings") == posting(1, day(2)).fetched_at


def pairs(records: list[dict[str, Any]], key: str) -> set[frozenset[str]]:
    groups = defaultdict(list)
    for record in records:
        groups[record[key]].append(f"{record['board']}:{record['external_id']}")
    return {frozenset(pair) for group in groups.values() for pair in combinations(group, 2)}


@pytest.mark.corpus
def test_labelled_duplicates_are_imported_as_jobs(database_url: str, tmp_path: Path) -> None:
    check_import(shared_path("labelled", "duplicates.jsonl"), database_url, tmp_path)


@pytest.mark.corpus
@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_labelled_duplicates_are_jobs_in_any_order(seed: int, database_url: str, tmp_path: Path) -> None:
    lines = shared_path("labelled", "duplicates.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(seed).shuffle(lines)
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_text("".join(lines), encoding="utf-8")
    check_import(shuffled, database_url, tmp_path)


@pytest.mark.corpus
@pytest.mark.soak
def test_labelled_duplicates_are_jobs_in_any_order_of_four_imports_at_once(
    database_url: str, tmp_path: Path
) -> None:
    source = shared_path("labelled", "duplicates.jsonl")
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    shares = [lines, lines[::-1], lines[300:], lines[:700]]
    files = [tmp_path / f"{number}.jsonl" for number in range(len(shares))]
    for file, share in zip(files, shares, strict=True):
        file.write_text("".join(share), encoding="utf-8")

    def imported(file: Path) -> Ran:
        home = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / file.stem)}
        return scrapy("import", str(file), environment=home)

    with ThreadPoolExecutor(len(files)) as pool:
        ran = list(pool.map(imported, files))
    assert [each.code for each in ran] == [0] * 4
    assert not any("deadlock" in each.err for each in ran)
    check_export(source, database_url, tmp_path)


def check_import(source: Path, database_url: str, tmp_path: Path) -> None:
    """Import ``source`` into an empty database and compare the jobs of an export with its clusters."""
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")}
    assert scrapy("import", str(source), environment=environment).code == 0
    check_export(source, database_url, tmp_path)


def check_export(source: Path, database_url: str, tmp_path: Path) -> None:
    """Compare the jobs of an export with the clusters in ``source``."""
    environment = {"DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(tmp_path / "home")}
    exported = tmp_path / "postings.jsonl"
    assert scrapy("export", "-o", str(exported), environment=environment).code == 0
    labelled = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    stored = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["board"] for row in stored) == Counter(row["board"] for row in labelled)
    truth, found = pairs(labelled, "cluster"), pairs(stored, "job_id")
    assert len(found & truth) / len(found) >= 0.985
    assert len(found & truth) / len(truth) >= 0.93
