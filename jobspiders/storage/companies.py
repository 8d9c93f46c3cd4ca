"""The companies table, and which of its rows a posting belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jobspiders.storage import encoding, statements
from jobspiders.storage.database import AsyncConnection
from jobspiders.storage.rows import bounded
from jobspiders.storage.tuples import Head

#: Companies remembered per process; beyond that the memory starts anew.
REMEMBERED = 50_000


@lru_cache(maxsize=2048)
def company_key(name: str | None) -> str | None:
    """What makes two spellings of a company's name one row: case and white space do not count."""
    key = " ".join(name.split()).casefold() if name else ""
    return bounded(key) or None


class Companies:
    """Ids of companies by the names that postings give them."""

    def __init__(self, connection: AsyncConnection):
        self._connection = connection
        self._ids: dict[str, int] = {}

    def id_of(self, name: str | None) -> int | None:
        """The id of a company that ``know`` was asked for; None for no name, or if it was deleted since."""
        key = company_key(name)
        return None if key is None else self._ids.get(key)

    async def know(self, heads: Iterable[Head]) -> None:
        """Find or make the companies of ``heads``.

        In a transaction before that of their postings, so that no other process waits long for a company.
        """
        if len(self._ids) > REMEMBERED:
            self._ids.clear()
        missing: dict[str, Head] = {}
        for head in heads:
            key = company_key(head.company)
            if key is not None and key not in self._ids:
                missing.setdefault(key, head)
        if not missing:
            return
        await self._look_up(missing)
        rows = [
            {
                "key": key,
                "name": head.company,
                "url": head.company_url,
                "logo": head.company_logo,
                "seen": head.seen,
            }
            for key, head in missing.items()
            if key not in self._ids
        ]
        if rows:
            await self._connection.execute(statements.COMPANIES_INSERT, [encoding.dumps(rows).decode()])
            await self._look_up(missing)

    def forget(self) -> None:
        """Look all up again: somebody deleted one."""
        self._ids.clear()

    async def _look_up(self, keys: Iterable[str]) -> None:
        cursor = await self._connection.execute(statements.COMPANIES_SELECT, [list(keys)])
        self._ids.update(await cursor.fetchall())
