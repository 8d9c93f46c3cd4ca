"""Stored postings through the normalisers of today.

What is done carries the version of the normalisers, so that a run that was killed goes on where it was. A batch is
read without a lock and written back in a short transaction of its own, in the locking order of all writers of
postings; what a crawl has written in the meantime is read once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from jobspiders.items import JobPosting
from jobspiders.normalise.again import normalise_again
from jobspiders.normalise.posting import DERIVABLE, NORMALISER_VERSION
from jobspiders.storage import database, jobs, statements
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.rows import COLUMNS, INDEX, LIST_SEPARATOR, NAMES, Kind, posting_of, row_of
from jobspiders.storage.signatures import READ
from jobspiders.storage.writer import extend_search

#: Postings in one transaction: few, since crawls wait for it.
BATCH = 200
#: How often a batch is read again because crawls were writing what it holds.
ATTEMPTS = 5

#: Columns that the normalisers fill, and what follows from them.
_FILLED = (
    *DERIVABLE,
    *(
        "country",
        "countries",
        "salary_min",
        "salary_max",
        "salary_currency",
        "salary_unit",
        "salary_annual_min",
    ),
    *("salary_annual_max", "salary_source", "salary_passage", "experience_min", "experience_max", "quality"),
    *("derived", "normaliser_version", "content_hash", "value_hash"),
)
_WRITTEN = tuple(column for column in COLUMNS if column.name in _FILLED)
_POSITIONS = tuple(INDEX[column.name] for column in _WRITTEN)
_FIELDS = (*DERIVABLE, "quality")

_DUE = "(%(all)s OR p.normaliser_version IS DISTINCT FROM %(version)s)"
_SELECTED = f"{_DUE} AND (%(boards)s::text[] IS NULL OR p.board = ANY(%(boards)s))"
UNKNOWN = "SELECT b FROM unnest(%s::text[]) b WHERE NOT EXISTS (SELECT FROM postings WHERE board = b)"
COUNT = f"SELECT count(*) FROM postings p WHERE {_SELECTED}"
NEXT = f"SELECT p.id FROM postings p WHERE p.id > %(after)s AND {_SELECTED} ORDER BY p.id LIMIT %(limit)s"
#: ``asked`` is the country that the search named which found the posting.
STORED = f"""
SELECT p.id, {", ".join(f"p.{name}" for name in NAMES if name != "raw")},
       coalesce(l.arguments ->> 'country', f.arguments ->> 'country') AS asked
FROM postings p LEFT JOIN crawls l ON l.id = p.last_crawl_id LEFT JOIN crawls f ON f.id = p.first_crawl_id
WHERE p.id = ANY(%s)
"""
LOCK = """
SELECT id, content_hash, value_hash FROM postings WHERE id = ANY(%s) ORDER BY board, external_id FOR NO KEY UPDATE
"""
_LIST = f"U&'\\{ord(LIST_SEPARATOR):04X}'"
#: From the text of a row to the value of its column.
_CASTS: dict[Kind, str] = {
    "text": "i.{0}",
    "time": "i.{0}::timestamptz",
    "list": f"string_to_array(i.{{0}}, {_LIST})",
    "json": "i.{0}::jsonb",
    "float": "i.{0}::float8",
    "integer": "i.{0}::integer",
    "hash": "decode(i.{0}, 'hex')",
    "bigint": "i.{0}::bigint",
}
_SET = ", ".join(f"{column.name} = {_CASTS[column.kind].format(column.name)}" for column in _WRITTEN)
UPDATE = f"""
UPDATE postings p SET {_SET}, row_hash = NULL
FROM unnest(%s::bigint[], {", ".join("%s::text[]" for _ in _WRITTEN)})
    AS i (id, {", ".join(column.name for column in _WRITTEN)})
WHERE p.id = i.id
"""
MARK = "UPDATE postings SET normaliser_version = %s WHERE id = ANY(%s)"


class UnknownBoardError(ValueError):
    """No posting of a board that was asked for is stored; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which postings: of ``boards``, or of all; also those of today's version; not more than ``limit``."""

    boards: tuple[str, ...] = ()
    every: bool = False
    limit: int | None = None


@dataclass(slots=True)
class Report:
    """What a run did, or with ``dry_run`` would do; counts of postings, ``filled`` and the like by field.

    ``busy`` are those that crawls kept writing; they are due still.
    """

    due: int = 0
    read: int = 0
    changed: int = 0
    busy: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)

    def fields(self) -> list[str]:
        """The fields of which something changed."""
        return [name for name in _FIELDS if name in self.filled | self.replaced | self.emptied]

    def add(self, old: JobPosting, new: JobPosting) -> None:
        """Count one posting."""
        self.read += 1
        fields = changed_fields(old, new)
        self.changed += bool(fields)
        for name in fields:
            before, after = getattr(old, name), getattr(new, name)
            (self.filled if _empty(before) else self.emptied if _empty(after) else self.replaced)[name] += 1


class _Read(NamedTuple):
    """A stored posting beside what it is today."""

    old: JobPosting
    new: JobPosting
    content_hash: bytes
    value_hash: int


def changed_fields(old: JobPosting, new: JobPosting) -> list[str]:
    """The fields whose values differ."""
    return [name for name in _FIELDS if getattr(old, name) != getattr(new, name)]


