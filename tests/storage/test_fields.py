from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.storage.fields import NULL, PACK, READ, TEXT
from jobspiders.storage.packed import COPY_HEADER, COPY_TRAILER
from jobspiders.storage.rows import LIST_SEPARATOR, Kind

LENGTH = 4
TYPES: dict[Kind, str] = {
    "text": "text",
    "time": "timestamptz",
    "list": "text[]",
    "json": "jsonb",
    "float": "float8",
    "integer": "integer",
    "hash": "bytea",
    "bigint": "bigint",
}
text = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))
words = st.text(st.characters(exclude_characters=f"\x00{LIST_SEPARATOR}", exclude_categories=("Cs",)))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "text": text,
    "time": st.datetimes(timezones=st.just(UTC)),
    "list": st.lists(words).filter(lambda found: found != [""]),
    "json": st.recursive(
        st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | text,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=8,
    ),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(1 << 31), (1 << 31) - 1),
    "hash": st.binary(min_size=16, max_size=16),
    "bigint": st.integers(-(1 << 63), (1 << 63) - 1),
}


@given(st.data())
def test_a_field_gives_back_what_the_text_said(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    value = data.draw(VALUES[kind])
    field = PACK[kind](TEXT[kind](value))
    assert int.from_bytes(field[:LENGTH]) == len(field) - LENGTH
    assert READ[kind](field[LENGTH:]) == value


ODD: dict[Kind, list[Any]] = {
    "text": ["", "Zoë ☕", "tab\tline\n\\N"],
    "time": [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)],
    "list": [[], ["a"], ["", "ü", ""], ["x" * 5000] * 3],
    "json": [None, {}, {"a": [1, 2.5, "é", None, True]}, [[]]],
    "float": [0.0, -1.5, 1e300],
    "integer": [0, -5, (1 << 31) - 1],
    "hash": [bytes(16), bytes(range(16))],
    "bigint": [0, -(1 << 63)],
}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_postgresql_takes_a_field_for_what_it_says(database_url: str, kind: Kind) -> None:
    fields = [PACK[kind](TEXT[kind](value)) for value in ODD[kind]]
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE taken (number integer, value {TYPES[kind]})")
        with cursor.copy("COPY taken FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(COPY_HEADER)
            for number, field in enumerate([*fields, NULL]):
                copy.write(b"\x00\x02" + PACK["integer"](str(number)) + field)
            copy.write(COPY_TRAILER)
        # psycopg has no datetime for the last day in all zones of the session
        cursor.execute("SET timezone TO 'UTC'")
        found = cursor.execute("SELECT value FROM taken ORDER BY number").fetchall()
    assert [value for (value,) in found] == [*ODD[kind], None]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", "a\x00b"), ("list", "a\x00b"), ("time", "yesterday"), ("integer", "x"), ("hash", "zz")],
)
def test_what_a_column_cannot_hold_is_refused(kind: Kind, value: str) -> None:
    with pytest.raises(ValueError):
        PACK[kind](value)
