"""What an incoming posting is against the stored one: new, seen again or changed, and how it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from psycopg import AsyncCursor
from psycopg.rows import TupleRow, dict_row

from jobspiders.storage import content, statements
from jobspiders.storage.batch import Batch, Key
from jobspiders.storage.posting_writes import LostRaceError, PostingWrites
from jobspiders.storage.rows import INDEX, posting_of, row_of
from jobspiders.storage.stored_postings import StoredPosting
from jobspiders.storage.tuples import Head, fields_of, values_of

#: A posting of the batch beside what is stored under its key.
Differing: TypeAlias = tuple[Head, bytes | memoryview, StoredPosting]

_VALUE_HASH = INDEX["value_hash"]
_LISTING_HASH = INDEX["listing_hash"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PostingComparison:
    """Sorts the postings of a batch, hands what is to be written to ``writes`` and counts in the batch."""

    def __init__(self, batch: Batch, crawl_id: str, writes: PostingWrites) -> None:
        self._batch = batch
        self._crawl_id = crawl_id
        self._writes = writes
        self._new: frozenset[Key] = frozenset()

    def insert(self, keys: Sequence[Key]) -> None:
        """Hand on the postings that are not stored."""
        self._new = frozenset(keys)
        for key in keys:
            head, row = self._batch.postings[key]
            self._batch.count(head.scope).new += 1
            self._writes.insert(head, row)

    def sort(self, found: dict[Key, StoredPosting]) -> dict[int, Differing]:
        """Sort the others into seen again and to be rewritten; return those that must be compared.

        Raises LostRaceError for one that somebody has deleted since it was found.
        """
        differing: dict[int, Differing] = {}
        for key, (head, row) in self._batch.postings.items():
            if key in self._new:
                continue
            known = found.get(key)
            if known is None:
                raise LostRaceError
            if known.is_touched:
                self._count_unchanged(head.scope, known)
                self._writes.touch(head, known)
            elif known.same_content:
                self._count_unchanged(head.scope, known)
                differing[known.id] = (head, row, known)
            else:
                differing[known.id] = (head, row, known)
        return differing

    def see(self, found: dict[Key, StoredPosting]) -> None:
        """Touch the postings whose listing row has not changed."""
        for key, seen in self._batch.seen.items():
            known = found.get(key)
            if known is None:
                self._batch.unknown += 1
                continue
            self._count_unchanged(seen["scope"], known)
            self._writes.see(known.id, seen["seen"], seen["scope"])

    async def compare(self, cursor: AsyncCursor[TupleRow], differing: dict[int, Differing]) -> None:
        """Set the stored postings beside the incoming ones and find what changed."""
        async with cursor.connection.cursor(row_factory=dict_row) as rows:
            await rows.execute(statements.STORED, {"crawl": self._crawl_id, "ids": list(differing)})
            stored = await rows.fetchall()
        searched_again: list[int] = []
        for values in stored:
            head, row, known = differing[values["id"]]
            if known.same_content:
                self._writes.rewrite(known.id, values["version"], head, row)
                continue
            old = posting_of(values)
            new = posting_of(values_of(row))
            changes = content.changes(old, new)
            if content.is_listing_of(old, new):
                new.scope = new.scope or old.scope
                merged = content.merged(old, new)
                merged_row = row_of(merged, _EPOCH)
                if not changes and merged_row[_VALUE_HASH] == str(values["value_hash"]):
                    self._count_unchanged(head.scope, known)
                    self._writes.touch(head._replace(row_hash=None), known)
                    continue
                merged_row[_LISTING_HASH] = None
                as_stored = merged.description == old.description
                row = fields_of(_without_detail(merged_row) if as_stored else merged_row)
            version = self._count_compared(head, known, values, changes)
            if changes:
                searched_again.append(known.id)
            self._writes.rewrite(known.id, version, head, row)
        if searched_again:
            await cursor.execute(statements.SEARCH_AGAIN, [searched_again])

    def _count_compared(
        self, head: Head, known: StoredPosting, values: dict[str, Any], changes: dict[str, list[Any]]
    ) -> int:
        """Count a compared posting and return its version, a new one where it changed."""
        version: int = values["version"]
        if not changes:
            self._count_unchanged(head.scope, known)
            return version
        counts = self._batch.count(head.scope)
        if known.reopens:
            counts.reopened += 1
        if known.seen_before:
            counts.duplicates += 1
            if str(values["first_crawl_id"]) == self._crawl_id:
                # what this crawl found in two steps has no history yet
                return version
            if not values["changed_before"]:
                counts.changed += 1
                counts.unchanged -= 1
        else:
            counts.changed += 1
        self._writes.add_version(known.id, version + 1, head.seen, changes)
        return version + 1

    def _count_unchanged(self, scope: str | None, known: StoredPosting) -> None:
        counts = self._batch.count(scope)
        if known.seen_before:
            counts.duplicates += 1
        else:
            counts.unchanged += 1
        if known.reopens:
            counts.reopened += 1


def _without_detail(row: list[str | bytes | None]) -> list[str | bytes | None]:
    """``row`` without what a listing row does not bring: UPDATE leaves that as it is."""
    for name in ("description", "description_html", "raw"):
        row[INDEX[name]] = None
    return row
