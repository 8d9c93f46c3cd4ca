from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from jobspiders.items import ClosedPosting, RejectedPosting
from jobspiders.storage.retention import KEPT_ENDS, Pruned, Retention, prune
from tests.storage.crawling import config, crawl, crawl_record, day, posting, rows, scope_end, value
from tests.storage.ingesting import start, variant
from tests.storage.test_jobs import rose_gardener

FOREVER = Retention(None, None, None, None, None, None)


def pruned(url: str, retention: Retention, on: int, **options: Any) -> dict[str, Pruned]:
    """The account of a run on that day, by its names."""
    account: list[Pruned] = []
    prune(url, retention, now=day(on), account=account, pause=lambda _: None, **options)
    return {line.name: line for line in account}


def removed(account: dict[str, Pruned]) -> dict[str, int]:
    return {name: line.removed for name, line in account.items() if line.removed}


def test_defaults_remove_no_posting_and_no_change_of_one() -> None:
    kept = Retention.from_settings(Settings())
    assert (kept.closed_postings, kept.versions) == (None, None)
    assert kept.rejected == 90


@pytest.mark.parametrize("given", ["soon", "0", -3, True, "1e9", "nan"])
def test_what_is_no_number_of_days_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="RETENTION_RAW takes a number of days above 0, or None"):
        Retention.from_settings(Settings({"RETENTION_RAW": given}))


def test_days_may_be_given_as_text() -> None:
    kept = Retention.from_settings(Settings({"RETENTION_RAW": "None", "RETENTION_CLOSED_POSTINGS": "0.5"}))
    assert (kept.raw, kept.closed_postings) == (None, 0.5)


