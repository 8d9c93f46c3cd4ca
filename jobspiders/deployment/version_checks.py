"""Asks the code of a deployed version what it has and whether it would take a call, before a job is queued."""

from __future__ import annotations

import logging
import select
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import orjson

from jobspiders.deployment.code_version import CodeVersion
from jobspiders.deployment.plain_names import RefusedError

logger = logging.getLogger(__name__)

WORKER = "jobspiders.deployment.check_worker"
#: Seconds for the worker to start and answer, and after which one that nobody asks is ended.
PATIENCE = 60.0
IDLE = 600.0


class VersionChecks:
    """One worker process per version that is asked for; each call waits for its answer."""

    def __init__(self, environment: Callable[[], dict[str, str]]) -> None:
        self._environment = environment
        self._workers: dict[CodeVersion, _Worker] = {}
        self._lock = threading.Lock()

    def spiders(self, code: CodeVersion) -> list[str]:
        """The spiders of a version. Raises RefusedError where its code cannot be loaded."""
        found: list[str] = self._ask(code, {"list": True})["spiders"]
        return found

    def check(
        self, code: CodeVersion, spider: str, arguments: dict[str, str], settings: dict[str, str]
    ) -> None:
        """Raises RefusedError with what the spider itself says of wrong arguments or missing keys."""
        self._ask(code, {"spider": spider, "arguments": arguments, "settings": settings})

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            for worker in self._workers.values():
                worker.close()
            self._workers.clear()

    def _ask(self, code: CodeVersion, question: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._forget_idle()
            worker = self._workers.get(code)
            if worker is None or not worker.alive:
                worker = self._workers[code] = _Worker(code, self._environment())
            try:
                answer = worker.ask(question)
            except WorkerError as error:
                worker.close()
                del self._workers[code]
                raise RefusedError(f"the code of this version does not load: {error}") from None
        if "refused" in answer:
            raise RefusedError(answer["refused"])
        return answer

    def _forget_idle(self) -> None:
        now = time.monotonic()
        for code, worker in list(self._workers.items()):
            if now - worker.asked_at > IDLE:
                worker.close()
                del self._workers[code]


class WorkerError(Exception):
    """The worker gave no answer; the message is its last line."""


class _Worker:
    def __init__(self, code: CodeVersion, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            code.command(WORKER),
            env=code.environment(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.asked_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Raises WorkerError."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self.asked_at = time.monotonic()
        try:
            self._process.stdin.write(orjson.dumps(question) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise WorkerError(self._last_words()) from None
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        line = self._process.stdout.readline() if ready else b""
        try:
            answer: dict[str, Any] = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise WorkerError(self._last_words()) from None
        return answer

    def close(self) -> None:
        """End it and wait for that."""
        self._process.kill()
        self._process.communicate()

    def _last_words(self) -> str:
        self._process.kill()
        _, errors = self._process.communicate()
        lines = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else f"no answer within {PATIENCE:g} seconds"
