"""A set of 64-bit hashes in twelve to 24 bytes each; a set of Python's takes a hundred. Pure."""

from __future__ import annotations

from array import array

#: Slots of an empty set; always a power of two.
_SLOTS = 8


class HashSet:
    """Open addressing with linear probing in an array that is at most two thirds full.

    Made for hashes that are evenly spread over 64 bits, which serve as their own slot.
    """

    __slots__ = ("_count", "_mask", "_table")

    def __init__(self) -> None:
        self._count = 0
        self._mask = _SLOTS - 1
        self._table = array("Q", bytes(8 * _SLOTS))

    def add(self, key: int) -> bool:
        """Take up ``key``, from 0 up to 2^64 - 1; whether it is new."""
        # 0 marks a free slot
        key = key or 1
        table, mask = self._table, self._mask
        slot = key & mask
        while held := table[slot]:
            if held == key:
                return False
            slot = (slot + 1) & mask
        table[slot] = key
        self._count += 1
        if self._count * 3 > (mask + 1) * 2:
            self._grow()
        return True

    def __contains__(self, key: int) -> bool:
        key = key or 1
        table, mask = self._table, self._mask
        slot = key & mask
        while held := table[slot]:
            if held == key:
                return True
            slot = (slot + 1) & mask
        return False

    def __len__(self) -> int:
        return self._count

    def _grow(self) -> None:
        old = self._table
        size = len(old) * 2
        table, mask = array("Q", bytes(8 * size)), size - 1
        for key in old:
            if key:
                slot = key & mask
                while table[slot]:
                    slot = (slot + 1) & mask
                table[slot] = key
        self._table, self._mask = table, mask
