"""Hashes of a list's rows: equal only where reading would give the same posting as before. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from xxhash import xxh3_128_digest, xxh3_128_hexdigest

from jobspiders.bases.listing import Listing
from jobspiders.parsing.record import Record

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPREAD = 1 << 32

RowHash = Callable[[Any], str | None]


class RowHasher:
    """Hashes rows with all else that decides what becomes of them.

    ``reading`` is what this crawl reads with: the code and the arguments. A row that stays the same has another hash
    after ``refetch_days`` at the latest, so that it is read again; which day that is differs from row to row.
    """

    def __init__(self, reading: Any, refetch_days: float) -> None:
        self._reading = reading
        self._days = refetch_days

    def of_listing(self, listing: Listing, source: str | None, now: datetime) -> RowHash | None:
        """What hashes the rows of ``listing``; None where they do not say all of their postings."""
        if listing.around is None or not self._days:
            return None
        context = xxh3_128_digest(orjson.dumps([self._reading, source, listing.around], default=str))
        today = (now - _EPOCH).total_seconds() / 86400 / self._days

        def row_hash(row: Any) -> str | None:
            value = row.value if isinstance(row, Record) else row
            if not isinstance(value, dict):
                return None
            try:
                digest = xxh3_128_digest(context + orjson.dumps(value))
            except (TypeError, ValueError):
                return None
            period = int(today + int.from_bytes(digest[:4]) / _SPREAD)
            return xxh3_128_hexdigest(digest + period.to_bytes(8))

        return row_hash
