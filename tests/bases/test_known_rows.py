from __future__ import annotations

from datetime import UTC, datetime

from jobspiders.bases.known_rows import MOST, KnownRow, SeenRows

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_rows_of_a_page_travel_together_and_long_pages_in_parts() -> None:
    rows = SeenRows("board", "scope", NOW)
    for number in range(2 * MOST + 1):
        rows.add(KnownRow(str(number), number % 4))
    assert [len(item.external_ids) for item in rows.items] == [MOST, MOST, 1]
    assert [external_id for item in rows.items for external_id in item.external_ids] == [
        str(number) for number in range(2 * MOST + 1)
    ]
    last = rows.items[-1]
    assert (last.board, last.scope, last.fetched_at, last.covered) == ("board", "scope", NOW, [0])


def test_a_page_without_known_rows_gives_nothing() -> None:
    assert SeenRows("board", "scope", NOW).items == []
