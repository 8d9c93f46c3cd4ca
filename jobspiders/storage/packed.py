"""Values in PostgreSQL's binary form, packed many at a time: one by one they cost more than the statement."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_BIGINT = 20
_PAIR = np.dtype([("count", ">i2"), ("size", ">i4"), ("first", ">i8"), ("again", ">i4"), ("second", ">i8")])
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
#: What stands before and after the rows of a binary COPY.
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"

#: Bytes of a piece, as many as psycopg takes without cutting it up again.
_PIECE = 128 << 10
_SIZE = struct.Struct("!i")
_NULL = _SIZE.pack(-1)
_NOTHING = _SIZE.pack(0)
_BIGINT_FIELD = struct.Struct("!iq")
_INTEGER_FIELD = struct.Struct("!ii")
_DOUBLE_FIELD = struct.Struct("!id")


def pairs_of_bigints(firsts: Sequence[int], seconds: Sequence[int]) -> bytes:
    """A binary COPY of two columns of type ``bigint``, in the order of the first."""
    values = np.array(firsts, np.int64)
    order = values.argsort(kind="stable")
    rows = np.empty(len(values), _PAIR)
    rows["count"], rows["size"], rows["again"] = 2, 8, 8
    rows["first"] = values[order]
    rows["second"] = np.array(seconds, np.int64)[order]
    return b"".join((COPY_HEADER, rows.tobytes(), COPY_TRAILER))


class Bigints:
    """A parameter ``%s::bigint[]``."""

    __slots__ = ("packed",)

    def __init__(self, values: Sequence[int]) -> None:
        elements = np.empty(len(values), _ELEMENT)
        elements["size"] = 8
        elements["value"] = values
        # dimensions, whether there are nulls, type, length, first index
        head = (1, 0, _BIGINT, len(values), 1) if values else (0, 0, _BIGINT)
        self.packed = np.array(head, ">i4").tobytes() + elements.tobytes()


class _BigintsDumper(Dumper):
    # without a type of its own: that of lists of integers has its dumper, and the statement says what it takes
    format = Format.BINARY

    def dump(self, obj: Bigints) -> Buffer | None:
        return obj.packed


psycopg.adapters.register_dumper(Bigints, _BigintsDumper)


def pieces(parts: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """``parts`` in pieces to be sent: a batch as a whole would be in memory once more."""
    gathered: list[bytes | memoryview] = []
    size = 0
    for part in parts:
        gathered.append(part)
        size += len(part)
        if size >= _PIECE:
            yield b"".join(gathered)
            gathered.clear()
            size = 0
    yield b"".join(gathered)


def bytes_field(value: bytes) -> bytes:
    """A field of type ``bytea``."""
    return _SIZE.pack(len(value)) + value


def text_field(value: str | None) -> bytes:
    """A field of type ``text``."""
    if not value:
        return _NULL if value is None else _NOTHING
    encoded = value.encode()
    return _SIZE.pack(len(encoded)) + encoded


def bigint_field(value: int | None) -> bytes:
    """A field of type ``bigint``."""
    return _NULL if value is None else _BIGINT_FIELD.pack(8, value)


def integer_field(value: int | None) -> bytes:
    """A field of type ``integer``."""
    return _NULL if value is None else _INTEGER_FIELD.pack(4, value)


def double_field(value: float | None) -> bytes:
    """A field of type ``double precision``."""
    return _NULL if value is None else _DOUBLE_FIELD.pack(8, value)


def bigints_field(values: Sequence[int]) -> bytes:
    """A field of type ``bigint[]`` with few elements."""
    if not values:
        return _EMPTY_ARRAY
    count = len(values)
    elements = [8] * (2 * count)
    elements[1::2] = values
    return _array_of(count).pack(20 + 12 * count, 1, 0, _BIGINT, count, 1, *elements)


@lru_cache(maxsize=64)
def _array_of(count: int) -> struct.Struct:
    return struct.Struct("!iiiiii" + "iq" * count)


_EMPTY_ARRAY = struct.pack("!iiii", 12, 0, 0, _BIGINT)
