"""Rows as the fields of binary COPY tuples, which is how the journal keeps them. Pure.

The writer sends those bytes on as they are, without decoding them, into the table itself; all that it reads is the
short head that stands before them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from jobspiders.items import JobPosting
from jobspiders.storage.fields import JSONB_VERSION, NULL, PACK, READ, shared_text_field
from jobspiders.storage.repair import repaired
from jobspiders.storage.rows import COLUMNS, INDEX, KINDS, NAMES, row_of


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
#: Says in the header of a journal that fields have the types of the table; without it all are texts.
FORMAT = "typed"
#: Texts that many postings of a crawl have in common.
_SHARED = frozenset(
    (
        *("board", "company", "company_url", "company_logo", "department", "team", "source", "scope"),
        *("location_text", "country", "workplace_text", "workplace", "employment_text"),
        *("salary_currency", "salary_unit", "salary_source", "seniority", "education", "language"),
    )
)
# what differs from row to row or is long is packed in place
_PACKS: tuple[Callable[[Any], bytes] | None, ...] = tuple(
    shared_text_field
    if column.name in _SHARED
    else None
    if column.kind in ("text", "json")
    else PACK[column.kind]
    for column in COLUMNS
)
_JSON = tuple(column.kind == "json" for column in COLUMNS)
_PICKS: tuple[Callable[[bytes], Any] | None, ...] = tuple(
    None
    if column.kind == "text"
    else (lambda data: data[len(JSONB_VERSION) :].decode())
    if column.kind == "json"
    else READ[column.kind]
    for column in COLUMNS
)


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
    """The texts of a row as fields.

    Raises ValueError for text with NUL or lone surrogates and for what is no time, number or hash, TypeError for no
    text.
    """
    return b"".join(_parts(values))


def _parts(values: Iterable[str | bytes | None]) -> list[bytes]:
    """What the fields are made of, so that long texts are copied once."""
    parts: list[bytes] = []
    append = parts.append
    size = _LENGTH.pack
    for value, pack, is_json in zip(values, _PACKS, _JSON, strict=True):
        if value is None:
            append(NULL)
        elif pack is not None:
            append(pack(value))
        else:
            if value.__class__ is not bytes:
                value = value.encode()  # type: ignore[union-attr]  # bytes are no str
                if 0 in value:
                    raise ValueError("NUL in text")
            if is_json:
                append(size(len(value) + len(JSONB_VERSION)))
                append(JSONB_VERSION)
            else:
                append(size(len(value)))
            append(value)
    return parts


def values_of(row: bytes | memoryview, names: Sequence[str] = NAMES) -> dict[str, Any]:
    """The values in the fields of a row by the names of their columns, as psycopg would read them from the table.

    ``names`` are those of the columns where the row is of another version; what this one does not have is left out.
    """
    return {
        name: None if data is None else READ[kind](data)
        for name, data in zip(names, _split_fields(row), strict=True)
        if (kind := KINDS.get(name)) is not None
    }


def texts_of(row: bytes | memoryview) -> list[str | None]:
    """What stands in the fields of a row all of whose fields are texts, as journals without a format have them."""
    return [None if data is None else data.decode() for data in _split_fields(row)]


def picker(places: Sequence[int]) -> Callable[[bytes | memoryview], list[Any]]:
    """A function that reads the values at ``places`` of a row, in ascending order, and no others; of JSON the text."""
    wanted = set(places)
    reads = [
        None if place not in wanted else _PICKS[place] or bytes.decode for place in range(max(places) + 1)
    ]
    length_at = _LENGTH.unpack_from

    def picked(row: bytes | memoryview) -> list[Any]:
        fields = bytes(row)
        values: list[Any] = []
        offset = 0
        for read in reads:
            (length,) = length_at(fields, offset)
            offset += _LENGTH_SIZE
            if length < 0:
                if read is not None:
                    values.append(None)
                continue
            end = offset + length
            if read is not None:
                values.append(read(fields[offset:end]))
            offset = end
        return values

    return picked


def _split_fields(row: bytes | memoryview) -> Iterator[bytes | None]:
    fields = bytes(row)
    offset = 0
    while offset < len(fields):
        length = _LENGTH.unpack_from(fields, offset)[0]
        offset += _LENGTH_SIZE
        if length < 0:
            yield None
        else:
            yield fields[offset : offset + length]
            offset += length


def encode_values(row: list[str | bytes | None]) -> bytes:
    """The head and the fields of a row."""
    board, external_id, scope, seen, content_hash, value_hash, listing_hash, *company = _HEAD(row)
    described = bool(row[_DESCRIPTION] or row[_DESCRIPTION_HTML])
    head = orjson.dumps(
        (board, external_id, scope, seen, content_hash, value_hash, listing_hash, described, *company)
    )
    return b"".join((_SIZE.pack(len(head)), head, *_parts(row)))
