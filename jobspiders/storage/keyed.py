"""The postings of a batch by their keys, and with what is stored under these: whom each meets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from jobspiders.matching.keys import MAX_FOUND, choose_candidates, share_key
from jobspiders.storage.signatures import Signed


class Bands(NamedTuple):
    """Rows of posting_bands."""

    keys: list[int]
    postings: list[int]


class Keyed:
    """A batch by its keys. What is stored under these is told once, by ``meet``."""

    def __init__(self, batch: Mapping[int, Signed]) -> None:
        self._batch = batch
        self._exact: dict[int, list[int]] = {}
        self._loose: dict[int, list[int]] = {}
        self._stored: dict[int, Sequence[int]] = {}
        for posting_id in sorted(batch):
            each = batch[posting_id]
            for key in each.exact:
                self._exact.setdefault(key, []).append(posting_id)
            for key in each.loose:
                self._loose.setdefault(key, []).append(posting_id)

    @property
    def exact(self) -> list[int]:
        """Every exact key once."""
        return [*self._exact]

    @property
    def loose(self) -> list[int]:
        """Every loose key once."""
        return [*self._loose]

    def meet(self, stored: Iterable[Sequence[Any]]) -> None:
        """``stored``: keys with the newest postings under them, newest first, or with None where a loose one is full.

        A full key leads nowhere, and nothing more is stored under it.
        """
        for key, others in stored:
            if others is None:
                del self._loose[key]
            else:
                self._stored[key] = others

    def bands(self) -> Bands:
        """What is to be stored under the keys: under loose keys no more than show that they are over-full."""
        bands = Bands([], [])
        for key, postings in self._exact.items():
            bands.keys.extend([key] * len(postings))
            bands.postings.extend(postings)
        for key, postings in self._loose.items():
            kept = postings[: MAX_FOUND - len(self._stored.get(key, ()))]
            bands.keys.extend([key] * len(kept))
            bands.postings.extend(kept)
        return bands

    def candidates(self) -> dict[int, list[int]]:
        """With whom each posting of the batch is compared, if with any."""
        found: dict[int, Sequence[int]] = {}
        for keyed in (self._exact, self._loose):
            for key, postings in keyed.items():
                others = self._stored.get(key, ())
                if len(postings) > 1:
                    found[key] = share_key(postings, others)
                elif others:
                    found[key] = others
        chosen: dict[int, list[int]] = {}
        for posting_id, each in self._batch.items():
            candidates = choose_candidates(posting_id, each.exact, each.loose, found)
            if candidates:
                chosen[posting_id] = candidates
        return chosen
