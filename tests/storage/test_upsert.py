from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import errors

from jobspiders.items import ClosedPosting, RejectedPosting, SeenPosting, SeenPostings
from jobspiders.storage import database, job_statements, statements
from jobspiders.storage.batch import MOST_SEEN, fold
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.posting_writes import LostRaceError
from jobspiders.storage.records import Counts
from jobspiders.storage.scopes import CrawlKey
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import encode
from jobspiders.storage.upsert import Upsert, crawl_parameters
from tests.storage.crawling import (
    BOARD,
    START,
    config,
    crawl,
    crawl_record,
    day,
    posting,
    rows,
    scope_end,
    value,
)


def test_first_crawl_counts_everything_as_new_and_the_second_as_unchanged(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    first = crawl(storage, [posting(n) for n in range(120)] + [scope_end(120)])
    again = crawl(
        storage, [posting(n, day(1)) for n in range(120)] + [scope_end(120, day(1))], crawl_record(day(1))
    )
    assert first == Counts(new=120)
    assert again == Counts(unchanged=120)
    seen = rows(database_url, "SELECT DISTINCT first_seen, last_seen, version, closed_at FROM postings")
    assert seen == [
        {
            "first_seen": posting(0).fetched_at,
            "last_seen": posting(0, day(1)).fetched_at,
            "version": 1,
            "closed_at": None,
        }
    ]
    assert value(database_url, "SELECT count(*) FROM companies") == 1
    assert not list(storage.journals.iterdir())


def test_changed_content_makes_a_version_with_old_and_new(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    counts = crawl(
        storage, [posting(1, day(1), title="Head Gardener"), posting(2, day(1))], crawl_record(day(1))
    )
    assert counts == Counts(changed=1, unchanged=1)
    [version] = rows(database_url, "SELECT * FROM posting_versions")
    assert version["changes"] == {"title": ["Gardener 1", "Head Gardener"]}
    assert version["version"] == 2
    assert version["changed_at"] == posting(1, day(1)).fetched_at
    assert value(database_url, "SELECT title FROM postings WHERE external_id = '1'") == "Head Gardener"
    assert value(database_url, "SELECT version FROM postings WHERE external_id = '1'") == 2


def test_touched_raw_and_white_space_are_no_change(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1)])
    touched = posting(
        1,
        day(1),
        raw={"id": 1, "updated_at": "later"},
        description="You  look after\ngreenhouse number 1. ",
        date_posted=day(1),
        url="https://jobs.example/1?utm_source=feed",
    )
    assert crawl(storage, [touched], crawl_record(day(1))) == Counts(unchanged=1)
    assert value(database_url, "SELECT count(*) FROM posting_versions") == 0


def test_a_new_reading_of_the_same_text_is_stored_without_a_version(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1)])
    assert crawl(
        storage, [posting(1, day(1), skills=["pruning", "grafting"])], crawl_record(day(1))
    ) == Counts(unchanged=1)
    assert value(database_url, "SELECT skills FROM postings") == ["pruning", "grafting"]
    assert value(database_url, "SELECT version FROM postings") == 1


def test_absent_postings_of_a_healthy_complete_scope_are_closed_and_reopened(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(4)] + [scope_end(4)])
    second = crawl(
        storage, [posting(n, day(1)) for n in range(3)] + [scope_end(3, day(1))], crawl_record(day(1))
    )
    assert second == Counts(unchanged=3, closed=1)
    [closed] = rows(
        database_url, "SELECT external_id, closed_at, close_reason FROM postings WHERE closed_at IS NOT NULL"
    )
    assert closed == {
        "external_id": "3",
        "closed_at": scope_end(3, day(1)).finished_at,
        "close_reason": "absent",
    }
    third = crawl(
        storage, [posting(n, day(2)) for n in range(4)] + [scope_end(4, day(2))], crawl_record(day(2))
    )
    assert third == Counts(unchanged=4, reopened=1)
    [reopened] = rows(
        database_url, "SELECT closed_at, close_reason, reopened_at FROM postings WHERE external_id = '3'"
    )
    assert reopened == {"closed_at": None, "close_reason": None, "reopened_at": posting(3, day(2)).fetched_at}


