"""The text of a posting as a few hundred bytes that say how much of one text lies in another.

Only letters and digits are read, in lower case and without anything between them: markup, spacing, case,
punctuation and typographic variants of a copy fall away. Windows of 16 letters start where the content says
(a four-letter hash below a bound), so that every copy of a passage gives the same windows wherever it stands.
The smallest window hashes are kept (bottom-k MinHash, Broder 1997). Unlike the permutation kind this measures
containment as well as resemblance: the hashes below the lower of two sketches' ceilings are unbiased samples
of both texts, however different their lengths, so that a snippet of 80 words is compared with its full text
by the hashes that both could hold.

Splitting into words and shingles in Python costs more than the rest of matching together, therefore numpy.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

#: Hashes kept of a text, four bytes each.
SKETCH_SIZE = 128
#: Bytes in a window of the sketch (about three words: a changed word costs little), and in an anchor (about
#: six, so that common phrases do not meet).
WINDOW = 16
ANCHOR = 32
#: One position in so many starts a window.
SAMPLING = 16
#: Anchors of the whole text, and of its opening, which a snippet shows; and the letters in an opening.
ANCHORS = 5
OPENING_ANCHORS = 2
OPENING = 480
#: Characters read; of longer texts the beginning.
MAX_CHARACTERS = 60_000
#: From this share of characters beyond ASCII on a text is not in Latin script.
FOREIGN_SHARE = 0.35

_GRAM_FACTOR = np.uint32(0x9E3779B1)
_GRAM_BOUND = np.uint32((1 << 32) // SAMPLING)
_FIRST_FACTOR = np.uint64(0xD6E8FEB86659FD93)
_SECOND_FACTOR = np.uint64(0xA0761D6478BD642F)
_MIX_FACTOR = np.uint64(0xC2B2AE3D27D4EB4F)
_HALF = np.uint64(32)
_HASH_BITS, _PLACE_BITS = 32, 22
_CHUNK_TEXTS, _CHUNK_BYTES = 128, 1 << 20
_GAP = b"\xff" * ANCHOR
_HASH = np.dtype("<u4")
_HASH_BYTES = 4
_LAST_HASH = struct.Struct("<I")
_LOWER = bytes(code + 0x20 if 0x41 <= code <= 0x5A else code for code in range(256))
_BETWEEN_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_LETTER = re.compile(r"[\W_]+")

U64 = npt.NDArray[np.uint64]
Starts = npt.NDArray[np.intp]


@dataclass(slots=True)
class Signature:
    """``sketch``: the smallest ``SKETCH_SIZE`` distinct window hashes, ascending, little-endian uint32.

    ``letters`` is the length of what was read. ``anchors`` and ``opening`` are unsigned 64-bit hashes of
    longer windows, for candidate keys.
    """

    sketch: bytes = b""
    letters: int = 0
    anchors: tuple[int, ...] = ()
    opening: tuple[int, ...] = ()


class Overlap(NamedTuple):
    """Shares of each text that the other holds, and how many hashes these were measured on."""

    of_first: float
    of_second: float
    samples_first: int
    samples_second: int


NO_OVERLAP = Overlap(0.0, 0.0, 0, 0)


def _letters(text: str) -> bytes:
    """Letters and digits in lower case. Accented letters of Latin text are left out like punctuation."""
    text = text[:MAX_CHARACTERS]
    raw = text.encode("ascii", "replace")
    if not text.isascii() and raw.count(b"?") > FOREIGN_SHARE * len(raw):
        text = _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).lower()
        return text.encode("utf-8", "replace")
    return raw.translate(_LOWER, _BETWEEN_LETTERS)


def _window_hashes(buffer: bytes) -> tuple[Starts, U64]:
    """Where windows start in the buffer, and the upper halves of their hashes."""
    # Views of the same bytes with one value per position: every 4 bytes, every 8 bytes.
    grams = np.ndarray((len(buffer) - WINDOW + 1,), "<u4", buffer, strides=(1,))
    eights = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    starts = np.flatnonzero(grams * _GRAM_FACTOR < _GRAM_BOUND)
    hashes: U64 = eights[starts] * _FIRST_FACTOR
    hashes ^= hashes >> _HALF
    hashes += eights[starts + 8] * _SECOND_FACTOR
    hashes ^= hashes >> _HALF
    hashes *= _MIX_FACTOR
    hashes >>= _HALF
    return starts, hashes


def _sign_chunk(texts: list[bytes]) -> list[Signature]:
    """One pass over all texts, laid end to end: a call into numpy costs more than the work of one text."""
    sizes = np.array([len(text) for text in texts])
    begins = np.cumsum(sizes + ANCHOR) - sizes - ANCHOR
    ends = begins + sizes
    buffer = _GAP.join([*texts, b""])
    starts, hashes = _window_hashes(buffer)
    owners = np.repeat(np.arange(len(texts)), np.diff(np.searchsorted(starts, [*begins, len(buffer)])))
    whole = starts + WINDOW <= ends[owners]
    owners, starts = owners[whole], starts[whole]
    # Text, hash and place in one integer each, and every text's smallest hashes first. Text by text: one sort of all
    # takes four times as long.
    keys = owners.astype(np.uint64) << np.uint64(_HASH_BITS + _PLACE_BITS)
    keys |= hashes[whole] << np.uint64(_PLACE_BITS)
    keys |= starts.astype(np.uint64)
    for low, high in pairwise(np.searchsorted(owners, np.arange(len(texts) + 1)).tolist()):
        keys[low:high].sort()
    identities = keys >> np.uint64(_PLACE_BITS)
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(identities[1:], identities[:-1], out=first[1:])
    keys, identities = keys[first], identities[first]
    owners = (identities >> _HALF).astype(np.intp)
    places = (keys & np.uint64((1 << _PLACE_BITS) - 1)).astype(np.intp)
    bounds = np.searchsorted(owners, np.arange(len(texts) + 1))
    values = identities.astype("<u4")
    long_enough = places + ANCHOR <= ends[owners]
    early = np.flatnonzero(long_enough & (places - begins[owners] < OPENING))
    early_bounds = np.searchsorted(early, bounds).tolist()
    bounds = bounds.tolist()

    def anchors(at: npt.NDArray[np.intp]) -> tuple[int, ...]:
        return tuple([xxh3_64_intdigest(buffer[place : place + ANCHOR]) for place in at.tolist()])

    signatures = []
    for number, (low, high) in enumerate(pairwise(bounds)):
        within = places[low : min(high, low + 2 * ANCHORS)]
        opening = early[early_bounds[number] : early_bounds[number + 1]][:OPENING_ANCHORS]
        signatures.append(
            Signature(
                sketch=values[low : min(high, low + SKETCH_SIZE)].tobytes(),
                letters=len(texts[number]),
                anchors=anchors(within[long_enough[low : low + len(within)]][:ANCHORS]),
                opening=anchors(places[opening]),
            )
        )
    return signatures


def sign_all(texts: Iterable[str | None]) -> list[Signature]:
    """The signatures of descriptions in plain text, in their order; empty ones where there is no text.

    Many at a time cost half of what they cost one by one.
    """
    signatures: list[Signature] = []
    chunk: list[bytes] = []
    size = 0
    for text in texts:
        letters = _letters(text) if text else b""
        size += len(letters) + ANCHOR
        if chunk and (size >= _CHUNK_BYTES or len(chunk) >= _CHUNK_TEXTS):
            signatures += _sign_chunk(chunk)
            chunk, size = [], len(letters) + ANCHOR
        chunk.append(letters)
    return signatures + _sign_chunk(chunk) if chunk else signatures


def sign(text: str | None) -> Signature:
    """The signature of one description."""
    return sign_all([text])[0]


def overlap(first: bytes, second: bytes) -> Overlap:
    """How much of either text lies in the other, from their sketches."""
    if not first or not second:
        return NO_OVERLAP
    samples_first, samples_second = len(first) // _HASH_BYTES, len(second) // _HASH_BYTES
    if first == second:
        return Overlap(1.0, 1.0, samples_first, samples_first)
    # neither holds a hash twice
    both = np.frombuffer(bytearray(first + second), _HASH)
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    first_ceiling = _LAST_HASH.unpack_from(first, len(first) - _HASH_BYTES)[0]
    second_ceiling = _LAST_HASH.unpack_from(second, len(second) - _HASH_BYTES)[0]
    if first_ceiling < second_ceiling:
        if samples_first >= SKETCH_SIZE:
            samples_second = bisect_right(memoryview(second).cast("I"), first_ceiling)
    elif second_ceiling < first_ceiling and samples_second >= SKETCH_SIZE:
        samples_first = bisect_right(memoryview(first).cast("I"), second_ceiling)
    return Overlap(
        shared / samples_first if samples_first else 0.0,
        shared / samples_second if samples_second else 0.0,
        samples_first,
        samples_second,
    )
