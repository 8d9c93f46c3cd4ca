from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import Experience, JobPosting, Location, Salary
from jobspiders.storage import encoding
from jobspiders.storage.rows import INDEX, NAMES, bounded, moment, posting_of, row_of
from jobspiders.storage.tables.postings import postings
from jobspiders.storage.tuples import encode, split, values_of
from tests.storage.crawling import START, posting

PLACES = INDEX["locations"]
FULL = replace(
    posting(1),
    salary=Salary(1.5, 2, "SEK", "month", 18, 24, "text", "1.5 to 2"),
    experience=Experience(2, None),
    tags=["a", "b"],
    quality=80,
    remote_countries=["SE", "NO"],
    listing_hash="h",
    valid_through=datetime(9999, 12, 31, tzinfo=UTC),
)


def stored(item: JobPosting) -> JobPosting:
    return posting_of(values_of(split(encode(item, START))[1]))


def test_a_posting_survives_the_way_into_a_row_and_back() -> None:
    back = stored(FULL)
    for item in fields(JobPosting):
        if item.name not in {"crawl_id"}:
            assert getattr(back, item.name) == getattr(FULL, item.name), item.name


def test_every_column_is_one_of_the_table_and_every_field_has_one() -> None:
    assert set(NAMES) <= set(postings.columns.keys())
    split_up = {"salary", "experience", "crawl_id", "fetched_at"}
    assert {item.name for item in fields(JobPosting)} - split_up <= set(NAMES)


def test_the_head_says_what_the_writer_must_know() -> None:
    head, _ = split(encode(FULL, START))
    assert (head.board, head.external_id, head.scope) == (FULL.board, "1", "lindgren")
    assert head.seen == "2026-03-01T06:01:00+00:00"
    assert head.has_description
    assert not split(encode(replace(FULL, description=None, description_html=None), START))[0].has_description
    assert split(encode(replace(FULL, fetched_at=None), START))[0].seen == START.isoformat()


@pytest.mark.parametrize(
    "odd",
    [
        {"title": "a\x00b"},
        {"title": "a\ud83dc"},
        {"description": "\udc00" * 3},
        {"title": 5},
        {"company": {"name": "x"}},
        {"tags": "one"},
        {"tags": [1, None, "a\x00", "x\x1fy"]},
        {"skills": None},
        {"locations": None},
        {"locations": [{"text": "x"}, Location("a\x00", latitude=float("nan"))]},
        {"salary": "much"},
        {"salary": Salary("10", 1e400, "SEK\x00")},  # type: ignore[arg-type]  # what a broken page gives
        {"experience": 3},
        {"quality": 1 << 40},
        {"quality": "80"},
        {"date_posted": "yesterday"},
        {"date_posted": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))},
        {"fetched_at": None},
        {"raw": {"a\x00": ["\ud800", {"deep": "\x00"}], 5: 1 << 80, "t": START, "f": float("inf"), "s": {1}}},
        {"raw": object()},
        {"scope": "s" * 5000},
    ],
)
def test_odd_values_are_repaired_and_never_fail(odd: dict[str, Any]) -> None:
    values = values_of(split(encode(replace(FULL, **odd), START))[1])
    assert tuple(values) == NAMES
    assert "\x00" not in "".join(value for value in values.values() if isinstance(value, str))
    assert stored(replace(FULL, **odd)).board == FULL.board


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(st.characters()), children, max_size=4)
    ),
    max_leaves=12,
)


@given(json_like)
def test_any_json_is_made_storable(value: Any) -> None:
    encoded = encoding.dumps(value)
    assert b"\\u0000" not in encoded.replace(b"\\\\", b"")
    assert encoded.decode()


def test_what_nests_too_deeply_is_cut() -> None:
    deep: Any = "bottom"
    for _ in range(5000):
        deep = [deep]
    assert encoding.DEEPER in encoding.dumps({"raw": deep}).decode()


def test_surrogate_pairs_become_their_character() -> None:
    assert encoding.clean("\ud83d\ude00\x00\ud83d") == "\U0001f600\ufffd"


def test_hashes_of_values_that_are_stored_stay_what_they_are() -> None:
    assert split(encode(FULL, START))[0].value_hash == "5247456268390956612"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        *(
            ((1 << 31) - 1, (1 << 31) - 1),
            (1 << 31, None),
            (1 - (1 << 31), 1 - (1 << 31)),
            (-(1 << 31), None),
        ),
        *((7.9, 7), (float("nan"), None), (True, None), ("7", None), (1 << 2000, None)),
    ],
)
def test_whole_numbers_are_those_that_a_column_takes(value: Any, stored: int | None) -> None:
    row = split(encode(replace(FULL, experience=Experience(value, 3)), START))[1]
    assert values_of(row)["experience_min"] == stored
    assert values_of(row)["experience_max"] == 3


def test_places_are_told_apart_by_what_they_say_and_its_type() -> None:
    degrees: list[Any] = [1, 1.0, True, [1], "1", 1]
    rows = [row_of(replace(FULL, locations=[Location("x", latitude=each)]), START) for each in degrees]
    shown = ["1", "1.0", "true", "[1]", '"1"', "1"]
    assert [row[PLACES] for row in rows] == [f'[{{"text":"x","latitude":{each}}}]' for each in shown]
    both = row_of(replace(FULL, locations=[Location("x"), Location(city="y", country="SE")]), START)
    assert both[PLACES] == '[{"text":"x"},{"city":"y","country":"SE"}]'


@pytest.mark.parametrize("name", ["title", "company", "description", "description_html", "skills"])
def test_no_field_keeps_a_nul_however_often_it_comes(name: str) -> None:
    value = ["a\x00b"] if name == "skills" else "a\x00b"
    for _ in range(3):
        found = values_of(split(encode(replace(FULL, **{name: value}), START))[1])[name]
        assert found == (["ab"] if name == "skills" else "ab")


def test_json_that_only_speaks_of_nul_stays_as_it_is() -> None:
    assert encoding.dumps({"text": "\\u0000"}) == b'{"text":"\\\\u0000"}'


def test_keys_stay_apart_when_they_are_cut() -> None:
    assert bounded("short") == "short"
    first, second = bounded("x" * 2000 + "1"), bounded("x" * 2000 + "2")
    assert first != second
    assert first is not None
    assert len(first.encode()) < 300


def test_moments_are_utc() -> None:
    assert moment(datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-01T00:00:00+00:00"
    assert moment(datetime(2026, 1, 1)) == "2026-01-01T00:00:00+00:00"
    assert moment("2026-01-01") is None