def test_incomplete_and_unhealthy_scopes_close_nothing(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(4)] + [scope_end(4)])
    for number, end in enumerate(
        [
            scope_end(1, complete=False),
            *(
                scope_end(1, outcome=outcome)
                for outcome in ("blocked", "throttled", "layout_changed", "not_found", "failed")
            ),
            scope_end(0, outcome="ok"),
        ],
        start=1,
    ):
        end = replace(end, finished_at=day(number))
        counts = crawl(storage, [posting(0, day(number)), end], crawl_record(day(number)))
        assert counts.closed == 0, end
    assert value(database_url, "SELECT count(*) FROM postings WHERE closed_at IS NULL") == 4


def test_a_collapsed_count_closes_when_it_was_seen_often_and_long_enough(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(30)] + [scope_end(30)])
    for hours in (1, 2, 24, 72, 168):
        end = scope_end(0, START + timedelta(hours=hours))
        assert crawl(storage, [end], crawl_record(START + timedelta(hours=hours))) == Counts(withheld=1)
    week_later = START + timedelta(hours=169)
    assert crawl(storage, [scope_end(0, week_later)], crawl_record(week_later)) == Counts(closed=30)


def test_two_faults_in_a_row_are_no_closing(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    shown = (20, 5, 19, 20, 0, 20, 0, 0, 0, 0, 20)
    for number, count in enumerate(shown):
        items = [posting(n, day(number)) for n in range(count)]
        counts = crawl(storage, [*items, scope_end(count, day(number))], crawl_record(day(number)))
        # one that left while the list can be believed closes
        assert (counts.closed, counts.withheld) == (int(count == 19), int(count < 19)), number
    assert value(database_url, "SELECT count(*) FROM postings WHERE closed_at IS NOT NULL") == 0


def test_a_list_that_grew_while_half_of_it_was_hidden_closes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    for number, count in enumerate((12, 5, 6)):
        items = [posting(n, day(number)) for n in range(count)]
        counts = crawl(storage, [*items, scope_end(count, day(number))], crawl_record(day(number)))
        assert (counts.closed, counts.withheld) == (0, int(count < 12))


def test_a_stopped_crawl_that_showed_more_speaks_against_a_collapse(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    for number in range(10):
        count, outcome = {0: (20, "ok"), 5: (10, "blocked")}.get(number, (0, "empty"))
        items = [posting(n, day(number)) for n in range(count)]
        end = scope_end(count, day(number), outcome=outcome)
        assert crawl(storage, [*items, end], crawl_record(day(number))).closed == 0


def test_a_count_that_no_healthy_crawl_bears_out_is_set_against_what_is_open(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(10)] + [scope_end(10, outcome="failed")])
    for number in (2, 3, 4, 8):
        counts = crawl(
            storage, [posting(0, day(number)), scope_end(1, day(number))], crawl_record(day(number))
        )
        assert counts == Counts(unchanged=1, withheld=1)
    counts = crawl(storage, [posting(0, day(9)), scope_end(1, day(9))], crawl_record(day(9)))
    assert counts == Counts(unchanged=1, closed=9)


def test_the_second_healthy_crawl_closes_what_is_gone(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(10)] + [scope_end(10)])
    seen = [posting(n, day(1)) for n in range(6)]
    assert crawl(storage, [*seen, scope_end(6, day(1))], crawl_record(day(1))) == Counts(
        unchanged=6, closed=4
    )


def test_crawls_far_apart_confirm_a_collapsed_count_by_their_number(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n) for n in range(30)] + [scope_end(30)])
    for number in (10, 20, 30):
        end = scope_end(0, day(number))
        assert crawl(storage, [end], crawl_record(day(number))) == Counts(withheld=1)
    assert crawl(storage, [scope_end(0, day(40))], crawl_record(day(40))) == Counts(closed=30)


