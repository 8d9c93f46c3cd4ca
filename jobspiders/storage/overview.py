"""What a database holds, in a few lines."""

from __future__ import annotations

import psycopg

from jobspiders.storage import database
from jobspiders.storage.errors import DatabaseError

_POSTINGS = """
SELECT count(*), count(*) FILTER (WHERE closed_at IS NULL), count(DISTINCT board), count(DISTINCT company_id)
FROM postings
"""
_CRAWLS = "SELECT count(*), to_char(max(started_at), 'YYYY-MM-DD HH24:MI') || ' UTC' FROM crawls"
_UNSEARCHED = "SELECT count(*) FROM posting_search WHERE searchable IS NULL"


def overview(url: str) -> list[tuple[str, str]]:
    """Names and texts, in the order in which to show them. Raises DatabaseError."""
    try:
        with database.connect(url) as connection:
            version = connection.info.server_version
            [(postings, live, boards, companies)] = connection.execute(_POSTINGS).fetchall()
            [(crawls, last)] = connection.execute(_CRAWLS).fetchall()
            [(unsearched,)] = connection.execute(_UNSEARCHED).fetchall()
            [(size,)] = connection.execute(
                "SELECT pg_size_pretty(pg_database_size(current_database()))"
            ).fetchall()
    except psycopg.Error as error:
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    return [
        ("version", f"PostgreSQL {version // 10000}.{version % 10000}, {size}"),
        ("postings", f"{postings}, {live} of them open, of {companies} companies on {boards} boards"),
        ("crawls", f"{crawls}, the last on {last}" if crawls else "none yet"),
        (
            "search",
            f"{unsearched} descriptions still to be covered" if unsearched else "covers all descriptions",
        ),
    ]
