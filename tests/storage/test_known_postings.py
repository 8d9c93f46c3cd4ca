from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

from jobspiders.items import ClosedPosting
from jobspiders.storage.known_postings import PAUSE, KnownPostings
from tests.storage.crawling import BOARD, config, crawl, day, posting, value


def test_stored_postings_are_known_by_their_ids(database_url: str, tmp_path: Path) -> None:
    storage = config(database_url, tmp_path)
    crawl(storage, [posting(1, listing_hash="a"), posting(2)])

    async def look_up() -> None:
        known = KnownPostings(storage, lambda _: None)
        found = await known.look_up(BOARD, ["1", "2", "3", "\x00"])
        await known.close()
        assert set(found) == {"1", "2"}
        assert (found["1"].listing_hash, found["1"].detail_fetched_at) == ("a", posting(1).fetched_at)
        assert (found["2"].listing_hash, found["2"].detail_fetched_at) == (None, None)

    asyncio.run(look_up())


def test_a_database_that_is_away_is_asked_again_after_a_pause(database_url: str, tmp_path: Path) -> None:
    stats: Counter[str] = Counter()
    now = 0.0

    async def look_up() -> None:
        nonlocal now
        known = KnownPostings(config(database_url, tmp_path), lambda name: stats.update([name]), lambda: now)
        value(database_url, "ALTER TABLE postings RENAME TO hidden")
        assert await known.look_up(BOARD, ["1"]) == {}
        value(database_url, "ALTER TABLE hidden RENAME TO postings")
        crawl_in_thread = asyncio.to_thread(crawl, config(database_url, tmp_path), [posting(1, day(0))])
        await crawl_in_thread
        assert await known.look_up(BOARD, ["1"]) == {}
        now = PAUSE
        assert set(await known.look_up(BOARD, ["1"])) == {"1"}
        await known.close()

    asyncio.run(look_up())
    assert stats == {"incremental/database_errors": 1}


def test_a_database_that_cannot_be_reached_knows_nothing(tmp_path: Path) -> None:
    stats: Counter[str] = Counter()
    away = config("postgresql://me:secret@127.0.0.1:1/x", tmp_path)
    known = KnownPostings(away, lambda name: stats.update([name]))
    assert asyncio.run(known.look_up(BOARD, ["1"])) == {}
    assert stats == {"incremental/database_errors": 1}


def test_rows_of_a_scope_are_known_while_their_postings_are_open_and_time_changes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    storage = config(database_url, tmp_path)
    stored = [
        posting(1, row_hash="a"),
        posting(2),
        posting(3, row_hash="c", scope="other"),
        posting(4, row_hash="d", valid_through=day(3)),
        posting(5, row_hash="e", date_posted=day(3 - 365)),
        posting(6, row_hash="f", date_posted=day(3)),
        posting(7, row_hash="g", valid_through=day(-3), date_posted=day(-400)),
        posting(8, row_hash="h"),
    ]
    crawl(storage, [*stored, ClosedPosting(BOARD, "8", "gone", fetched_at=day(1))])

    async def look_up() -> list[str]:
        known = KnownPostings(storage, lambda _: None)
        assert await known.has_any(BOARD)
        assert not await known.has_any("otherboard")
        found = [await known.rows(BOARD, "lindgren", day(0) + timedelta(days=days)) for days in (1, 4)]
        await known.close()
        assert found[0]["a"].external_id == "1"
        return ["".join(sorted(each)) for each in found]

    assert asyncio.run(look_up()) == ["adeg", "ag"]