def test_a_page_that_is_gone_closes_its_posting_at_once(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2)])
    gone = ClosedPosting(
        board=posting(1).board, external_id="1", reason="http 404", fetched_at=posting(1, day(1)).fetched_at
    )
    unknown = ClosedPosting(board=posting(1).board, external_id="77", reason="http 410")
    counts = crawl(storage, [gone, unknown], crawl_record(day(1)))
    assert counts == Counts(closed=1)
    [row] = rows(database_url, "SELECT closed_at, close_reason FROM postings WHERE external_id = '1'")
    assert row == {"closed_at": gone.fetched_at, "close_reason": "http 404"}


def test_a_listing_row_wipes_nothing_that_it_does_not_state(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1, department="Greenhouses", listing_hash="a")])
    listing = posting(
        1, day(1), description=None, description_html=None, skills=[], derived=["locations"], raw={"row": 1}
    )
    assert crawl(storage, [listing], crawl_record(day(1))) == Counts(unchanged=1)
    stored = rows(
        database_url, "SELECT description, department, skills, listing_hash, raw, last_seen FROM postings"
    )
    assert stored == [
        {
            "description": posting(1).description,
            "department": "Greenhouses",
            "skills": ["pruning"],
            "listing_hash": "a",
            "raw": {"id": 1},
            "last_seen": listing.fetched_at,
        }
    ]
    renamed = replace(listing, title="Head Gardener", fetched_at=posting(1, day(2)).fetched_at)
    assert crawl(storage, [renamed], crawl_record(day(2))) == Counts(changed=1)
    stored = rows(database_url, "SELECT title, description, raw FROM postings")
    assert stored == [{"title": "Head Gardener", "description": posting(1).description, "raw": {"id": 1}}]
    [version] = rows(database_url, "SELECT changes FROM posting_versions")
    assert version["changes"] == {"title": ["Gardener 1", "Head Gardener"]}
    # the whole posting as it was, but for the title, is no further change
    whole = posting(1, day(3), title="Head Gardener", department="Greenhouses")
    assert crawl(storage, [whole], crawl_record(day(3))) == Counts(unchanged=1)


def test_a_posting_that_comes_twice_in_a_crawl_counts_once(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path, batch_size=3)
    items = [
        posting(1),
        posting(1),
        posting(2),
        posting(3),
        posting(1),
        posting(2, description="Longer text."),
    ]
    assert crawl(storage, items) == Counts(new=3, duplicates=3)
    assert value(database_url, "SELECT description FROM postings WHERE external_id = '2'") == "Longer text."
    assert value(database_url, "SELECT count(*) FROM posting_versions") == 0


def test_not_modified_keeps_the_postings_of_the_scope_open(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(
        storage,
        [posting(n) for n in range(5)] + [scope_end(5, etag='"a"', validator_url="https://x.example")],
    )
    end = scope_end(0, day(1), outcome="ok", not_modified=True, etag='"a"', validator_url="https://x.example")
    assert crawl(storage, [end], crawl_record(day(1))) == Counts(unchanged=5)
    assert value(database_url, "SELECT DISTINCT last_seen FROM postings") == end.finished_at
    assert rows(database_url, "SELECT postings, unchanged FROM crawl_scopes WHERE not_modified") == [
        {"postings": 5, "unchanged": 5}
    ]
    # the crawl after it closes by the same rules
    later = crawl(
        storage,
        [posting(0, day(2)), *[posting(n, day(2)) for n in (1, 2, 3)], scope_end(4, day(2))],
        crawl_record(day(2)),
    )
    assert later == Counts(unchanged=4, closed=1)


def test_rejected_rows_are_kept_once_and_keep_their_posting_open(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1), posting(2), scope_end(2)])
    rejected = RejectedPosting(
        board=posting(1).board,
        reason="title is missing",
        external_id="2",
        scope="lindgren",
        fetched_at=posting(2, day(1)).fetched_at,
        raw={"id": 2, "title": None},
    )
    items = [posting(1, day(1)), rejected, rejected, scope_end(2, day(1))]
    assert crawl(storage, items, crawl_record(day(1))) == Counts(unchanged=1, rejected=1)
    [row] = rows(database_url, "SELECT reason, raw, rejected_at FROM rejected_postings")
    assert row == {"reason": "title is missing", "raw": rejected.raw, "rejected_at": rejected.fetched_at}
    assert value(database_url, "SELECT count(*) FROM postings WHERE closed_at IS NULL") == 2


