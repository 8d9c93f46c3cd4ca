"""Records of the journal as one unit of work for the database. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeVar

import orjson
import xxhash

from jobspiders.items import ClosedPosting, RejectedPosting, SeenPosting, SeenPostings
from jobspiders.storage import content, encoding
from jobspiders.storage.records import Counts, CrawlRecord, ScopeRecord
from jobspiders.storage.rows import bounded, moment, posting_of, row_of
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import Head, encode_values, split, values_of

_T = TypeVar("_T", CrawlRecord, ScopeRecord)

#: Postings of known rows in one batch, all of which are locked until it is stored.
MOST_SEEN = 2_000

Key = tuple[str, str]
Posting = tuple[Head, bytes | memoryview]


@dataclass(slots=True)
class Batch:
    """What ``records`` ask for, each posting once. ``counts`` are per scope, None standing for no scope.

    ``seen`` are postings of which the listing row has not changed; ``unknown`` counts those of them that are not
    stored (any more).
    """

    records: Sequence[Record]
    postings: dict[Key, Posting] = field(default_factory=dict)
    seen: dict[Key, dict[str, Any]] = field(default_factory=dict)
    unknown: int = 0
    closed: dict[Key, dict[str, Any]] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    scopes: list[ScopeRecord] = field(default_factory=list)
    ends: list[CrawlRecord] = field(default_factory=list)
    counts: dict[str | None, Counts] = field(default_factory=dict)

    @property
    def position(self) -> int:
        """The sequence number up to which this batch goes."""
        return self.records[-1].sequence

    def count(self, scope: str | None) -> Counts:
        """The counts of ``scope``."""
        found = self.counts.get(scope)
        if found is None:
            found = self.counts[scope] = Counts()
        return found

    def total(self) -> Counts:
        """The sum over the scopes."""
        names = [item.name for item in fields(Counts)]
        return Counts(**{name: sum(getattr(each, name) for each in self.counts.values()) for name in names})


def fold(records: Sequence[Record]) -> Batch:
    """The batch of ``records``, or of as many of them as can be done in the order posting, closed, scope.

    Postings go first in a batch, so a posting that comes after its own closing begins the next one, and so do
    known rows beyond MOST_SEEN.
    """
    batch = Batch(records)
    for index, record in enumerate(records):
        if record.kind == Kind.POSTING:
            head, row = split(record.body)
            key = (head.board, head.external_id)
            if key in batch.closed:
                batch.records = records[:index]
                break
            known = batch.postings.get(key)
            if known is not None:
                batch.count(head.scope).duplicates += 1
                head, row = _folded(known, (head, row))
            elif batch.seen.pop(key, None) is not None:
                batch.count(head.scope).duplicates += 1
            batch.postings[key] = head, row
        elif record.kind == Kind.SEEN:
            seen = orjson.loads(record.body)
            key = (seen["board"], seen["external_id"])
            if key in batch.closed:
                batch.records = records[:index]
                break
            if key in batch.postings or key in batch.seen:
                batch.count(seen["scope"]).duplicates += 1
            else:
                batch.seen[key] = seen
        elif record.kind == Kind.SEEN_ROWS:
            rows = orjson.loads(record.body)
            keys = [(rows["board"], external_id) for external_id in rows["external_ids"]]
            if (len(batch.seen) + len(keys) > MOST_SEEN and index) or any(
                key in batch.closed for key in keys
            ):
                batch.records = records[:index]
                break
            for key in keys:
                if key in batch.postings or key in batch.seen:
                    batch.count(rows["scope"]).duplicates += 1
                else:
                    batch.seen[key] = {
                        "board": key[0],
                        "external_id": key[1],
                        "scope": rows["scope"],
                        "seen": rows["seen"],
                    }
        elif record.kind == Kind.CLOSED:
            closed = orjson.loads(record.body)
            batch.closed[closed["board"], closed["external_id"]] = closed
        elif record.kind == Kind.REJECTED:
            batch.rejected.append(_decode_rejected(record.body))
        elif record.kind == Kind.SCOPE:
            batch.scopes.append(_load(ScopeRecord, record.body))
        elif record.kind == Kind.END:
            batch.ends.append(_load(CrawlRecord, record.body))
    return batch


def encode_rejected(item: RejectedPosting, seen: datetime) -> bytes:
    """The body of a record. Its fingerprint makes the same rejection in one crawl one row."""
    raw = b"" if item.raw is None else encoding.dumps(item.raw)
    stated = {
        "board": item.board,
        "external_id": item.external_id or None,
        "url": item.url,
        "scope": bounded(item.scope),
        "reason": item.reason or "no reason given",
    }
    head = encoding.dumps({name: _plain(value) for name, value in stated.items()})
    fingerprint = xxhash.xxh3_128_hexdigest(head + raw)
    body: dict[str, Any] = orjson.loads(head)
    return orjson.dumps(
        {
            **body,
            "seen": moment(item.fetched_at or seen),
            "fingerprint": fingerprint,
            "raw": raw.decode() or None,
        }
    )


def encode_seen(item: SeenPosting, seen: datetime) -> bytes:
    """The body of a record."""
    return encoding.dumps(
        {
            "board": item.board,
            "external_id": item.external_id,
            "scope": bounded(item.scope),
            "seen": moment(item.fetched_at or seen),
        }
    )


def encode_seen_rows(item: SeenPostings, seen: datetime) -> bytes:
    """The body of a record."""
    return encoding.dumps(
        {
            "board": item.board,
            "external_ids": item.external_ids,
            "scope": bounded(item.scope),
            "seen": moment(item.fetched_at or seen),
        }
    )


def encode_closed(item: ClosedPosting, seen: datetime) -> bytes:
    """The body of a record."""
    return encoding.dumps(
        {
            "board": item.board,
            "external_id": item.external_id,
            "reason": item.reason,
            "scope": bounded(item.scope),
            "seen": moment(item.fetched_at or seen),
        }
    )


def encode_record(record: CrawlRecord | ScopeRecord) -> bytes:
    """The body of a record."""
    return encoding.dumps({item.name: getattr(record, item.name) for item in fields(record)})


def encode_meta(crawl: CrawlRecord) -> dict[str, Any]:
    """The crawl as a JSON object, for the header of a segment."""
    values: dict[str, Any] = orjson.loads(encode_record(crawl))
    return values


def load_crawl(values: dict[str, Any]) -> CrawlRecord:
    """A crawl record from its JSON object."""
    return _from_object(CrawlRecord, values)


def _folded(first: Posting, second: Posting) -> Posting:
    """The later of two postings, which a later listing row completes but does not replace."""
    whole = second[0].listing_hash is not None or first[0].listing_hash is None
    if (second[0].has_description and whole) or not first[0].has_description:
        return second
    old, new = (posting_of(values_of(row)) for _, row in (first, second))
    new.scope = new.scope or old.scope
    assert new.fetched_at is not None
    return split(encode_values(row_of(content.merged(old, new), new.fetched_at)))


def _decode_rejected(body: bytes | memoryview) -> dict[str, Any]:
    decoded: dict[str, Any] = orjson.loads(body)
    return decoded


def _load(kind: type[_T], body: bytes | memoryview) -> _T:
    return _from_object(kind, orjson.loads(body))


def _from_object(kind: type[_T], values: dict[str, Any]) -> _T:
    """``kind`` with what is known of ``values``: the journal may be of another version."""
    known = {item.name for item in fields(kind)}
    taken = {name: value for name, value in values.items() if name in known}
    for name in ("started_at", "updated_at", "finished_at"):
        if taken.get(name):
            taken[name] = datetime.fromisoformat(taken[name])
    return kind(**taken)


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
