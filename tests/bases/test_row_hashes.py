from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobspiders.bases.listing import Listing
from jobspiders.bases.row_hashes import RowHasher
from jobspiders.parsing.record import Record

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ROW = {
    "id": 1,
    "title": "Rigger",
    "places": [{"city": "Hull"}, None],
    "pay": {"min": 10.0, "max": None},
    "open": True,
}


def hashed(
    row: Any,
    *,
    around: Any = (),
    source: str = "api",
    reading: Any = ("code", {"details": None}),
    days: float = 1e6,
    now: datetime = NOW,
) -> str | None:
    hash_of = RowHasher(reading, days).of_listing(Listing([row], lambda _: None, around=around), source, now)
    return hash_of(row) if hash_of is not None else None


def test_the_same_row_has_the_same_hash_however_it_is_held() -> None:
    assert hashed(ROW) == hashed(dict(ROW)) == hashed(Record(ROW))


def test_no_two_rows_that_differ_anywhere_have_the_same_hash() -> None:
    chance = random.Random(1)
    rows: list[Any] = [ROW]
    for _ in range(2000):
        rows.append(_altered(chance.choice(rows), chance))
    different = {repr(row) for row in rows}
    assert len(different) > 1000
    assert len({hashed(row) for row in rows}) == len(different)


def _altered(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(sorted(value))
        return {**value, key: _altered(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], _altered(value[place], chance), *value[place + 1 :]]
    if isinstance(value, dict):
        return {**value, f"key {chance.randrange(99)}": chance.choice([None, 0, 1, True, "", "1", [], {}])}
    return chance.choice([None, 0, 1, 1.5, True, "", "0", " ", [value], {"value": value}])


@pytest.mark.parametrize(
    "other",
    [
        {"around": ["other tenant"]},
        {"source": "embedded"},
        {"reading": ("other code", {"details": None})},
        {"reading": ("code", {"details": True})},
    ],
)
def test_whatever_else_decides_what_is_read_is_part_of_the_hash(other: dict[str, Any]) -> None:
    assert hashed(ROW) != hashed(ROW, **other)


def test_a_row_is_due_within_the_days_and_not_all_rows_at_once() -> None:
    due = []
    for number in range(400):
        row = {"id": number}
        hashes = [hashed(row, days=14, now=NOW + timedelta(days=day)) for day in range(29)]
        changes = [day for day in range(28) if hashes[day] != hashes[day + 1]]
        assert len(changes) == 2
        assert changes[1] - changes[0] == 14
        due.append(changes[0])
    assert set(due) == set(range(14))
    assert max(due.count(day) for day in range(14)) < 60


@pytest.mark.parametrize("row", ["text", None, [1], {"id": 1 << 80}, {1: 2}, ("a", {})])
def test_what_cannot_be_hashed_is_read(row: Any) -> None:
    assert hashed(row) is None


def test_without_a_word_on_what_is_around_the_rows_all_are_read() -> None:
    assert hashed(ROW, around=None) is None
    assert hashed(ROW, days=0) is None
