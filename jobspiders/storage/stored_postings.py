"""What is stored already of the postings of a batch, locked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from jobspiders.storage import encoding, statements
from jobspiders.storage.batch import Batch, Key


@dataclass(frozen=True, slots=True)
class StoredPosting:
    """What is stored under a key of a batch, as the LOCK statements say it."""

    id: int
    same_content: bool
    same_values: bool
    seen_before: bool
    newer: bool
    reopens: bool
    same_listing: bool

    @property
    def is_touched(self) -> bool:
        """Whether the posting was seen again and nothing more."""
        return self.newer or self.same_listing or (self.same_content and self.same_values)


async def unknown(cursor: AsyncCursor[TupleRow], batch: Batch) -> list[Key]:
    """The keys of postings of the batch under which nothing is stored; nothing is locked."""
    keys = [*batch.postings]
    rows = [{"n": n, "board": board, "external_id": name} for n, (board, name) in enumerate(keys)]
    await cursor.execute(statements.KNOWN, [encoding.dumps(rows).decode()])
    known = {n for (n,) in await cursor.fetchall()}
    return [key for n, key in enumerate(keys) if n not in known]


async def lock(
    cursor: AsyncCursor[TupleRow], statement: str, batch: Batch, crawl_id: str, *, but: Collection[Key] = ()
) -> dict[Key, StoredPosting]:
    """Lock by ``statement``, in the order of their keys, the postings that the batch names; not those of ``but``."""
    keys: list[Key] = []
    rows: list[dict[str, Any]] = []
    for key, (head, _) in batch.postings.items():
        if key in but:
            continue
        rows.append(
            {
                "n": len(keys),
                "board": head.board,
                "external_id": head.external_id,
                "seen": head.seen,
                "hash": head.content_hash,
                "value_hash": head.value_hash,
                "listing_hash": head.listing_hash,
                "described": head.has_description,
            }
        )
        keys.append(key)
    others = (*batch.seen.values(), *batch.closed.values(), *batch.rejected)
    for other in others:
        key = (other["board"], other["external_id"])
        if other["external_id"] is not None and key not in batch.postings:
            rows.append({"n": len(keys), "board": key[0], "external_id": key[1], "seen": other["seen"]})
            keys.append(key)
    if not rows:
        return {}
    await cursor.execute(statement, {"crawl": crawl_id, "keys": encoding.dumps(rows).decode()})
    return {keys[row[0]]: StoredPosting(*row[1:]) for row in await cursor.fetchall()}


def must_match(batch: Batch, found: dict[Key, StoredPosting]) -> bool:
    """Whether a posting of the batch is new or says something else than before, so that its job may be another."""
    return not all(
        known is not None and known.is_touched for known in (found.get(key) for key in batch.postings)
    )
