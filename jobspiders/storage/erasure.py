"""Deletion on request: what a URL or a company's name leads to goes from all tables, and is kept from coming back."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg

from jobspiders.normalise.company import company_key
from jobspiders.storage import database, removal
from jobspiders.storage.addresses import postings_at
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import Connection
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.leftovers import drain_leftovers
from jobspiders.storage.suppression import (
    Named,
    address_digest,
    companies_in,
    company_digest,
    plain_address,
    posting_digest,
)
from jobspiders.storage.suppression_list import LOCK_KEY

_POSTING = "SELECT id, board, external_id, url, title, company FROM postings"
_OF_JOBS = "SELECT id FROM postings WHERE job_id IN (SELECT job_id FROM postings WHERE id = ANY(%s))"
_COMPANIES = "SELECT id, name FROM companies"
_OF_COMPANIES = "SELECT id FROM postings WHERE company_id = ANY(%(ids)s) OR company = ANY(%(names)s)"
_REJECTED_BY_KEY = """
SELECT r.id FROM rejected_postings r JOIN postings p ON p.board = r.board AND p.external_id = r.external_id
WHERE p.id = ANY(%s)
"""
_REJECTED_BY_ADDRESS = "SELECT id, url FROM rejected_postings WHERE strpos(lower(url), %(part)s) > 0"
_REJECTED_BY_COMPANY = """
SELECT id, raw FROM rejected_postings r
WHERE EXISTS (SELECT FROM unnest(%s::text[]) word WHERE strpos(lower(r.raw::text), word) > 0)
"""
_LOCK = f"SELECT pg_advisory_xact_lock({LOCK_KEY})"
_REQUEST = "SELECT request FROM suppressions WHERE digest = %s ORDER BY id LIMIT 1"
_SUPPRESS = """
INSERT INTO suppressions (request, kind, digest, asked_at) SELECT %(request)s, k.kind, k.digest, %(now)s
FROM unnest(%(kinds)s::text[], %(digests)s::bytea[]) AS k (kind, digest) ON CONFLICT DO NOTHING
"""
_LIFT = """
DELETE FROM suppressions WHERE request IN (SELECT request FROM suppressions WHERE digest = %s)
"""
_DELETE_COMPANIES = """
DELETE FROM companies c WHERE c.id = ANY(%s) AND NOT EXISTS (SELECT FROM postings p WHERE p.company_id = c.id)
"""


class Posting(NamedTuple):
    """What is shown of a posting before it goes."""

    id: int
    board: str
    external_id: str
    url: str
    title: str
    company: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose postings: those at ``address`` (url or apply_url), with ``copies`` all of their jobs; or of ``company``."""

    address: str | None = None
    company: str | None = None
    copies: bool = False

    @property
    def digest(self) -> bytes:
        """Under which the request is found again. Raises ValueError where nothing is named."""
        found = address_digest(self.address) if self.address else company_digest(self.company or "")
        if found is None:
            raise ValueError(f"{self.company!r} names no company")
        return found


@dataclass(slots=True)
class Found:
    """What is stored of it: postings, ids of rejected rows, ids of companies."""

    postings: list[Posting]
    rejected: list[int]
    companies: list[int]


def find(url: str, wanted: Wanted) -> Found:
    """What of ``wanted`` is stored. Raises DatabaseError."""
    with _connected(url) as connection:
        return _find(connection, wanted)


