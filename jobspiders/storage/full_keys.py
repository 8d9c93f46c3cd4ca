"""Loose keys that were found full: these lead nowhere, and need not be looked up again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

#: Keys that are remembered at most, eight bytes each; a power of two.
SLOTS = 1 << 17


class FullKeys:
    """Keys that were full, as far as a megabyte holds: each has one slot, and drives out whichever was there.

    Such keys only stop being full when postings are deleted; who remembers them, a crawl, learns of that at its end.
    Keys are evenly spread signed 64-bit hashes and serve as their own slots.
    """

    __slots__ = ("_held",)

    def __init__(self) -> None:
        # pages of it are taken from the system only as keys come
        self._held = np.zeros(SLOTS, np.int64)

    def add(self, keys: Sequence[int]) -> None:
        """Remember that these are full."""
        values = np.array(keys, np.int64)
        self._held[values & (SLOTS - 1)] = values

    def forget(self, keys: Iterable[int]) -> None:
        """Look these up again, for a posting that stood under them is gone."""
        values = np.array([*keys], np.int64)
        slots = values & (SLOTS - 1)
        self._held[slots[self._held[slots] == values]] = 0

    def among(self, keys: Sequence[int]) -> list[int]:
        """Those of ``keys`` that are remembered."""
        values = np.array(keys, np.int64)
        # 0 marks a free slot
        known: list[int] = values[(self._held[values & (SLOTS - 1)] == values) & (values != 0)].tolist()
        return known
