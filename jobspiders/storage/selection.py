"""Which postings an export wants, and the reading of them in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.items import JobPosting
from jobspiders.storage import database
from jobspiders.storage.errors import DatabaseError
from jobspiders.storage.rows import NAMES, posting_of

#: What an export gives, in this order: every field of a posting, then its life.
FIELDS: tuple[str, ...] = (
    *(item.name for item in fields(JobPosting)),
    *("job_id", "first_seen", "last_seen", "closed_at", "close_reason", "reopened_at", "reposted_of"),
)
#: Postings that are fetched at once.
CHUNK = 500

_LIFE = ("first_seen", "last_seen", "closed_at", "close_reason", "reopened_at")
_COLUMNS = ", ".join(f"p.{name}" for name in dict.fromkeys((*NAMES, "job_id", *_LIFE, "last_crawl_id")))
#: The earlier posting by its address: its number means nothing outside the database.
_REPOSTED_OF = "(SELECT q.url FROM postings q WHERE q.id = p.reposted_of) AS reposted_of"


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that all must hold; of several boards, companies, countries one, of several skills all.

    ``since`` asks for postings seen then or later, ``new_since`` for those seen for the first time then or later;
    ``changed_since`` and ``closed_since`` for those that changed or were closed then or later.
    """

    boards: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    since: datetime | None = None
    new_since: datetime | None = None
    changed_since: datetime | None = None
    closed_since: datetime | None = None
    only_open: bool = False
    query: str | None = None
    limit: int | None = None

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The statement and its parameters."""
        conditions = {
            "p.board = ANY(%(boards)s)": self.boards,
            "p.company_id IN (SELECT id FROM companies WHERE key LIKE ANY(%(companies)s))": self.companies,
            "p.countries && %(countries)s": self.countries,
            "(SELECT array_agg(lower(skill)) FROM unnest(p.skills) skill) @> %(skills)s": self.skills,
            "p.last_seen >= %(since)s": self.since,
            "p.first_seen >= %(new_since)s": self.new_since,
            "EXISTS (SELECT FROM posting_versions v WHERE v.posting_id = p.id AND v.changed_at >= %(changed_since)s)": (
                self.changed_since
            ),
            "p.closed_at >= %(closed_since)s": self.closed_since,
            "p.closed_at IS NULL": self.only_open,
        }
        source = "search_postings(%(query)s) p" if self.query else "postings p"
        wanted = [condition for condition, given in conditions.items() if given]
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        limit = "" if self.limit is None else "LIMIT %(limit)s"
        parameters = {
            "boards": list(self.boards),
            "companies": [f"%{_escaped(' '.join(name.split()).casefold())}%" for name in self.companies],
            "countries": [country.upper() for country in self.countries],
            "skills": [skill.lower() for skill in self.skills],
            "since": self.since,
            "new_since": self.new_since,
            "changed_since": self.changed_since,
            "closed_since": self.closed_since,
            "query": self.query,
            "limit": self.limit,
        }
        return f"SELECT {_COLUMNS}, {_REPOSTED_OF} FROM {source} {where} ORDER BY p.id {limit}", parameters


def read(url: str, selection: Selection) -> Iterator[list[dict[str, Any]]]:
    """The postings of ``selection`` in chunks, each as a mapping of FIELDS. Raises DatabaseError."""
    statement, parameters = selection.sql()
    try:
        with (
            database.connect(url, autocommit=False) as connection,
            connection.cursor(name="export", row_factory=dict_row) as cursor,
        ):
            cursor.execute(statement, parameters)
            while rows := cursor.fetchmany(CHUNK):
                yield [_record(row) for row in rows]
    except psycopg.errors.UndefinedTable:
        raise DatabaseError(f"{database.describe(url)} has no tables yet: crawl something first") from None
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error


def _record(row: dict[str, Any]) -> dict[str, Any]:
    posting = posting_of(row)
    record = {item.name: getattr(posting, item.name) for item in fields(JobPosting)}
    record["job_id"] = str(row["job_id"])
    for name in (*_LIFE, "reposted_of"):
        record[name] = row[name]
    return record


def _escaped(text: str) -> str:
    """``text`` with nothing in it that LIKE would take for more than itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
