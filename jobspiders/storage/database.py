"""Which database is meant, and connections to it. No message of this module shows a password."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

from jobspiders.storage import embedded
from jobspiders.storage.config import Settings, home_directory
from jobspiders.storage.errors import DatabaseError

#: Bytes on their way to the server that the system keeps for us.
SEND_BUFFER = 4 << 20

MINIMUM_VERSION = 14
#: Seconds.
CONNECT_TIMEOUT = 10
_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_EXPECTED = "expected postgresql://user:password@host:port/database"

Connection = psycopg.Connection[TupleRow]
AsyncConnection = psycopg.AsyncConnection[TupleRow]


def database_url(settings: Settings) -> str:
    """DATABASE_URL from the settings, else the environment, else that of the embedded server.

    Starts that server where it does not run. Raises DatabaseError.
    """
    configured = settings.get("DATABASE_URL") or os.environ.get("DATABASE_URL")
    return resolve(configured, home_directory(settings))


def resolve(url: str | None, home: Path) -> str:
    """``url`` as psycopg wants it; where it is None the URL of the embedded server of ``home``, started.

    Raises DatabaseError.
    """
    if not url:
        return embedded.start(home)
    _parameters(url)
    return "postgresql://" + url.split("://", 1)[1]


def connect(url: str, *, autocommit: bool = True) -> Connection:
    """A connection in UTC to a server that we can use. Raises DatabaseError."""
    parameters = _parameters(url)
    try:
        connection = psycopg.connect(**parameters, autocommit=True)
    except psycopg.Error as error:
        raise _unreachable(url, error) from None
    try:
        _check(connection, url)
        connection.execute("SET timezone = 'UTC'")
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection


async def connect_async(url: str) -> AsyncConnection:
    """As ``connect``, for asyncio; in autocommit mode. Raises DatabaseError."""
    parameters = _parameters(url)
    try:
        connection = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
    except psycopg.Error as error:
        raise _unreachable(url, error) from None
    try:
        _check(connection, url)
        await connection.execute("SET timezone = 'UTC'")
        _widen(connection)
    except BaseException:
        await connection.close()
        raise
    return connection


def _widen(connection: AsyncConnection) -> None:
    """Let a batch leave at once: what does not fit waits for a turn of the event loop with every piece of 200 KB."""
    with socket.socket(fileno=os.dup(connection.fileno())) as same:
        # as much of it as the system allows
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)


def describe(url: str) -> str:
    """``url`` without its password and options, to be shown: ``user@host:port/database``."""
    parameters = _parsed(url)
    return "the given DATABASE_URL" if parameters is None else _describe(parameters)


def one_line(error: BaseException, url: str = "") -> str:
    """What a database error says, on one line and without the password of ``url``."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        text = error.diag.message_primary
    else:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        text = lines[0] if lines else type(error).__name__
        # several addresses were tried: libpq says so first and then why, once per address
        if text.startswith("connection failed:") and "Multiple connection attempts" in str(error):
            text = next((line[2:] for line in lines if line.startswith("- ")), text)
    return _without_password(text, url)


def identity(url: str) -> str:
    """Names the database of ``url``, whoever connects: by this a journal finds back to its database."""
    parameters = _parsed(url) or {}
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    return (
        f"{host}:{parameters.get('port') or 5432}/{parameters.get('dbname') or parameters.get('user') or ''}"
    )


def _parameters(url: str) -> dict[str, Any]:
    if not url.startswith(_SCHEMES):
        scheme = url.split("://", 1)[0] if "://" in url else None
        found = f"{scheme}:// is no PostgreSQL" if scheme and scheme.isascii() else "it is no URL"
        raise DatabaseError(f"DATABASE_URL cannot be used ({found}): {_EXPECTED}")
    parameters = _parsed(url)
    if parameters is None:
        raise DatabaseError(f"DATABASE_URL cannot be read: {_EXPECTED}, special characters as %XX")
    parameters.setdefault("connect_timeout", CONNECT_TIMEOUT)
    parameters.setdefault("application_name", "jobspiders")
    parameters["client_encoding"] = "UTF8"
    return parameters


def _parsed(url: str) -> dict[str, Any] | None:
    """The parts of ``url``; None, without what libpq says (it may quote the password), where it has none."""
    try:
        return dict(conninfo.conninfo_to_dict("postgresql://" + url.split("://", 1)[-1]))
    except (psycopg.Error, UnicodeError):
        return None


def _check(connection: Connection | AsyncConnection, url: str) -> None:
    major = connection.info.server_version // 10000
    if major < MINIMUM_VERSION:
        raise DatabaseError(
            f"{describe(url)} runs PostgreSQL {major}; jobspiders needs {MINIMUM_VERSION} or newer"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(f"{describe(url)} is encoded in {encoding}; make it with ENCODING 'UTF8'")


def _unreachable(url: str, error: psycopg.Error) -> DatabaseError:
    reason = one_line(error, url)
    return DatabaseError(
        f"cannot connect to {describe(url)}: {reason} (check DATABASE_URL and that the server runs)"
    )


def _describe(parameters: dict[str, Any]) -> str:
    host = parameters.get("host") or parameters.get("hostaddr") or "localhost"
    port = f":{parameters['port']}" if parameters.get("port") else ""
    user = f"{parameters['user']}@" if parameters.get("user") else ""
    return f"{user}{host}{port}/{parameters.get('dbname') or ''}"


def _without_password(text: str, url: str) -> str:
    password = (_parsed(url) or {}).get("password") if url else None
    return text.replace(str(password), "***") if password else text
