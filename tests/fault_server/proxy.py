"""Proxies on loopback, good and bad: plain requests and CONNECT."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.loop_thread import LoopThread

Handle = Callable[["LocalProxy", asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


@dataclass
class LocalProxy:
    """`requests` counts what came in, `credentials` what was sent for Proxy-Authorization."""

    name: str
    handle: Handle
    port: int = 0
    requests: int = 0
    credentials: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def forward(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    """What a proxy should do."""
    method, target, version = head.split(b"\r\n", 1)[0].split(b" ")
    if method == b"CONNECT":
        host, _, port = target.decode().rpartition(":")
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pipe(reader, there_writer), _pipe(there_reader, writer))
        return
    rest = target.split(b"://", 1)[1]
    address, _, path = rest.partition(b"/")
    host, _, port = address.decode().rpartition(":")
    there_reader, there_writer = await asyncio.open_connection(host, int(port))
    lines = [line for line in head.split(b"\r\n")[1:] if line and not line.lower().startswith(b"proxy-")]
    lines += [b"X-Forwarded-By: " + proxy.name.encode(), b"Connection: close"]
    there_writer.write(
        b" ".join((method, b"/" + path, version)) + b"\r\n" + b"\r\n".join(lines) + b"\r\n\r\n"
    )
    await _pipe(there_reader, writer)
    there_writer.close()


async def forward_slowly(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    await asyncio.sleep(0.5)
    await forward(proxy, reader, writer, head)


async def refuse(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\nConnection: close\r\n\r\nno way")


async def want_credentials(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    writer.write(
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )


async def drop(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    """Not a word, not even to CONNECT."""


async def hang(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    await reader.read()


def die_after(number: int) -> Handle:
    """Forward so many requests, then drop every one."""

    async def handle(
        proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        if proxy.requests <= number:
            await forward(proxy, reader, writer, head)

    return handle


async def cut_bodies(
    proxy: LocalProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
) -> None:
    """Alter what comes back: half of the body, under the old length."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\nConnection: close\r\n\r\n<html><p>"
    )


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()


class LocalProxies(LoopThread):
    """Runs proxies in a thread of its own."""

    def __init__(self, **handles: Handle) -> None:
        super().__init__()
        self.by_name = {name: LocalProxy(name, handle) for name, handle in handles.items()}

    def __getitem__(self, name: str) -> LocalProxy:
        return self.by_name[name]

    @property
    def urls(self) -> list[str]:
        return [proxy.url for proxy in self.by_name.values()]

    async def _listen(self) -> None:
        for proxy in self.by_name.values():
            server = await asyncio.start_server(self._serve(proxy), "127.0.0.1", 0)
            proxy.port = server.sockets[0].getsockname()[1]

    def _serve(
        self, proxy: LocalProxy
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                proxy.requests += 1
                for line in head.decode("latin-1").split("\r\n"):
                    if line.lower().startswith("proxy-authorization:"):
                        proxy.credentials.append(line.partition(":")[2].strip())
                await proxy.handle(proxy, reader, writer, head)
            with contextlib.suppress(ConnectionError):
                writer.close()

        return serve
