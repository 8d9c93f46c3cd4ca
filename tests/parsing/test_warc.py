"""The records of web archives, whole and cut off."""

from __future__ import annotations

from jobspiders.parsing.warc import is_warc, records

RECORD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nwarc-target-uri: <https://acme.example/>\r\nContent-Length: 4\r\n\r\n"
    b"ab\r\n\r\n\r\n"
)


def test_records_end_where_their_length_says() -> None:
    assert is_warc(RECORD)
    first, second = records(RECORD + RECORD)
    assert (first.kind, first.url, first.block) == ("response", "https://acme.example/", b"ab\r\n")
    assert second == first


def test_what_cannot_be_read_ends_the_archive() -> None:
    assert not is_warc(b"<html>WARC/1.0\r\n")
    assert len(list(records(RECORD + RECORD.replace(b"Length: 4", b"Length: x")))) == 1
    assert len(list(records(RECORD + RECORD[:30]))) == 1
