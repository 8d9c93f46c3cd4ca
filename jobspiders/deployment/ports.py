"""Whether an address can be listened at, and who has it where not."""

from __future__ import annotations

import errno
import socket

import psutil


def check_free(address: str, port: int, setting: str) -> str | None:
    """None where it is free, else one line that says why not and which ``setting`` moves it."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} on {address} is taken{_holder(port)}: free it, or set {setting}"
        if error.errno == errno.EACCES:
            return f"port {port} on {address} may not be used by this user: set {setting}"
        return f"nothing can listen on {address}:{port} ({error.strerror or error}): set {setting}"
    return None


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except (psutil.Error, OSError):
        return ""
    return ""
