"""Gives the postings of a batch their jobs, in the transaction that stores them.

One process at a time does so, so that each meets what the others have stored: whoever has new or changed postings
takes the lock of matching and keeps it to the end of its transaction. A batch that only sees postings again does
without.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from psycopg import AsyncCursor
from psycopg.rows import TupleRow, dict_row
from psycopg.types.json import Jsonb

from jobspiders.items import JobPosting
from jobspiders.matching.cluster import MAX_MEMBERS, Link, Plan, assign
from jobspiders.matching.fingerprint import Candidate
from jobspiders.matching.keys import MAX_FOUND
from jobspiders.storage import encoding, job_statements
from jobspiders.storage.full_keys import FullKeys
from jobspiders.storage.keyed import Bands, Keyed
from jobspiders.storage.packed import COPY_HEADER, COPY_TRAILER, Bigints, pairs_of_bigints
from jobspiders.storage.rows import posting_of
from jobspiders.storage.signatures import READ, Signed, candidates_of, posting_in, sign_postings
from jobspiders.storage.tuples import Head

Cursor = AsyncCursor[TupleRow]
_REREAD = f"SELECT id, job_id::text AS job_id, first_seen, {', '.join(READ)} FROM postings WHERE id = ANY(%s)"
_SECONDS_A_DAY = 86_400


async def lock(cursor: Cursor) -> None:
    """Keep other processes from matching until the transaction ends. Before any stored posting is locked."""
    await cursor.execute(job_statements.LOCK)


async def lock_at_once(cursor: Cursor, patience: int) -> bool:
    """As ``lock``, or False where another process matches.

    After that no lock is waited for longer than ``patience`` milliseconds: see ``upsert``.
    """
    await cursor.execute(job_statements.LOCK_AT_ONCE, [str(patience)])
    return await cursor.fetchone() == (True,)


class New(Protocol):
    """A posting about to be stored, or just stored, in a job of its own so far."""

    @property
    def id(self) -> int:
        """Of the posting."""

    @property
    def job_id(self) -> UUID:
        """Of its own."""

    @property
    def head(self) -> Head:
        """When it was seen."""

    @property
    def row(self) -> bytes | memoryview:
        """What it says."""


class _Matched(NamedTuple):
    """What was found out of a batch and is still to be written."""

    batch: Mapping[int, Signed]
    changed: Collection[int]
    bands: Bands
    candidates: Mapping[int, Candidate]
    plan: Plan
    #: Whether bands of the batch may be stored already.
    again: bool


class JobMatching:
    """Matches a batch on one cursor, for the crawl ``crawl_id``; ``at`` is when, by the crawl's clock.

    First ``sign``, which needs no database, with new postings that have no more than their ids; then ``find``, and
    ``write`` when all are stored. New ones may be stored with the jobs that were found for them: to change that of a
    stored one takes long. ``full_keys`` is what batches before this one found full.
    """

    def __init__(
        self,
        cursor: Cursor,
        crawl_id: str | None,
        at: datetime | str,
        full_keys: FullKeys | None = None,
    ):
        self._cursor = cursor
        self._full_keys = full_keys or FullKeys()
        self._crawl_id = crawl_id
        self._at = at
        # ids of jobs are texts here, which are hashed and compared several times faster than UUID objects
        self._new: dict[int, Candidate] = {}
        self._signed: dict[int, Signed] = {}
        self._matched: _Matched | None = None

    def sign(self, inserted: Sequence[New]) -> None:
        """Read the new postings of the batch."""
        signed = sign_postings([posting_in(each.row) for each in inserted])
        for new, each in zip(inserted, signed, strict=True):
            first_seen = _day(datetime.fromisoformat(new.head.seen))
            self._new[new.id] = Candidate(new.id, str(new.job_id), each.fingerprint, first_seen)
            self._signed[new.id] = each

    async def find(self, rewritten: Sequence[int]) -> dict[int, str]:
        """Jobs for the new postings, and for those ``rewritten`` whose fingerprint is another now.

        The jobs which new ones join are returned.
        """
        new = dict(self._new)
        batch = dict(self._signed)
        changed: dict[int, Candidate] = {}
        again = await self._reread(rewritten)
        signed = sign_postings([posting for _, _, posting in again.values()])
        stored = await self._members(list(again))
        for posting_id, each in zip(again, signed, strict=True):
            job_id, seen_first, _ = again[posting_id]
            known = stored.get(posting_id)
            if known is None:
                new[posting_id] = Candidate(posting_id, job_id, each.fingerprint, _day(seen_first))
            elif known.fingerprint != each.fingerprint:
                changed[posting_id] = replace(known, fingerprint=each.fingerprint)
            else:
                continue
            batch[posting_id] = each
        if not batch:
            return {}
        if changed:
            await self._cursor.execute(job_statements.DELETE_BANDS, {"ids": list(changed)})
            self._full_keys.forget(key for posting_id in changed for key in batch[posting_id].loose)
        keyed = Keyed(batch)
        await self._find(keyed)
        candidates, plan = await self._assign(new, changed, keyed.candidates())
        self._matched = _Matched(batch, changed, keyed.bands(), candidates, plan, again=bool(rewritten))
        return {each: str(job) for each, job in plan.assignments.items() if each in self._new}

    async def write(self, stored_with: Collection[int] = ()) -> None:
        """Write down what was found. The postings ``stored_with`` their jobs have these already."""
        if self._matched is not None:
            await self._sign(self._matched)
            await self._apply(self._matched, stored_with)

    async def _reread(self, ids: Sequence[int]) -> dict[int, tuple[str, datetime, JobPosting]]:
        if not ids:
            return {}
        async with self._cursor.connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(_REREAD, [list(ids)])
            rows = await cursor.fetchall()
        return {row["id"]: (row["job_id"], row["first_seen"], posting_of(row)) for row in rows}

    async def _members(self, ids: Collection[int]) -> dict[int, Candidate]:
        """These postings with the members of their jobs: of large jobs the oldest and the newest."""
        if not ids:
            return {}
        half = MAX_MEMBERS // 2
        members = set(ids)
        async with self._cursor.connection.cursor(binary=True) as cursor:
            await cursor.execute(job_statements.MEMBERS, [Bigints([*ids])], prepare=False)
            for (job,) in await cursor.fetchall():
                members.update(job if len(job) <= MAX_MEMBERS else [*job[:half], *job[-half:]])
            await cursor.execute(job_statements.CANDIDATES, [Bigints([*members])], prepare=False)
            return candidates_of(await cursor.fetchall())

    async def _find(self, keyed: Keyed) -> None:
        """Tell ``keyed`` what is stored under its keys."""
        async with self._cursor.connection.cursor(binary=True) as cursor:
            await cursor.execute(job_statements.FIND_EXACT, [Bigints(keyed.exact), MAX_FOUND], prepare=False)
            exact = await cursor.fetchall()
            keyed.pass_over(self._full_keys.among(keyed.loose))
            parameters = [MAX_FOUND, Bigints(sorted(keyed.loose))]
            await cursor.execute(job_statements.FIND_LOOSE, parameters, prepare=False)
            loose = await cursor.fetchall()
            self._full_keys.add([key for key, entries in loose if entries is None])
            keyed.meet(exact, loose)

    async def _sign(self, matched: _Matched) -> None:
        """Signatures with the jobs that the plan gives, and bands."""
        batch, changed, bands, candidates, plan, again = matched
        if changed:
            await self._cursor.execute(job_statements.DELETE_SIGNATURES, {"ids": list(changed)})
        rows = [COPY_HEADER]
        for posting_id, each in batch.items():
            candidate = candidates[posting_id]
            job_id = plan.assignments.get(posting_id, candidate.job_id)
            rows.append(each.row(posting_id, str(job_id), candidate.first_seen or 0))
        rows.append(COPY_TRAILER)
        async with self._cursor.copy(job_statements.COPY_SIGNATURES) as copy:
            await copy.write(b"".join(rows))
        if again:
            parameters = [Bigints(bands.keys), Bigints(bands.entries)]
            await self._cursor.execute(job_statements.INSERT_BANDS_AGAIN, parameters)
        else:
            async with self._cursor.copy(job_statements.COPY_BANDS) as copy:
                await copy.write(pairs_of_bigints(bands.keys, bands.entries))

    async def _assign(
        self,
        new: Mapping[int, Candidate],
        changed: Mapping[int, Candidate],
        chosen: Mapping[int, Sequence[int]],
    ) -> tuple[dict[int, Candidate], Plan]:
        """What becomes of the postings ``new`` and ``changed``, and all that were compared for that."""
        wanted = {other for others in chosen.values() for other in others}.union(changed) - new.keys()
        candidates = {**await self._members(wanted), **new, **changed}
        pairs = {
            (posting_id, other) if posting_id < other else (other, posting_id)
            for posting_id, others in chosen.items()
            for other in others
            if other in candidates
        }
        plan = assign(candidates, sorted(pairs), new=new.keys(), changed=changed.keys(), mint=_mint)
        return candidates, plan

    async def _apply(self, matched: _Matched, stored_with: Collection[int]) -> None:
        plan = matched.plan
        if plan.merges:
            parameters: dict[str, Any] = {
                "kept": [merge.kept for merge in plan.merges],
                "absorbed": [merge.absorbed for merge in plan.merges],
                "but": list(plan.assignments),
            }
            await self._cursor.execute(job_statements.MERGE, parameters)
            await self._cursor.execute(job_statements.MERGE_SIGNATURES, parameters)
        left = {each: job for each, job in plan.assignments.items() if each not in stored_with}
        if left:
            parameters = {"ids": list(left), "jobs": list(left.values())}
            await self._cursor.execute(job_statements.ASSIGN, parameters)
            if not left.keys() <= matched.batch.keys():
                await self._cursor.execute(job_statements.ASSIGN_SIGNATURES, parameters)
        if plan.splits:
            gone = [posting_id for split in plan.splits for posting_id in split.postings]
            await self._cursor.execute(job_statements.DELETE_VOID_LINKS, {"ids": gone})
        if plan.links:
            by_pair = {(link.first, link.second): _link_row(link) for link in plan.links}
            parameters = {"links": _jsonb(list(by_pair.values())), "at": self._at}
            await self._cursor.execute(job_statements.LINK, parameters)
        if plan.merges or plan.splits:
            parameters = {"changes": _jsonb(_log_rows(plan)), "crawl": self._crawl_id, "at": self._at}
            await self._cursor.execute(job_statements.LOG, parameters)
        reposts = reposts_of(plan.links, matched.candidates, matched.batch.keys())
        if reposts:
            parameters = {"later": list(reposts), "earlier": list(reposts.values())}
            await self._cursor.execute(job_statements.REPOST, parameters)


def reposts_of(
    links: Sequence[Link], candidates: Mapping[int, Candidate], matched: Set[int]
) -> dict[int, int]:
    """Which posting each of ``matched`` repeats after it had closed: the one it resembles most."""
    best: dict[int, tuple[float, int]] = {}
    for link in links:
        if link.relation != "repost":
            continue
        first, second = candidates[link.first], candidates[link.second]
        later, earlier = (second, first) if _follows(second, first) else (first, second)
        if later.id in matched:
            best[later.id] = max(best.get(later.id, (0.0, 0)), (link.score, earlier.id))
    return {later: earlier for later, (_, earlier) in best.items()}


def _follows(later: Candidate, earlier: Candidate) -> bool:
    start = later.fingerprint.posted if later.fingerprint.posted is not None else later.first_seen
    return earlier.closed is not None and start is not None and start >= earlier.closed


def _link_row(link: Link) -> dict[str, Any]:
    return {
        "first": link.first,
        "second": link.second,
        "relation": link.relation,
        "score": link.score,
        "reasons": list(link.reasons),
    }


def _log_rows(plan: Plan) -> list[dict[str, Any]]:
    merges = [
        {"change": "merge", "job_id": merge.kept, "other_job_id": merge.absorbed, "postings": []}
        for merge in plan.merges
    ]
    splits = [
        {
            "change": "split",
            "job_id": split.joined,
            "other_job_id": split.left,
            "postings": list(split.postings),
        }
        for split in plan.splits
    ]
    return merges + splits


def _mint() -> str:
    return str(uuid.uuid4())


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // _SECONDS_A_DAY)


def _jsonb(value: Any) -> Jsonb:
    return Jsonb(value, dumps=encoding.dumps)
