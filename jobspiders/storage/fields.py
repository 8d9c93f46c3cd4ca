"""The fields of a row of ``postings`` as binary COPY takes them, by the kind of their column. Pure.

A row is text until here (``rows``); what stands in the journal, and so in what PostgreSQL is sent, has the types of the
table. Forms: https://www.postgresql.org/docs/current/sql-copy.html and the receive functions of the types.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from jobspiders.storage.rows import LIST_SEPARATOR, Kind

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TEXT_TYPE = 25
JSONB_VERSION = b"\x01"
_SEPARATOR = LIST_SEPARATOR.encode()

_SIZE = struct.Struct("!i")
_BIGINT_FIELD = struct.Struct("!iq")
_INTEGER_FIELD = struct.Struct("!ii")
_DOUBLE_FIELD = struct.Struct("!id")
_BIGINT, _INTEGER, _DOUBLE = struct.Struct("!q"), struct.Struct("!i"), struct.Struct("!d")
# size, dimensions, whether there are nulls, type of the elements, their number, the first index
_ARRAY_HEAD = struct.Struct("!iiiiii")
_ARRAY_SIZE = _ARRAY_HEAD.size - _SIZE.size
_EMPTY_ARRAY = struct.pack("!iiii", 12, 0, 0, _TEXT_TYPE)

NULL = _SIZE.pack(-1)


def _bytes_of(value: str | bytes) -> bytes:
    encoded = value if isinstance(value, bytes) else value.encode()
    if 0 in encoded:
        raise ValueError("NUL in text")
    return encoded


def _pack_text(value: str | bytes) -> bytes:
    encoded = _bytes_of(value)
    return _SIZE.pack(len(encoded)) + encoded


@lru_cache(maxsize=512)
def shared_text_field(value: str | bytes) -> bytes:
    """A field of type ``text`` that many rows have in common."""
    return _pack_text(value)


@lru_cache(maxsize=2048)
def time_field(value: str) -> bytes:
    """A field of type ``timestamptz`` from ISO 8601 with an offset; most rows of a crawl share a few."""
    return _BIGINT_FIELD.pack(8, (datetime.fromisoformat(value) - _EPOCH) // _MICROSECOND)


@lru_cache(maxsize=512)
def _pack_list(value: str | bytes) -> bytes:
    if not value:
        return _EMPTY_ARRAY
    elements = _bytes_of(value).split(_SEPARATOR)
    parts = [b""]
    size = _ARRAY_SIZE
    for element in elements:
        length = len(element)
        parts += (_SIZE.pack(length), element)
        size += _SIZE.size + length
    parts[0] = _ARRAY_HEAD.pack(size, 1, 0, _TEXT_TYPE, len(elements), 1)
    return b"".join(parts)


def _pack_json(value: str | bytes) -> bytes:
    encoded = _bytes_of(value)
    return b"".join((_SIZE.pack(len(encoded) + 1), JSONB_VERSION, encoded))


@lru_cache(maxsize=256)
def _pack_integer(value: str) -> bytes:
    return _INTEGER_FIELD.pack(4, int(value))


def _pack_hash(value: str) -> bytes:
    packed = bytes.fromhex(value)
    return _SIZE.pack(len(packed)) + packed


def _read_list(data: bytes) -> list[str]:
    elements = []
    offset = _ARRAY_SIZE
    while offset < len(data):
        end = offset + _SIZE.size + _INTEGER.unpack_from(data, offset)[0]
        elements.append(data[offset + _SIZE.size : end].decode())
        offset = end
    return elements


#: From the text of a row to the field with its length. Raise ValueError and TypeError for what is none.
PACK: dict[Kind, Callable[[Any], bytes]] = {
    "text": _pack_text,
    "time": time_field,
    "list": _pack_list,
    "json": _pack_json,
    "float": lambda value: _DOUBLE_FIELD.pack(8, float(value)),
    "integer": _pack_integer,
    "hash": _pack_hash,
    "bigint": lambda value: _BIGINT_FIELD.pack(8, int(value)),
}
#: From what stands in a field, without its length, to the value as psycopg would read it from the table.
READ: dict[Kind, Callable[[bytes], Any]] = {
    "text": bytes.decode,
    "time": lambda data: _EPOCH + timedelta(microseconds=_BIGINT.unpack(data)[0]),
    "list": _read_list,
    "json": lambda data: orjson.loads(data[len(JSONB_VERSION) :]),
    "float": lambda data: _DOUBLE.unpack(data)[0],
    "integer": lambda data: _INTEGER.unpack(data)[0],
    "hash": bytes,
    "bigint": lambda data: _BIGINT.unpack(data)[0],
}
#: From a value as psycopg would read it to the text of a row.
TEXT: dict[Kind, Callable[[Any], str]] = {
    "text": str,
    "time": datetime.isoformat,
    "list": LIST_SEPARATOR.join,
    "json": lambda value: orjson.dumps(value).decode(),
    "float": repr,
    "integer": str,
    "hash": bytes.hex,
    "bigint": str,
}
