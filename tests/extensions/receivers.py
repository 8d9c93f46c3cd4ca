"""An SMTP server and an HTTP webhook on loopback that take messages, or fail as they are told to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import orjson

#: ``hang``: no answer; ``drop``: the connection is closed in the midst; ``error``: 500, or 451 over SMTP.
Fault = Literal["hang", "drop", "error"]


@dataclass
class Receiver:
    """What arrived, and the faults of the next deliveries, one each."""

    port: int = 0
    faults: list[Fault] = field(default_factory=list)
    tried: int = 0
    #: (title, body)
    messages: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def next_fault(self) -> Fault | None:
        with self.lock:
            self.tried += 1
            return self.faults.pop(0) if self.faults else None

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.messages]


@contextmanager
def webhook() -> Iterator[Receiver]:
    """Takes what apprise's json:// posts."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            data = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = receiver.next_fault()
            if fault == "hang":
                receiver.stopping.wait(60)
            if fault in ("hang", "drop"):
                self.close_connection = True
                return
            if fault is None:
                with receiver.lock:
                    receiver.messages.append((data["title"], data["message"]))
            self.send_response(500 if fault == "error" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        yield from _serve(server, receiver)


@contextmanager
def mail_server() -> Iterator[Receiver]:
    """Speaks as much SMTP as is needed to take a mail."""
    receiver = Receiver()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            fault = receiver.next_fault()
            if fault == "hang":
                receiver.stopping.wait(60)
                return
            self.say("220 mail.example ready")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    if fault == "drop":
                        return
                    if fault == "error":
                        self.say("451 try again later")
                        continue
                    self.say("354 go on")
                    self.take()
                    self.say("250 taken")
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                elif word == b"EHLO":
                    self.say("250-mail.example\r\n250 AUTH PLAIN LOGIN")
                elif word == b"AUTH":
                    self.say("235 welcome")
                else:
                    self.say("250 fine")

        def say(self, text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            mail = message_from_bytes(b"".join(lines), policy=policy.default)
            body = mail.get_body(("plain", "html"))
            with receiver.lock:
                receiver.messages.append((str(mail["Subject"]), body.get_content() if body else ""))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        yield from _serve(server, receiver)


def _serve(server: Any, receiver: Receiver) -> Iterator[Receiver]:
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopping.set()
        server.shutdown()
        thread.join()
        time.sleep(0)