def seen(number: int, on_day: int) -> SeenPosting:
    return SeenPosting(BOARD, str(number), scope="lindgren", fetched_at=posting(1, day(on_day)).fetched_at)


def test_a_posting_whose_row_has_not_changed_counts_as_seen(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n, listing_hash="a") for n in (1, 2, 3)] + [scope_end(3)])
    crawl(storage, [posting(1, day(1)), posting(2, day(1)), scope_end(2, day(1))], crawl_record(day(1)))
    items = [
        seen(1, 2),
        seen(1, 2),
        seen(3, 2),
        seen(9, 2),
        posting(2, day(2)),
        seen(2, 2),
        scope_end(3, day(2)),
    ]
    counts = crawl(storage, items, crawl_record(day(2)))
    assert counts == Counts(unchanged=3, reopened=1, duplicates=2)
    stored = rows(database_url, "SELECT listing_hash, detail_fetched_at, last_seen, closed_at FROM postings")
    expected = {
        "listing_hash": "a",
        "detail_fetched_at": posting(1).fetched_at,
        "last_seen": posting(1, day(2)).fetched_at,
        "closed_at": None,
    }
    assert stored == [expected] * 3


def test_a_detail_page_read_again_moves_its_date_even_where_nothing_changed(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1, listing_hash="a"), posting(2, listing_hash="a")])
    changed = posting(2, day(1), title="Head Gardener", listing_hash="b")
    crawl(storage, [posting(1, day(1), listing_hash="b"), changed], crawl_record(day(1)))
    assert (
        rows(database_url, "SELECT listing_hash, detail_fetched_at FROM postings")
        == [{"listing_hash": "b", "detail_fetched_at": posting(1, day(1)).fetched_at}] * 2
    )


def test_an_excerpt_of_a_list_does_not_take_the_place_of_the_description(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    whole = {"description": "You look after plants. " * 40, "skills": ["pruning", "grafting"]}
    crawl(storage, [posting(1, listing_hash="a", **whole)])
    excerpt = posting(1, day(1), title="Head Gardener", description="... after plants ...", skills=["plants"])
    assert crawl(storage, [excerpt], crawl_record(day(1))) == Counts(changed=1)
    [stored] = rows(database_url, "SELECT title, description, skills, listing_hash, raw FROM postings")
    assert stored == {"title": "Head Gardener", "listing_hash": "a", "raw": {"id": 1}} | whole
    longer = posting(1, day(2), title="Head Gardener", description="You look after animals. " * 40)
    assert crawl(storage, [longer], crawl_record(day(2))) == Counts(changed=1)
    assert value(database_url, "SELECT description FROM postings") == longer.description
    assert value(database_url, "SELECT detail_fetched_at FROM postings") == posting(1).fetched_at


def known_rows(numbers: Iterable[int], when: datetime, **values: Any) -> SeenPostings:
    """Postings whose rows said again what they say."""
    ids = [str(number) for number in numbers]
    return SeenPostings(BOARD, ids, [0] * len(ids), "lindgren", fetched_at=when, **values)


def test_postings_of_known_rows_are_touched_reopened_and_counted_each_once(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n, row_hash=f"h{n}") for n in range(5)])
    crawl(storage, [ClosedPosting(BOARD, "4", "gone", fetched_at=day(1))], crawl_record(day(1)))
    items = [
        known_rows(range(5), day(2)),
        known_rows([0, 9], day(2)),
        posting(1, day(2)),
        scope_end(5, day(2)),
    ]
    counts = crawl(storage, items, crawl_record(day(2)))
    assert counts == Counts(unchanged=5, reopened=1, duplicates=2)
    seen = rows(database_url, "SELECT external_id, last_seen, row_hash, closed_at FROM postings ORDER BY id")
    assert [row["row_hash"] for row in seen] == ["h0", None, "h2", "h3", "h4"]
    assert {row["closed_at"] for row in seen} == {None}
    assert [row["last_seen"] for row in seen if row["external_id"] != "1"] == [day(2)] * 4


