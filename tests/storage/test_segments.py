from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.storage import segments

bodies = st.lists(st.binary(max_size=60), min_size=1, max_size=8)


def written(found: list[bytes], first: int) -> bytes:
    return b"".join(
        part
        for index, body in enumerate(found)
        for part in segments.encode_frame(first + index, 1 + index % 5, body)
    )


def read(data: bytes, first: int) -> list[tuple[int, int, bytes]]:
    return [(record.sequence, record.kind, bytes(record.body)) for record in segments.records(data, first)]


@settings(deadline=None)
@given(bodies, st.integers(1, 1 << 40), st.data())
def test_any_truncation_leaves_the_records_before_it(
    found: list[bytes], first: int, data: st.DataObject
) -> None:
    whole = written(found, first)
    everything = read(whole, first)
    assert [body for _, _, body in everything] == found
    cut = data.draw(st.integers(0, len(whole)))
    ends = [record.end for record in segments.records(whole, first)]
    assert read(whole[:cut], first) == everything[: sum(end <= cut for end in ends)]


@settings(deadline=None)
@given(bodies, st.integers(1, 1 << 40), st.data())
def test_any_flipped_bit_leaves_the_records_before_it(
    found: list[bytes], first: int, data: st.DataObject
) -> None:
    whole = bytearray(written(found, first))
    everything = read(bytes(whole), first)
    ends = [record.end for record in segments.records(bytes(whole), first)]
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= 1 << data.draw(st.integers(0, 7))
    assert read(bytes(whole), first) == everything[: sum(end <= position for end in ends)]


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1 << 40))
def test_noise_and_zeros_are_no_records(noise: bytes, first: int) -> None:
    assert read(noise, first) == []
    assert read(bytes(64), first) == []
    assert segments.decode_header(noise) is None


def test_a_record_is_good_only_in_its_place() -> None:
    assert read(written([b"x"], 4), 5) == []


def test_what_earlier_versions_wrote_is_still_good() -> None:
    frame = bytes.fromhex("050000003640893af8e0153b01626f6479")
    assert read(frame, 7) == [(7, 1, b"body")]
    assert written([b"body"], 7) == frame


@settings(deadline=None)
@given(st.integers(0, 1 << 40), st.integers(0, 1 << 16), st.integers(0, 7))
def test_a_header_is_read_whole_or_not_at_all(first: int, position: int, bit: int) -> None:
    encoded = segments.encode_header(first, {"crawl": {"id": "x"}})
    header = segments.decode_header(encoded + b"rest")
    assert header is not None
    assert (header.first, header.meta, header.size) == (first, {"crawl": {"id": "x"}}, len(encoded))
    assert segments.decode_header(encoded[: position % len(encoded)]) is None
    flipped = bytearray(encoded)
    flipped[position % len(encoded)] ^= 1 << bit
    assert segments.decode_header(bytes(flipped)) is None
