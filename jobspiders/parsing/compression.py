"""Saved bodies without what they were compressed with: gzip, zstd and brotli, once or several times over."""

from __future__ import annotations

import io
import re
import sys
import zlib

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: More is not read, of whatever a body unfolds to.
MOST_BYTES = 256 * 1024 * 1024
_LAYERS = 5
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: Bytes that no text has in any encoding in which pages are sent.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decompressed(body: bytes) -> bytes:
    """The body under all layers; as it is where it has none, or one that is damaged."""
    for _ in range(_LAYERS):
        unpacked = _unpacked(body)
        if unpacked is None:
            break
        body = unpacked
    return body


def _unpacked(body: bytes) -> bytes | None:
    if body.startswith(_GZIP):
        return _gunzipped(body)
    if body.startswith(_ZSTD):
        try:
            with zstd.open(io.BytesIO(body)) as file:
                return file.read(MOST_BYTES)
        except (zstd.ZstdError, EOFError):
            return None
    return None if _is_text(body) else _unbrotlied(body)


def _gunzipped(body: bytes) -> bytes | None:
    """All members of a gzip file, of which an archive has one for each record; those before a damaged one."""
    parts: list[bytes] = []
    left = MOST_BYTES
    while body.startswith(_GZIP) and left > 0:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            parts.append(unpacker.decompress(body, left))
        except zlib.error:
            break
        left -= len(parts[-1])
        body = unpacker.unused_data
    return b"".join(parts) if parts else None


def _unbrotlied(body: bytes) -> bytes | None:
    """Brotli has no mark: what it makes whole text of was brotli."""
    unpacker = brotli.Decompressor()
    try:
        unpacked: bytes = unpacker.process(body, output_buffer_limit=MOST_BYTES)
    except brotli.error:
        return None
    return unpacked if unpacker.is_finished() and unpacked and _is_text(unpacked) else None


def _is_text(body: bytes) -> bool:
    start = body[:1000]
    if _NO_TEXT.search(start) is not None:
        return False
    try:
        start.decode()
    except UnicodeDecodeError as error:
        # a character may be cut in two at the end
        return error.start > len(start) - 4
    return True
