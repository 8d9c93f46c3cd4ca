"""Scrapyd nodes for tests: real processes on free ports, with a database, a home and a waiting client."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import requests

ROOT = Path(__file__).resolve().parents[2]
LOGIN = ("tester", "correct horse")
Found = TypeVar("Found")


def free_port() -> int:
    """A port that nobody has, below those that the system gives to outgoing connections of other tests."""
    while True:
        port = random.randint(15_000, 30_000)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def wait_until(look: Callable[[], Found], what: str, timeout: float = 120.0) -> Found:
    """The first answer of ``look`` that is something; fails with ``what`` and the last answer after ``timeout``."""
    deadline = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, (
            f"{what} did not happen in {timeout:g} s; the last answer: {found!r}"
        )
        time.sleep(0.1)


class ScrapydNode:
    """One Scrapyd. ``name`` is its name among the nodes; ``conf`` lines replace options of scrapyd.conf."""

    def __init__(
        self,
        home: Path,
        database_url: str | None,
        *,
        name: str = "first",
        conf: Mapping[str, str] | None = None,
        job_settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = LOGIN
        self.directory = home / f"node-{name}"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log = self.directory / "scrapyd.log"
        write_configuration(self.directory / "scrapyd.conf", conf or {}, job_settings or {})
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
            "PYTHONPATH": str(ROOT),
            # every crawl imports Scrapy anew: compile it once
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(home.parent / "pycache"),
            "SCRAPY_SETTINGS_MODULE": "jobspiders.settings",
            "JOBSPIDERS_HOME": str(home),
            "SCRAPYD_HTTP_PORT": str(self.port),
            "SCRAPYD_USERNAME": LOGIN[0],
            "SCRAPYD_PASSWORD": LOGIN[1],
            "SCRAPYD_NODE_NAME": name,
            **({"DATABASE_URL": database_url} if database_url else {}),
            **(environment or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.deployment.measured_scrapyd", "--pidfile="],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, f"an answer of Scrapyd ({self.log})")

    def stop(self) -> int:
        """End it in good order; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=90)

    def kill(self) -> None:
        """kill -9, of Scrapyd alone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def get(self, service: str, **fields: str) -> dict[str, Any]:
        """What a service answers."""
        answer: dict[str, Any] = self.session.get(f"{self.url}/{service}", params=fields, timeout=60).json()
        return answer

    def post(self, service: str, **fields: Any) -> dict[str, Any]:
        """What a service answers to a form."""
        answer: dict[str, Any] = self.session.post(f"{self.url}/{service}", data=fields, timeout=120).json()
        return answer

    def schedule(self, spider: str, **fields: Any) -> str:
        """Schedule a crawl that must be taken; its job id."""
        answer = self.post("schedule.json", project="jobspiders", spider=spider, **fields)
        assert answer["status"] == "ok", answer
        job_id: str = answer["jobid"]
        return job_id

    def jobs(self, state: str) -> list[str]:
        """The ids of the jobs that listjobs.json has as pending, running or finished."""
        return [job["id"] for job in self.get("listjobs.json", project="jobspiders")[state]]

    def status(self, job_id: str) -> dict[str, Any]:
        """Where a job is."""
        return self.get("status.json", project="jobspiders", job=job_id)

    def wait_finished(self, *job_ids: str, timeout: float = 120.0) -> None:
        """Wait until jobs are over."""
        for job_id in job_ids:
            wait_until(
                lambda job_id=job_id: self.status(job_id).get("currstate") == "finished",  # type: ignore[misc]  # bound now
                f"the end of {job_id} ({self.log})",
                timeout,
            )

    def job_log(self, spider: str, job_id: str) -> str:
        """What a job logged, over HTTP."""
        response = self.session.get(f"{self.url}/logs/jobspiders/{spider}/{job_id}.log", timeout=30)
        assert response.status_code == 200, response.text
        return response.text

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            return self.session.get(f"{self.url}/daemonstatus.json", timeout=5).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def running(node: ScrapydNode) -> Iterator[ScrapydNode]:
    """Start a node; end it afterwards, whatever it does."""
    try:
        node.start()
        yield node
    finally:
        if node.process is not None and node.process.poll() is None:
            try:
                node.stop()
            except subprocess.TimeoutExpired:
                node.kill()


def write_configuration(path: Path, conf: Mapping[str, str], job_settings: Mapping[str, str]) -> None:
    """scrapyd.conf as the project has it, with other values for some options."""
    lines = []
    for line in (ROOT / "scrapyd.conf").read_text().splitlines():
        option = line.partition("=")[0].strip()
        lines.append(f"{option} = {conf[option]}" if option in conf else line)
    lines += [f"{name} = {value}" for name, value in job_settings.items()]
    path.write_text("\n".join(lines) + "\n")
