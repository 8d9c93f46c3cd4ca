"""How commands refuse what cannot be done: one line, exit code 2, no usage and no traceback."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from typing import NoReturn

from scrapy.settings import BaseSettings

from jobspiders.bases.arguments import ArgumentError


def refuse(message: object) -> NoReturn:
    """End the process with one line on standard error."""
    print(f"scrapy: error: {message}", file=sys.stderr)
    raise SystemExit(2)


def check_board(name: str, known: Iterable[str]) -> None:
    """Raises ArgumentError, with the nearest names, for a board that does not exist."""
    boards = list(known)
    if name not in boards:
        near = difflib.get_close_matches(name, boards, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "`scrapy boards` lists them"
        raise ArgumentError(f"there is no board {name!r}; {hint}")


def check_database(settings: BaseSettings) -> None:
    """Refuse a crawl whose database cannot be reached or is not one of ours; tables are brought up to date."""
    # a command that stores nothing does not load the drivers
    from jobspiders.storage import database, schema
    from jobspiders.storage.errors import StorageError

    if not settings.getbool("STORAGE_ENABLED", True):
        return
    try:
        schema.ensure_current(database.database_url(settings))
    except StorageError as error:
        if not sys.stderr.isatty():
            # nobody reads along: those who get alerts must hear of it
            from jobspiders.extensions.database_alert import tell_lost

            tell_lost(settings, str(error))
        refuse(error)
