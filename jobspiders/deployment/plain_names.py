"""Names that come over HTTP and end up as files and directories. Pure."""

from __future__ import annotations

import re

#: Longest name: with an extension it is still a file name everywhere.
LIMIT = 120
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class RefusedError(ValueError):
    """A call that cannot be done as it is; the message is one line for whoever made it."""


def plain_name(kind: str, name: str) -> str:
    """``name`` where it is made of letters, digits, dots, dashes and underscores. Raises RefusedError.

    Anything else (a path, a blank, a NUL) would name files outside their directory or make a process that
    cannot start, for which Scrapyd loses a slot until its next start.
    """
    if len(name) > LIMIT:
        raise RefusedError(f"{kind} is longer than {LIMIT} characters")
    if not _PLAIN.fullmatch(name) or name.endswith(".") or ".." in name:
        shown = name.encode("unicode_escape").decode()
        raise RefusedError(
            f"{kind} '{shown}' is not a plain name (letters, digits, '.', '-' and '_', beginning with a letter "
            "or digit)"
        )
    return name