async def renormalise(
    url: str,
    wanted: Wanted,
    *,
    home_countries: Mapping[str, str],
    report: Report,
    matching: bool = True,
    dry_run: bool = False,
    progress: Callable[[Report], None] = lambda _: None,
) -> None:
    """Apply the normalisers to the postings of ``wanted`` and count into ``report``, which is right at any time.

    ``home_countries`` are those of the boards, for places whose names are in several countries. Raises
    UnknownBoardError, and DatabaseError; what was done until then stays done.
    """
    connection = await database.connect_async(url)
    try:
        await _Run(connection, home_countries, report, matching, dry_run).all(wanted, progress)
    except errors.UndefinedTable:
        raise DatabaseError(f"{database.describe(url)} has no tables yet: crawl something first") from None
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    finally:
        await connection.close()


class _Run:
    def __init__(
        self,
        connection: AsyncConnection,
        home_countries: Mapping[str, str],
        report: Report,
        matching: bool,
        dry_run: bool,
    ):
        self._connection = connection
        self._home_countries = home_countries
        self._report = report
        self._matching = matching
        self._dry_run = dry_run

    async def all(self, wanted: Wanted, progress: Callable[[Report], None]) -> None:
        parameters: dict[str, Any] = {
            "all": wanted.every,
            "version": NORMALISER_VERSION,
            "boards": list(wanted.boards) or None,
            "after": 0,
        }
        async for (board,) in await self._connection.execute(UNKNOWN, [list(wanted.boards)]):
            raise UnknownBoardError(f"no posting of the board {board!r} is stored")
        due = (await self._rows(COUNT, parameters))[0][0]
        self._report.due = due if wanted.limit is None else min(due, wanted.limit)
        progress(self._report)
        left = wanted.limit
        while left is None or left > 0:
            parameters["limit"] = BATCH if left is None else min(BATCH, left)
            ids = [row[0] for row in await self._rows(NEXT, parameters)]
            if not ids:
                return
            parameters["after"] = ids[-1]
            left = None if left is None else left - len(ids)
            await self._batch(ids)
            progress(self._report)

    async def _batch(self, ids: Sequence[int]) -> None:
        """Read, normalise and write ``ids``; again those that somebody else wrote meanwhile."""
        for _ in range(ATTEMPTS):
            read = await self._read(ids)
            try:
                done = self._counted(read) if self._dry_run else await self._write(read)
            except (errors.DeadlockDetected, errors.SerializationFailure):
                continue
            ids = [posting_id for posting_id in read if posting_id not in done]
            if not ids:
                return
        self._report.busy += len(ids)

    async def _read(self, ids: Sequence[int]) -> dict[int, _Read]:
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(STORED, [list(ids)])
            rows = await cursor.fetchall()
        read = {}
        for row in rows:
            old = posting_of(row)
            country = row["asked"] or self._home_countries.get(old.board)
            new = normalise_again(old, count=_uncounted, country=country)
            read[row["id"]] = _Read(old, new, row["content_hash"], row["value_hash"])
        return read

    async def _write(self, read: Mapping[int, _Read]) -> dict[int, _Read]:
        """Write what is unchanged in the database since it was read, and return it."""
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            if self._matching:
                await jobs.lock(cursor)
            await cursor.execute(LOCK, [list(read)])
            done = {
                posting_id: read[posting_id]
                for posting_id, content_hash, value_hash in await cursor.fetchall()
                if (content_hash, value_hash) == (read[posting_id].content_hash, read[posting_id].value_hash)
            }
            changes = {posting_id: changed_fields(each.old, each.new) for posting_id, each in done.items()}
            changed = [
                posting_id
                for posting_id, fields in changes.items()
                if fields or done[posting_id].old.derived != done[posting_id].new.derived
            ]
            if changed:
                rows = [row_of(done[posting_id].new, datetime.now(UTC)) for posting_id in changed]
                columns = [[_text(row[position]) for row in rows] for position in _POSITIONS]
                await cursor.execute(UPDATE, [changed, *columns])
            marked = [posting_id for posting_id in done if posting_id not in set(changed)]
            if marked:
                await cursor.execute(MARK, [NORMALISER_VERSION, marked])
            searched = [posting_id for posting_id, fields in changes.items() if "description" in fields]
            if searched:
                await cursor.execute(statements.SEARCH_AGAIN, [searched])
            matched = [posting_id for posting_id in changed if _matters(changes[posting_id])]
            if self._matching and matched:
                matching = jobs.JobMatching(cursor, None, datetime.now(UTC))
                await matching.find(matched)
                await matching.write()
        # before anything else is awaited: a run that is stopped says what it has done
        self._counted(done)
        while searched and await extend_search(self._connection, BATCH):
            pass
        return done

    def _counted(self, done: dict[int, _Read]) -> dict[int, _Read]:
        for each in done.values():
            self._report.add(each.old, each.new)
        return done

    async def _rows(self, statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return await (await self._connection.execute(statement, parameters)).fetchall()


def _matters(fields: Sequence[str]) -> bool:
    """Whether matching reads one of ``fields``."""
    return any(name in READ or name == "salary" for name in fields)


def _text(value: str | bytes | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


def _empty(value: object) -> bool:
    return value in (None, "", [])


def _uncounted(stat: str) -> None:
    """What cannot be read was counted when it was crawled."""
