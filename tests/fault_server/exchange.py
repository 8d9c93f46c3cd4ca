"""One HTTP exchange of the fault server, down to the bytes."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field

CRLF = b"\r\n"
PAGE = (
    b"<html><head><title>Jobs</title></head><body>"
    + b"<p>Acme looks for a welder.</p>" * 30
    + b"</body></html>"
)


@dataclass
class Exchange:
    """A request and the connection it came on. `number` counts the requests to this behaviour from 1."""

    method: str
    path: str
    headers: dict[str, str]
    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sent: bool = field(default=False)

    async def answer(
        self,
        status: int = 200,
        body: bytes = PAGE,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = None,
        content_type: str = "text/html; charset=utf-8",
    ) -> None:
        """A whole answer; `length` may lie."""
        await self.start(
            status,
            {"Content-Length": str(len(body) if length is None else length), **(headers or {})},
            content_type,
        )
        await self.send(body)

    async def start(
        self, status: int, headers: dict[str, str], content_type: str = "text/html; charset=utf-8"
    ) -> None:
        """Status line and headers."""
        self.sent = True
        lines = [f"HTTP/1.1 {status} X", "Connection: close"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines).encode() + CRLF * 2)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        await self.send(f"{len(data):x}".encode() + CRLF + data + CRLF)

    async def hang(self) -> None:
        """Until the client goes away."""
        await self.reader.read()

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        connection: socket.socket = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
