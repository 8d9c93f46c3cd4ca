"""Sites on loopback that look like the real ones to any crawl: a proxy that answers from recorded exchanges.

A crawl whose environment has this as https_proxy, and its authority as SSL_CERT_FILE, is unchanged otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import trustme
from w3lib.url import canonicalize_url

from jobspiders.parsing.cassette import read_cassette
from tests.loop_thread import LoopThread

ROOT = Path(__file__).resolve().parents[2]
Answer = tuple[int, str, bytes]
Respond = Callable[[str, str], Answer | None]


class RecordedSites(LoopThread):
    """Answers from cassettes of boards, and from ``respond(host, path)`` where that has something.

    ``hits`` holds, by host, when each request came (monotonic seconds) and its path; ``most_at_once``, by host, how
    many were under way together. Each answer takes ``latency`` seconds. ``hold`` (host) keeps answers back until
    ``release`` is called.
    """

    def __init__(
        self,
        directory: Path,
        boards: Iterable[str] = (),
        respond: Respond | None = None,
        latency: float = 0.0,
    ) -> None:
        super().__init__()
        self.hits: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self.most_at_once: dict[str, int] = defaultdict(int)
        self.latency = latency
        self.port = 0
        self._answers: dict[tuple[str, str], Answer] = {}
        for board in boards:
            for recorded in read_cassette(ROOT / "tests" / "boards" / board / "crawl" / "cassette.json"):
                kind = next(iter(recorded.headers.get("Content-Type", ["text/html; charset=utf-8"])))
                self._answers[recorded.method, canonicalize_url(recorded.url)] = (
                    recorded.status,
                    kind,
                    recorded.body,
                )
        self._respond = respond
        self._under_way: dict[str, int] = defaultdict(int)
        self._held: set[str] = set()
        self._authority = trustme.CA()
        self.authority_file = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(self.authority_file)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._changed = threading.Condition()

    @property
    def environment(self) -> dict[str, str]:
        """What sends a crawl here."""
        proxy = f"http://127.0.0.1:{self.port}"
        return {"https_proxy": proxy, "http_proxy": proxy, "SSL_CERT_FILE": str(self.authority_file)}

    def hold(self, host: str) -> None:
        """Answer nothing more to that host."""
        self._held.add(host)

    def release(self, host: str) -> None:
        """Answer again."""
        self._held.discard(host)

    def wait_for(self, host: str, requests: int, timeout: float = 120) -> bool:
        """Wait until so many requests came to a host; False where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.hits[host]) >= requests, timeout)

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            method, target, _ = await self._head(reader)
            host = target.rpartition(":")[0]
            assert method == "CONNECT", f"{method} {target}"
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.start_tls(self._context(host))
            while True:
                method, path, headers = await self._head(reader)
                body_size = int(headers.get("content-length", 0))
                if body_size:
                    await reader.readexactly(body_size)
                await self._answer(host, method, path, reader, writer)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            writer.close()

    async def _answer(
        self,
        host: str,
        method: str,
        path: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        with self._changed:
            self.hits[host].append((time.monotonic(), path))
            self._changed.notify_all()
        self._under_way[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self._under_way[host])
        try:
            ready = time.monotonic() + self.latency
            # a client that dies has no request under way any more
            while (time.monotonic() < ready or host in self._held) and not reader.at_eof():
                await asyncio.sleep(0.005)
        finally:
            self._under_way[host] -= 1
        found = self._answers.get((method, canonicalize_url(f"https://{host}{path}")))
        if found is None and self._respond is not None:
            found = self._respond(host, path)
        status, kind, body = found or (404, "text/plain", b"not recorded")
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async def _head(self, reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        pairs = (line.partition(":") for line in lines[1:] if line)
        return method, target, {name.lower(): value.strip() for name, _, value in pairs}

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._authority.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]


def greenhouse(postings: int) -> Respond:
    """Every tenant of Greenhouse has so many postings, whose ids name it."""

    def respond(host: str, path: str) -> Answer | None:
        if host != "boards-api.greenhouse.io" or not path.startswith("/v1/boards/"):
            return None
        tenant = path.split("/")[3]
        jobs = [
            {
                "id": f"{tenant}-{number}",
                "title": f"Lock keeper {number}",
                "absolute_url": f"https://boards.greenhouse.io/{tenant}/jobs/{number}",
                "updated_at": "2026-08-30T10:00:00-04:00",
                "location": {"name": "Bruges"},
                "content": f"&lt;p&gt;You keep lock {number} of {tenant}.&lt;/p&gt;",
            }
            for number in range(postings)
        ]
        return 200, "application/json", json.dumps({"jobs": jobs, "meta": {"total": postings}}).encode()

    return respond
