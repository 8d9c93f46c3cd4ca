"""Serves behaviours on loopback, each at an address of its own: for the crawler each is a site of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import trustme

from tests.fault_server.behaviours import Behaviour
from tests.fault_server.exchange import Exchange
from tests.loop_thread import LoopThread

NETWORK = "127.7"


class FaultServer(LoopThread):
    """Runs in a thread of its own. `hits` are the moments (monotonic seconds) at which requests came, by name."""

    def __init__(self, behaviours: Iterable[Behaviour], certificates: Path) -> None:
        super().__init__()
        self.behaviours = list(behaviours)
        self.hits: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self.ports: dict[str, int] = {}
        self.authority = trustme.CA()
        self.authority_file = certificates / "authority.pem"
        self.authority.cert_pem.write_to_path(self.authority_file)

    def address(self, name: str) -> str:
        """The loopback address of a behaviour."""
        number = [behaviour.name for behaviour in self.behaviours].index(name)
        return f"{NETWORK}.{number // 250}.{number % 250 + 1}"

    def url(self, behaviour: Behaviour, path: str) -> str:
        """Where to ask for it."""
        if behaviour.scheme == "unresolved":
            return f"http://{behaviour.name.replace('_', '-')}.invalid{path}"
        if behaviour.scheme == "refused":
            return f"http://{self.address(behaviour.name)}:9{path}"
        scheme = "http" if behaviour.scheme == "http" else "https"
        return f"{scheme}://{self.address(behaviour.name)}:{self.ports[behaviour.name]}{path}"

    async def _listen(self) -> None:
        for behaviour in self.behaviours:
            server = await asyncio.start_server(
                self._handler(behaviour),
                self.address(behaviour.name),
                0,
                ssl=self._context(behaviour) if behaviour.scheme == "https" else None,
            )
            self.ports[behaviour.name] = server.sockets[0].getsockname()[1]

    def _context(self, behaviour: Behaviour) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        address = self.address(behaviour.name)
        if behaviour.name.endswith("self_signed"):
            certificate = trustme.CA().issue_cert(address)
        elif behaviour.name.endswith("another_name"):
            certificate = self.authority.issue_cert("another.example.com")
        elif behaviour.name.endswith("expired"):
            yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
            certificate = self.authority.issue_cert(address, not_after=yesterday)
        else:
            certificate = self.authority.issue_cert(address)
        certificate.configure_cert(context)
        return context

    def _handler(
        self, behaviour: Behaviour
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._exchange(behaviour, reader, writer)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                writer.close()

        return handle

    async def _exchange(
        self, behaviour: Behaviour, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if behaviour.scheme == "plain":
            await reader.read(100)
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body_size = int(headers.get("content-length", 0))
        if body_size:
            await reader.readexactly(body_size)
        hits = self.hits[behaviour.name]
        hits.append((time.monotonic(), path))
        await behaviour.behave(Exchange(method, path, headers, len(hits), reader, writer))
