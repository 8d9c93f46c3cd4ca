"""The server of the loopback board; it remembers every posting that it handed out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class LocalBoard:
    """``postings`` rows in pages of ``page_size``, each with a page of its own."""

    def __init__(self, postings: int, page_size: int = 20) -> None:
        self.postings = postings
        self.page_size = page_size
        self.address = ""
        self.responses = 0
        self.handed_out: set[str] = set()
        self._changed = threading.Condition()

    def answer(self, path: str) -> Any:
        """The JSON for a path; None for one that does not exist."""
        parts = urlsplit(path)
        if parts.path == "/rows":
            offset = int(parse_qs(parts.query)["offset"][0])
            rows = [self.row(number) for number in range(offset, min(offset + self.page_size, self.postings))]
            return {"rows": rows, "total": self.postings}
        if parts.path.startswith("/job/"):
            return {**self.row(int(parts.path[5:])), "text": f"<p>All about posting {parts.path[5:]}.</p>"}
        return None

    def row(self, number: int) -> dict[str, Any]:
        """One row of the list."""
        return {"id": str(number), "title": f"Rigger {number}", "url": f"{self.address}/job/{number}"}

    def served(self, found: Any) -> None:
        """Note what was sent."""
        with self._changed:
            self.responses += 1
            self.handed_out.update(row["id"] for row in found.get("rows", [found]))
            self._changed.notify_all()

    def wait_for(self, responses: int, timeout: float = 120) -> bool:
        """Wait until so many responses were sent in all; False where that does not happen."""
        with self._changed:
            return self._changed.wait_for(lambda: self.responses >= responses, timeout)


@contextmanager
def serving(board: LocalBoard) -> Iterator[LocalBoard]:
    """Serve a board on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = board.answer(self.path)
            body = json.dumps(found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            if found is not None:
                board.served(found)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing: crawls are killed here."""

    server = Server(("127.0.0.1", 0), Handler)
    board.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield board
    finally:
        server.shutdown()
        server.server_close()