def test_postings_closed_long_ago_go_with_all_that_hangs_on_them(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    gone, open_one = rose_gardener("alpha", "1"), rose_gardener("beta", "1")
    crawl(storage, [gone, open_one, rose_gardener("gamma", "1")])
    changed = rose_gardener("alpha", "1", department="Roses", fetched_at=day(1))
    crawl(storage, [changed], crawl_record(day(1)))
    crawl(storage, [ClosedPosting("alpha", "1", "404", fetched_at=day(2))], crawl_record(day(2)))
    crawl(storage, [ClosedPosting("gamma", "1", "404", fetched_at=day(20))], crawl_record(day(20)))
    again = rose_gardener("alpha", "2", date_posted=day(30), fetched_at=day(30))
    crawl(storage, [again], crawl_record(day(30)))
    first = value(database_url, "SELECT id FROM postings WHERE board = 'alpha' AND external_id = '1'")
    assert value(database_url, "SELECT reposted_of FROM postings WHERE external_id = '2'") is not None
    before = {row["id"]: row["job_id"] for row in rows(database_url, "SELECT id, job_id FROM postings")}
    retention = replace(FOREVER, closed_postings=30)
    assert pruned(database_url, retention, 33, dry_run=True)["closed postings"].due == 1
    assert removed(pruned(database_url, retention, 33)) == {"closed postings": 1}
    after = {row["id"]: row["job_id"] for row in rows(database_url, "SELECT id, job_id FROM postings")}
    assert after == {id: job for id, job in before.items() if id != first}
    for table, column in (
        ("posting_bands", "entry >> 24"),
        ("posting_signatures", "posting_id"),
        ("posting_versions", "posting_id"),
        ("posting_search", "posting_id"),
        ("job_links", "first"),
        ("job_links", "second"),
        ("postings", "reposted_of"),
    ):
        assert value(database_url, f"SELECT count(*) FROM {table} WHERE {column} = %s", first) == 0
    assert removed(pruned(database_url, retention, 33)) == {}


def test_other_kinds_go_by_their_own_age(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    items = [posting(1), posting(2), RejectedPosting("b", "no title", "7", raw={"a": 1}, fetched_at=day(0))]
    crawl(storage, items)
    crawl(storage, [posting(1, day(1), title="Head Gardener")], crawl_record(day(1)))
    crawl(storage, [ClosedPosting("exampleboard", "2", "404", fetched_at=day(1))], crawl_record(day(1)))
    crawl(
        storage,
        [
            posting(1, day(50), title="Gardener again"),
            RejectedPosting("b", "no title", "8", fetched_at=day(50)),
        ],
        crawl_record(day(50)),
    )
    account = pruned(database_url, replace(FOREVER, versions=30, raw=30, rejected=30), 60)
    assert removed(account) == {"versions": 1, "raw payloads of closed postings": 1, "rejected rows": 1}
    assert rows(database_url, "SELECT version FROM posting_versions") == [{"version": 3}]
    assert rows(database_url, "SELECT external_id FROM postings WHERE raw IS NULL") == [{"external_id": "2"}]
    assert value(database_url, "SELECT external_id FROM rejected_postings") == "8"
    assert value(database_url, "SELECT count(*) FROM crawls") == 4


def test_a_crawl_that_closing_looks_back_at_stays(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    for number in range(KEPT_ENDS + 3):
        crawl(storage, [posting(1, day(number)), scope_end(1, day(number))], crawl_record(day(number)))
    rare = [posting(2, scope="rare"), scope_end(1, scope="rare")]
    crawl(storage, rare, crawl_record(day(0)))
    retention = replace(FOREVER, crawls=30)
    assert removed(pruned(database_url, retention, 400)) == {"crawls with their scopes": 3}
    assert value(database_url, "SELECT count(*) FROM crawl_scopes WHERE scope = 'rare'") == 1
    assert value(database_url, "SELECT min(started_at) FROM crawls WHERE board <> 'x'") == day(0)
    assert removed(pruned(database_url, retention, 400)) == {}


def test_an_interrupted_run_is_finished_by_the_next(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(number) for number in range(30)])
    crawl(
        storage,
        [ClosedPosting("exampleboard", str(number), "404", fetched_at=day(1)) for number in range(30)],
        crawl_record(day(1)),
    )
    from jobspiders.storage import retention as module

    monkeypatch.setitem(module._KINDS, "closed_postings", replace(module._KINDS["closed_postings"], batch=10))
    account: list[Pruned] = []

    def interrupt(line: Pruned) -> None:
        if line.removed == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune(
            database_url,
            replace(FOREVER, closed_postings=1),
            now=day(9),
            account=account,
            progress=interrupt,
            pause=lambda _: None,
        )
    assert (account[0].due, account[0].removed) == (30, 20)
    assert value(database_url, "SELECT count(*) FROM postings") == 10
    assert removed(pruned(database_url, replace(FOREVER, closed_postings=1), 9)) == {"closed postings": 10}


def test_a_run_beside_crawls_that_see_the_postings_again(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    numbers = list(range(60))
    crawl(storage, [variant(number, day(0)) for number in numbers])
    boards = ("alpha", "beta", "gamma")
    closed = [ClosedPosting(boards[number % 3], str(number), "404", fetched_at=day(1)) for number in numbers]
    crawl(storage, closed, crawl_record(day(1)))
    crawls = [
        start(url=database_url, home=str(tmp_path / name), numbers=order, variants=True, on_day=3, pause=0.01)
        for name, order in (("b", numbers), ("c", numbers[::-1]))
    ]
    for _ in range(20):
        pruned(database_url, replace(FOREVER, closed_postings=1, raw=1, versions=1), 4)
    said = [each.communicate(timeout=60) for each in crawls]
    assert [each.returncode for each in crawls] == [0, 0], said
    assert not any("deadlock" in err for _, err in said)
    assert sum(json.loads(out.splitlines()[-1])["rejected"] for out, _ in said) == 0
    assert value(database_url, "SELECT count(*) FROM postings WHERE closed_at IS NULL") == 60
    bands = "SELECT count(*) FROM posting_bands b WHERE NOT EXISTS (SELECT FROM postings WHERE id = b.entry >> 24)"
    assert value(database_url, bands) == 0
    jobs = rows(database_url, "SELECT count(*) AS size FROM postings GROUP BY job_id")
    assert [row["size"] for row in jobs] == [3] * 20


def test_merges_and_splits_are_kept_for_their_time(database_url: str) -> None:
    for age in (10, 800):
        value(
            database_url,
            "INSERT INTO job_log (change, job_id, other_job_id, logged_at) "
            "VALUES ('merge', gen_random_uuid(), gen_random_uuid(), %s)",
            day(0) - timedelta(days=age),
        )
    assert removed(pruned(database_url, replace(FOREVER, job_log=730), 0)) == {"merges and splits of jobs": 1}
