from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.storage.packed import (
    COPY_HEADER,
    COPY_TRAILER,
    Bigints,
    bigint_field,
    bigints_field,
    bytes_field,
    double_field,
    integer_field,
    pieces,
    text_field,
)

ENDS = [-(1 << 63), 0, (1 << 63) - 1]


@pytest.mark.parametrize("values", [[], [7], ENDS, list(range(5000))])
def test_an_array_arrives_as_it_was(database_url: str, values: list[int]) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT %s::bigint[]", [Bigints(values)]).fetchone() == (values,)
        assert connection.execute("SELECT %s::bigint[]", [values]).fetchone() == (values,)


def test_a_row_of_packed_fields_arrives_as_it_was(database_url: str) -> None:
    rows = [
        ("Zoë\u2009☕", b"\x00\xff", 1 << 40, -5, 2.5, ENDS),
        ("", b"", None, None, None, []),
        (None, b"x", -1, 0, -0.0, [3]),
    ]
    packed = [
        b"\x00\x06"
        + text_field(text)
        + bytes_field(data)
        + bigint_field(big)
        + integer_field(small)
        + double_field(number)
        + bigints_field(array)
        for text, data, big, small, number, array in rows
    ]
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE t (a text, b bytea, c bigint, d integer, e float8, f bigint[])"
        )
        with cursor.copy("COPY t FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"".join((COPY_HEADER, *packed, COPY_TRAILER)))
        assert cursor.execute("SELECT * FROM t").fetchall() == rows


@given(st.lists(st.integers(0, 300_000), max_size=12))
def test_parts_are_sent_whole_and_in_order_in_pieces_that_are_not_much_larger(sizes: list[int]) -> None:
    parts = [bytes([number]) * size for number, size in enumerate(sizes)]
    sent = list(pieces(parts))
    assert b"".join(sent) == b"".join(parts)
    assert all(len(piece) < (128 << 10) + max(sizes, default=0) for piece in sent)