def test_known_rows_beyond_a_batch_are_stored_in_the_next(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path, batch_size=5000)
    total = MOST_SEEN + 600
    crawl(storage, [posting(n) for n in range(total)])
    items = [known_rows(range(first, first + 200), day(1)) for first in range(0, total, 200)]
    assert crawl(storage, items, crawl_record(day(1))) == Counts(unchanged=total)
    assert value(database_url, "SELECT count(*) FROM postings WHERE last_seen = %s", day(1)) == total


def test_the_hash_of_a_row_goes_with_the_newest_reading(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(n, day(1), row_hash="a") for n in range(5)], crawl_record(day(1)))
    items = [
        posting(0, day(2), row_hash="b"),
        posting(1, day(2), title="Head Gardener", row_hash="b"),
        posting(2, day(2)),
        posting(3, day(2), description=None, description_html=None, row_hash="b"),
        posting(4, day(0), row_hash="b"),
    ]
    crawl(storage, items, crawl_record(day(2)))
    hashes = [row["row_hash"] for row in rows(database_url, "SELECT row_hash FROM postings ORDER BY id")]
    # a row that leaves out what is stored does not say all, and an earlier reading is no news
    assert hashes == ["b", "b", None, None, "a"]


async def _in_turns(
    database_url: str,
    meanwhile: Callable[[AsyncConnection, Callable[[], Awaitable[Counts]]], Awaitable[None]],
) -> None:
    """Call ``meanwhile`` with a connection and with what stores postings 1 to 3 on another."""
    own, other = [await database.connect_async(database_url) for _ in range(2)]
    try:
        record = crawl_record()
        await own.execute(statements.BEGIN_CRAWL, crawl_parameters(record))
        upsert, key = Upsert(own), CrawlKey(record.id, BOARD, START)
        records = [Record(n, Kind.POSTING, encode(posting(n), START), 0) for n in (1, 2, 3)]
        # the first batch of a connection looks whether it only sees postings again
        upsert._only_seen_again = False
        await meanwhile(other, lambda: upsert.apply(fold(records), key))
    finally:
        await own.close()
        await other.close()


_INSERT_SECOND = """
INSERT INTO postings (board, external_id, url, title, first_seen, last_seen, content_hash, value_hash)
VALUES (%s, '2', 'https://jobs.example/2', 'Gardener 2', now(), now(), '', 0)
"""


def test_new_postings_are_stored_while_another_process_matches(database_url: str) -> None:
    async def meanwhile(other: AsyncConnection, store: Callable[[], Awaitable[Counts]]) -> None:
        async with other.transaction():
            await other.execute(job_statements.LOCK)
            storing = asyncio.ensure_future(store())
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while not storing.done():
                if await (await other.execute(waiting)).fetchone() == (1,):
                    break
                await asyncio.sleep(0.01)
            assert not storing.done()
            await other.execute("SET LOCAL lock_timeout = 50")
            # the key is taken, by a posting that is not committed
            with pytest.raises(errors.LockNotAvailable):
                async with other.transaction():
                    await other.execute(_INSERT_SECOND, [BOARD])
        assert await storing == Counts(new=3)

    asyncio.run(_in_turns(database_url, meanwhile))
    assert value(database_url, "SELECT count(*) FROM posting_signatures") == 3


def test_who_has_the_turn_does_not_wait_for_who_waits_for_it(database_url: str) -> None:
    async def meanwhile(other: AsyncConnection, store: Callable[[], Awaitable[Counts]]) -> None:
        async with other.transaction(force_rollback=True):
            await other.execute(_INSERT_SECOND, [BOARD])
            with pytest.raises(LostRaceError):
                await store()
            assert await (await other.execute(job_statements.LOCK_AT_ONCE, ["0"])).fetchone() == (True,)
        assert await store() == Counts(new=3)

    asyncio.run(_in_turns(database_url, meanwhile))
    assert value(database_url, "SELECT count(*) FROM posting_signatures") == 3
