"""The records of a web archive (WARC, ISO 28500), uncompressed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_VERSION = re.compile(rb"\s*WARC/\d+\.\d+\r?\n")
_HEADER = re.compile(rb"([\w-]+):[ \t]*([^\r\n]*)\r?\n")
_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """``kind`` is its WARC-Type: response, resource, request ...; ``headers`` have names in lower case."""

    kind: str
    url: str | None
    headers: Mapping[str, str]
    block: bytes


def is_warc(body: bytes) -> bool:
    """Whether a file begins as an archive does."""
    return _VERSION.match(body) is not None


def records(body: bytes) -> Iterator[WarcRecord]:
    """All records up to the first that cannot be read."""
    at = 0
    while (version := _VERSION.match(body, at)) is not None:
        at = version.end()
        headers: dict[str, str] = {}
        while (header := _HEADER.match(body, at)) is not None:
            headers[header[1].decode().lower()] = header[2].decode("utf-8", "replace").strip()
            at = header.end()
        end, size = _END.match(body, at), headers.get("content-length", "")
        if end is None or not size.isdecimal():
            return
        block = body[end.end() : end.end() + int(size)]
        url = headers.get("warc-target-uri", "").strip("<>") or None
        yield WarcRecord(headers.get("warc-type", ""), url, headers, block)
        at = end.end() + int(size)
