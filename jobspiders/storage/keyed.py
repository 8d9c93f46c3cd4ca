"""The postings of a batch by their keys, and with what is stored under these: whom each meets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jobspiders.matching.keys import MAX_FOUND, ats_keys, choose_candidates, entry_of, has_place, share_key
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

    def pass_over(self, full: Iterable[int]) -> None:
        """Leave out loose keys that are known to be full, before anything is looked up."""
        for key in full:
            del self._loose[key]

    def meet(self, exact: Iterable[Sequence[Any]], loose: Iterable[Sequence[Any]]) -> None:
        """What is stored: exact keys with an entry each, newest first; loose keys with all entries, or None if full.

        A full key leads nowhere, and nothing more is stored under it.
        """
        stored = self._stored
        for key, entry in exact:
            stored.setdefault(key, []).append(entry)
        for key, entries in loose:
            if entries is None:
                del self._loose[key]
            else:
                stored[key] = sorted(entries, reverse=True)

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
            candidates = choose_candidates(
                self._entries[posting_id],
                each.exact,
                each.loose,
                found,
                certain=ats_keys(each.fingerprint),
                placed=has_place(each.fingerprint),
            )
            if candidates:
                chosen[posting_id] = candidates
        return chosen