def erase(
    config: StorageConfig,
    url: str,
    wanted: Wanted,
    *,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, due: None,
) -> Counter[str]:
    """Keep ``wanted`` out from now on and delete what is stored of it; rows deleted by table.

    What was interrupted is finished by the same call again. Raises DatabaseError.
    """
    with _connected(url) as connection:
        _suppress(connection, wanted, _find(connection, wanted).postings, now or datetime.now(UTC))
    # what dead crawls left in their journals passes the entries that now are there
    asyncio.run(drain_leftovers(config, url))
    deleted: Counter[str] = Counter()
    with _connected(url) as connection:
        found = _find(connection, wanted)
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM rejected_postings WHERE id = ANY(%s)", [found.rejected])
            deleted["rejected_postings"] = cursor.rowcount
        ids = [posting.id for posting in found.postings]
        for begin in range(0, len(ids), removal.BATCH):
            with connection.transaction(), connection.cursor() as cursor:
                removal.lock(cursor)
                deleted += removal.remove(cursor, ids[begin : begin + removal.BATCH])
            progress(min(len(ids), begin + removal.BATCH), len(ids))
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_DELETE_COMPANIES, [found.companies])
            deleted["companies"] = cursor.rowcount
    return deleted


def lift(url: str, wanted: Wanted) -> int:
    """Let come back what the request for ``wanted`` kept out; how many entries that were. Raises DatabaseError."""
    with _connected(url) as connection:
        return connection.execute(_LIFT, [wanted.digest]).rowcount


class _connected:  # noqa: N801  # read as a verb
    """A connection whose errors are DatabaseErrors."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection = database.connect(url)

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._connection.close()
        if isinstance(error, psycopg.Error):
            said = database.one_line(error, self._url)
            raise DatabaseError(f"{database.describe(self._url)} refused: {said}") from error


def _find(connection: Connection, wanted: Wanted) -> Found:
    companies: list[int] = []
    if wanted.address:
        address = plain_address(wanted.address)
        ids = postings_at(connection, wanted.address)
        if wanted.copies:
            ids = [row[0] for row in connection.execute(_OF_JOBS, [ids])]
        rejected = [
            row[0]
            for row in connection.execute(
                _REJECTED_BY_ADDRESS, {"part": address.partition("?")[0].casefold()}
            )
            if plain_address(row[1]) == address
        ]
    else:
        key = company_key(wanted.company)
        same = [row for row in connection.execute(_COMPANIES) if company_key(row[1]) == key]
        companies = [row[0] for row in same]
        parameters = {"ids": companies, "names": [row[1] for row in same]}
        ids = [row[0] for row in connection.execute(_OF_COMPANIES, parameters)]
        spellings = {str(wanted.company), *(row[1] for row in same)}
        words = [max(name.lower().split(), key=len, default="") for name in spellings]
        rejected = [
            row[0]
            for row in connection.execute(_REJECTED_BY_COMPANY, [words])
            if any(company_key(name) == key for name in companies_in(row[1]))
        ]
    rejected += [row[0] for row in connection.execute(_REJECTED_BY_KEY, [ids])]
    shown = connection.execute(f"{_POSTING} WHERE id = ANY(%s) ORDER BY board, external_id", [ids])
    return Found([Posting(*row) for row in shown], rejected, companies)


def _entries(wanted: Wanted, postings: Sequence[Posting]) -> Iterator[tuple[Named, bytes]]:
    yield (Named.ADDRESS if wanted.address else Named.COMPANY), wanted.digest
    # of a company its name is enough, and the list stays short
    for posting in postings if wanted.address else ():
        yield Named.POSTING, posting_digest(posting.board, posting.external_id)
        yield Named.ADDRESS, address_digest(posting.url)


def _suppress(connection: Connection, wanted: Wanted, postings: Sequence[Posting], now: datetime) -> None:
    entries = dict.fromkeys(_entries(wanted, postings))
    with connection.transaction(), connection.cursor() as cursor:
        # who writes now has seen the entries or is done
        cursor.execute(_LOCK)
        known: Any = cursor.execute(_REQUEST, [wanted.digest]).fetchone()
        parameters = {
            "request": known[0] if known else uuid.uuid4(),
            "kinds": [str(kind) for kind, _ in entries],
            "digests": [digest for _, digest in entries],
            "now": now,
        }
        cursor.execute(_SUPPRESS, parameters)
