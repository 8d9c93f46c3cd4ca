"""The file format of the journal. Pure: bytes in, records out.

A segment is a header and then frames: length and checksum of what follows (little-endian, 4 and 8 bytes), one
byte that says which kind of record it is, the record. The checksum is seeded with the record's sequence number,
so that a frame is good only in its place. What a killed or full-disk write left behind, or a damaged disk
changed, ends the segment: everything before it is read, nothing after it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import orjson
import xxhash

MAGIC = b"JSJ1"
_HEADER = struct.Struct("<4sIQQ")
_FRAME = struct.Struct("<IQ")
FRAME_SIZE = _FRAME.size
_KINDS = [bytes((kind,)) for kind in range(256)]
#: A longer frame is taken for damage.
MAX_LENGTH = 1 << 30


class Kind(IntEnum):
    """What a record is; the numbers are on disk."""

    POSTING = 1
    REJECTED = 2
    CLOSED = 3
    SCOPE = 4
    END = 5
    SEEN = 6
    SEEN_ROWS = 7


class Record(NamedTuple):
    """One record; ``end`` is the offset behind it. ``body`` may be a view of what was read with it."""

    sequence: int
    kind: int
    body: bytes | memoryview
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """``first`` is the sequence number of the first record, ``meta`` what is needed to store the records."""

    first: int
    meta: dict[str, Any]
    size: int


def encode_header(first: int, meta: dict[str, Any]) -> bytes:
    """The first bytes of a segment."""
    body = orjson.dumps(meta)
    return _HEADER.pack(MAGIC, len(body), first, xxhash.xxh3_64_intdigest(body, seed=first)) + body


def decode_header(data: bytes) -> Header | None:
    """The header that ``data`` begins with; None where it is not whole or damaged."""
    if len(data) < _HEADER.size:
        return None
    magic, length, first, checksum = _HEADER.unpack_from(data)
    size = _HEADER.size + length
    body = data[_HEADER.size : size]
    if magic != MAGIC or len(body) != length or xxhash.xxh3_64_intdigest(body, seed=first) != checksum:
        return None
    return Header(first, orjson.loads(body), size)


def encode_frame(sequence: int, kind: int, body: bytes) -> tuple[bytes, bytes]:
    """A record as it stands in the segment: what comes before ``body``, and ``body`` itself, which is not copied."""
    kind_byte = _KINDS[kind]
    checksum = xxhash.xxh3_64(kind_byte, seed=sequence)
    checksum.update(body)
    return _FRAME.pack(len(body) + 1, checksum.intdigest()) + kind_byte, body


def records(data: bytes, sequence: int, offset: int = 0) -> Iterator[Record]:
    """The intact records from the start of ``data``, numbered from ``sequence``.

    ``offset`` is where ``data`` begins in the file.
    """
    position = 0
    total = len(data)
    view = memoryview(data)
    while total - position > FRAME_SIZE:
        length, checksum = _FRAME.unpack_from(data, position)
        start = position + FRAME_SIZE
        position = start + length
        if not 0 < length <= MAX_LENGTH or position > total:
            return
        payload = view[start:position]
        if xxhash.xxh3_64_intdigest(payload, seed=sequence) != checksum:
            return
        yield Record(sequence, payload[0], payload[1:], offset + position)
        sequence += 1


def frame_length(data: bytes) -> int | None:
    """The length of the whole frame that ``data`` begins with, as far as it can be believed."""
    if len(data) < FRAME_SIZE:
        return None
    length = int(_FRAME.unpack_from(data)[0])
    return FRAME_SIZE + length if 0 < length <= MAX_LENGTH else None
