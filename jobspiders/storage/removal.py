"""Takes postings out of every table, beside crawls that write. The statements of `scrapy prune` and `scrapy forget`.

Who removes takes the lock of matching first, as all writers of postings do, and then few postings at a time: so
nobody finds a posting as a candidate that is about to go, and no crawl waits long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg

from jobspiders.storage import job_statements

#: Postings removed in one transaction.
BATCH = 200

#: A repost whose earlier posting goes keeps its job and its dates; links are indexed, ``reposted_of`` is not.
_FORGET_REPOSTS = """
UPDATE postings SET reposted_of = NULL
WHERE reposted_of = ANY(%(ids)s) AND id IN (
    SELECT second FROM job_links WHERE first = ANY(%(ids)s)
    UNION SELECT first FROM job_links WHERE second = ANY(%(ids)s)
)
"""
#: In this order: bands are found by the signatures, and what is deleted by name is counted.
_DELETE = (
    ("posting_bands", job_statements.DELETE_BANDS),
    ("posting_signatures", job_statements.DELETE_SIGNATURES),
    ("job_links", "DELETE FROM job_links WHERE first = ANY(%(ids)s) OR second = ANY(%(ids)s)"),
    ("posting_search", "DELETE FROM posting_search WHERE posting_id = ANY(%(ids)s)"),
    ("posting_versions", "DELETE FROM posting_versions WHERE posting_id = ANY(%(ids)s)"),
    ("postings", "DELETE FROM postings WHERE id = ANY(%(ids)s)"),
)

Cursor = psycopg.Cursor[Any]


def lock(cursor: Cursor) -> None:
    """Keep crawls from writing postings until the transaction ends."""
    cursor.execute(job_statements.LOCK)


def remove(cursor: Cursor, ids: Sequence[int]) -> Counter[str]:
    """Delete the postings ``ids``, whose rows the transaction has locked, and all that hangs on them.

    Rows deleted by table. The others of a job keep their job_id.
    """
    parameters = {"ids": list(ids)}
    cursor.execute(_FORGET_REPOSTS, parameters)
    deleted: Counter[str] = Counter()
    for table, statement in _DELETE:
        cursor.execute(statement, parameters)
        deleted[table] = cursor.rowcount
    return deleted
