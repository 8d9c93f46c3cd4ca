"""Bodies that were saved as they came over the wire, and bodies that only look like such."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.compression import decompressed, zstd

PAGE = "<html><p>Žilina, Łódź</p></html>".encode()


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, brotli.compress])
def test_a_compressed_page_is_unpacked(pack: Callable[[bytes], bytes]) -> None:
    assert decompressed(pack(PAGE)) == PAGE
    assert decompressed(gzip.compress(pack(PAGE))) == PAGE


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, brotli.compress])
def test_a_damaged_one_does_not_fail(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(PAGE * 50)
    for damaged in (packed[: len(packed) // 2], packed[:4], packed[:10] + bytes(20)):
        assert isinstance(decompressed(damaged), bytes)


def test_the_members_of_a_gzip_file_are_one_body() -> None:
    assert decompressed(gzip.compress(PAGE) + gzip.compress(b"more")) == PAGE + b"more"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "latin-1", "shift_jis", "gb18030"])
def test_text_in_any_encoding_stays_as_it_is(encoding: str) -> None:
    body = ("<html><p>名古屋</p></html>" if encoding in ("shift_jis", "gb18030") else "<p>Málaga</p>").encode(
        encoding
    )
    assert decompressed(body) == body


@given(st.text())
def test_text_is_never_taken_for_something_else(text: str) -> None:
    assert decompressed(text.encode()) == text.encode()
