"""Rows as the fields of binary COPY tuples, which is how the journal keeps them. Pure.

The writer sends those bytes on as they are, without decoding them; all that it reads is the short head that
stands before them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

import orjson

from jobspiders.items import JobPosting
from jobspiders.storage.repair import repaired
from jobspiders.storage.rows import INDEX, row_of


class Head(NamedTuple):
    """What the writer must know of a row: ``seen`` is ISO 8601, ``content_hash`` hex, ``value_hash`` decimal."""

    board: str
    external_id: str
    scope: str | None
    seen: str
    content_hash: str
    value_hash: str
    listing_hash: str | None
    has_description: bool
    company: str | None
    company_url: str | None
    company_logo: str | None
    row_hash: str | None = None


_HEAD = itemgetter(
    *(INDEX[name] for name in ("board", "external_id", "scope", "last_seen", "content_hash", "value_hash")),
    *(INDEX[name] for name in ("listing_hash", "company", "company_url", "company_logo", "row_hash")),
)
_DESCRIPTION = INDEX["description"]
_DESCRIPTION_HTML = INDEX["description_html"]
_SIZE = struct.Struct("<I")
_LENGTH = struct.Struct("!i")
_LENGTH_SIZE = _LENGTH.size
_NULL = _LENGTH.pack(-1)


def encode(posting: JobPosting, seen: datetime) -> bytes:
    """The head and the row of ``posting``; ``seen`` counts where it has no fetched_at.

    What PostgreSQL does not store and values of wrong types show in the row as a whole; only then is the
    posting repaired.
    """
    try:
        return encode_values(row_of(posting, seen))
    except (TypeError, ValueError, AttributeError):
        return encode_values(row_of(repaired(posting), seen))


def split(encoded: bytes | memoryview) -> tuple[Head, bytes | memoryview]:
    """The head, and the fields as they go into a binary COPY; where a view is given, a view."""
    size = _SIZE.unpack_from(encoded)[0] + _SIZE.size
    return Head(*orjson.loads(encoded[_SIZE.size : size])), encoded[size:]


def fields_of(values: Iterable[str | bytes | None]) -> bytes:
    """``values`` as fields. Raises ValueError for text with NUL or lone surrogates, TypeError for no text."""
    parts: list[bytes] = []
    append = parts.append
    pack = _LENGTH.pack
    for value in values:
        if value is None:
            append(_NULL)
            continue
        if isinstance(value, str):
            value = value.encode()
            if 0 in value:
                raise ValueError("NUL in text")
        append(pack(len(value)))
        append(value)
    return b"".join(parts)


def values_of(row: bytes | memoryview) -> list[str | None]:
    """The values in the fields of a row."""
    fields = bytes(row)
    values: list[str | None] = []
    offset = 0
    while offset < len(fields):
        length = _LENGTH.unpack_from(fields, offset)[0]
        offset += _LENGTH.size
        if length < 0:
            values.append(None)
        else:
            values.append(fields[offset : offset + length].decode())
            offset += length
    return values


def picked(row: bytes | memoryview, places: Sequence[int]) -> list[str | None]:
    """The values at ``places``, in ascending order, without decoding the others."""
    fields = bytes(row)
    values: list[str | None] = []
    length_at = _LENGTH.unpack_from
    offset = place = 0
    for wanted in places:
        for _ in range(place, wanted):
            (length,) = length_at(fields, offset)
            offset += length + _LENGTH_SIZE if length > 0 else _LENGTH_SIZE
        place = wanted + 1
        (length,) = length_at(fields, offset)
        offset += _LENGTH_SIZE
        if length < 0:
            values.append(None)
        else:
            end = offset + length
            values.append(fields[offset:end].decode())
            offset = end
    return values


def encode_values(row: list[str | bytes | None]) -> bytes:
    """The head and the fields of a row."""
    board, external_id, scope, seen, content_hash, value_hash, listing_hash, *company = _HEAD(row)
    described = bool(row[_DESCRIPTION] or row[_DESCRIPTION_HTML])
    head = orjson.dumps(
        (board, external_id, scope, seen, content_hash, value_hash, listing_hash, described, *company)
    )
    return b"".join((_SIZE.pack(len(head)), head, fields_of(row)))
