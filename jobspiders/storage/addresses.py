"""Postings by an address as people copy it: with tracking, without "www.", with a slash more."""

from __future__ import annotations

from typing import Any

import psycopg

from jobspiders.storage.suppression import plain_address

_CONTAINING = """
SELECT id, url, apply_url FROM postings
WHERE strpos(lower(url), %(part)s) > 0 OR strpos(lower(apply_url), %(part)s) > 0
ORDER BY id
"""


def postings_at(connection: psycopg.Connection[Any], address: str) -> list[int]:
    """Ids of the postings whose url or apply_url is ``address``; those whose url it is come first, then by age."""
    wanted = plain_address(address)
    cursor = psycopg.Cursor(connection)
    rows = cursor.execute(_CONTAINING, {"part": wanted.partition("?")[0].casefold()}).fetchall()
    by_url = [id for id, url, _ in rows if plain_address(url) == wanted]
    by_apply_url = [id for id, _, apply_url in rows if apply_url and plain_address(apply_url) == wanted]
    return list(dict.fromkeys([*by_url, *by_apply_url]))
