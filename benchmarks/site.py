"""The site on loopback that is crawled: nginx where it is installed, else an asyncio server, in a process of its own.

Both serve the files that ``write`` made, byte for byte; nothing is computed while a crawl is measured.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks import pages
from benchmarks.invented import Invented, Inventor

#: Postings of one tenant of the ATS platform.
TENANT = 50
_SEARCH = "/jobs-guest/jobs/api/seeMoreJobPostings/search"
_DETAIL = "/jobs-guest/jobs/api/jobPosting/"
_CONFIG = """
daemon off;
worker_processes 1;
pid {root}/nginx.pid;
error_log {root}/nginx.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {root}/tmp;
    proxy_temp_path {root}/tmp;
    fastcgi_temp_path {root}/tmp;
    uwsgi_temp_path {root}/tmp;
    scgi_temp_path {root}/tmp;
    sendfile on;
    tcp_nopush on;
    etag off;
    if_modified_since off;
    keepalive_requests 1000000;
    open_file_cache max=10000 inactive=60s;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root {root}/files;
        default_type application/json;
        location = {search} {{ default_type "text/html; charset=utf-8"; try_files /listing/$arg_start =404; }}
        location {detail} {{ default_type "text/html; charset=utf-8"; }}
        location = /robots.txt {{ default_type text/plain; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Ats:
    """What an ATS crawl asks for: the tenants' tokens and how many postings they have together."""

    tokens: tuple[str, ...]
    postings: int


def write_ats(root: Path, inventor: Inventor, postings: int, *, first: int = 0) -> Ats:
    """Documents of as many tenants as it takes; numbers of postings and companies begin with ``first``."""
    tokens = []
    for number in range(first, first + postings, TENANT):
        company = inventor.company(number // TENANT)
        body = pages.greenhouse(list(inventor.postings(company, number, TENANT)))
        _write(root, f"/v1/boards/{company.token}/jobs", body)
        tokens.append(company.token)
    _write(root, "/robots.txt", b"User-agent: *\nAllow: /\n")
    return Ats(tuple(tokens), len(tokens) * TENANT)


def write_search(root: Path, postings: Sequence[Invented]) -> None:
    """Pages of search results, an empty one after the last, and the page of each posting."""
    for offset in range(0, len(postings), pages.CARDS):
        listed = postings[offset : offset + pages.CARDS]
        _write(root, f"/listing/{offset}", pages.linkedin_listing(listed))
        for posting in listed:
            _write(root, f"{_DETAIL}{pages.linkedin_key(posting)}", pages.linkedin_detail(posting))
    _write(root, f"/listing/{len(postings)}", b"<!DOCTYPE html>\n")
    _write(root, "/robots.txt", b"User-agent: *\nAllow: /\n")


def search_postings(inventor: Inventor, count: int, *, first: int = 50_000_000) -> list[Invented]:
    """Postings of many companies, as a search finds them."""
    return [
        inventor.posting(inventor.company(number % 997), number) for number in range(first, first + count)
    ]


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The origin under which the files below ``root`` are served."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if nginx:
        (root / "tmp").mkdir(parents=True, exist_ok=True)
        config = root / "nginx.conf"
        config.write_text(_CONFIG.format(root=root, port=port, search=_SEARCH, detail=_DETAIL))
        command = [nginx, "-e", str(root / "nginx.log"), "-c", str(config)]
        # workers of a root nginx are another user, who must reach the files
        _open_to_all(root)
    else:
        command = [sys.executable, "-m", "benchmarks.site", str(root), str(port)]
    process = subprocess.Popen(command)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def server_name() -> str:
    """What serves the pages here."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        return "asyncio"
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
    return said.rpartition(": ")[2].strip()


def _write(root: Path, path: str, body: bytes) -> None:
    file = root / "files" / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


def _open_to_all(root: Path) -> None:
    for folder in (root, *root.parents):
        if folder.stat().st_uid != root.stat().st_uid or folder == Path(folder.anchor):
            break
        folder.chmod(folder.stat().st_mode | 0o011)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if process.poll() is not None:
            raise SystemExit(f"the web server ended with {process.returncode}: see its log")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the web server does not answer")


class _Files(asyncio.Protocol):
    root: Path

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head.split(b" ", 2)[1].decode()))

    def answer(self, target: str) -> bytes:
        parts = urlsplit(target)
        path = f"/listing/{parse_qs(parts.query)['start'][0]}" if parts.path == _SEARCH else parts.path
        kind = b"application/json" if path.startswith("/v1/") else b"text/html; charset=utf-8"
        file = self.root / "files" / path.lstrip("/")
        if not file.is_file():
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        body = file.read_bytes()
        return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            kind,
            len(body),
            body,
        )


async def _serve(root: Path, port: int) -> None:
    _Files.root = root
    server = await asyncio.get_running_loop().create_server(_Files, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
