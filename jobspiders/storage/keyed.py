"""The postings of a batch by their keys, and with what is stored under these: whom each meets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jobspiders.matching.keys import MAX_FOUND, ats_keys, choose_candidates, entry_of, share_key
from jobspiders.storage.signatures import Signed


class Bands(NamedTuple):
    """Rows of posting_bands."""

    keys: list[int]
    entries: list[int]


class Keyed:
    """A batch by its keys. What is stored under these is told once, by ``meet``."""

    def __init__(self, batch: Mapping[int, Signed]) -> None:
        self._batch = batch
        self._exact: dict[int, list[int]] = {}
        self._loose: dict[int, list[int]] = {}
        self._stored: dict[int, list[int]] = {}
        self._entries: dict[int, int] = {}
        for posting_id in sorted(batch):
            each = batch[posting_id]
            self._entries[posting_id] = entry = entry_of(posting_id, each.fingerprint)
            for key in each.exact:
                self._exact.setdefault(key, []).append(entry)
            for key in each.loose:
                self._loose.setdefault(key, []).append(entry)

    @property
    def exact(self) -> list[int]:
        """Every exact key once."""
        return [*self._exact]

    @property
    def loose(self) -> list[int]:
        """Every loose key once."""
        return [*self._loose]

    def meet(self, exact: Iterable[tuple[int, int]], loose: Iterable[tuple[int, int]]) -> None:
        """Keys with the entries stored under them: of exact ones the newest, newest first; of loose ones all.

        A loose key under which there are as many as are looked for is full: it leads nowhere, and nothing more is
        stored under it.
        """
        stored = self._stored
        for key, entry in exact:
            stored.setdefault(key, []).append(entry)
        met: dict[int, list[int]] = {}
        for key, entry in loose:
            met.setdefault(key, []).append(entry)
        for key, entries in met.items():
            if len(entries) >= MAX_FOUND:
                del self._loose[key]
            else:
                entries.sort(reverse=True)
                stored[key] = entries

    def bands(self) -> Bands:
        """What is to be stored under the keys: under loose keys no more than show that they are over-full."""
        bands = Bands([], [])
        for key, entries in self._exact.items():
            bands.keys.extend([key] * len(entries))
            bands.entries.extend(entries)
        for key, entries in self._loose.items():
            kept = entries[: MAX_FOUND - len(self._stored.get(key, ()))]
            bands.keys.extend([key] * len(kept))
            bands.entries.extend(kept)
        return bands

    def candidates(self) -> dict[int, list[int]]:
        """With whom each posting of the batch is compared, if with any."""
        found: dict[int, list[int]] = {}
        for keyed in (self._exact, self._loose):
            for key, entries in keyed.items():
                others = self._stored.get(key)
                if len(entries) > 1:
                    found[key] = share_key(entries, others or ())
                elif others:
                    found[key] = others
        chosen: dict[int, list[int]] = {}
        for posting_id, each in self._batch.items():
            certain = ats_keys(each.fingerprint)
            entry = self._entries[posting_id]
            candidates = choose_candidates(entry, each.exact, each.loose, found, certain=certain)
            if candidates:
                chosen[posting_id] = candidates
        return chosen
