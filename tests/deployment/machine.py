"""One machine as an operator has it: `scrapy up`, `down` and their like in a home of its own, on free ports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import requests

from jobspiders.deployment.run_state import RunState, ServiceState
from tests.commands.in_process import CommandRunner
from tests.deployment.nodes import ROOT, free_port, wait_until

#: Variables of whoever runs the tests that would reach another machine's services.
FOREIGN = ("SCRAPYD", "DATABASE_URL", "JOBSPIDERS_", "UP_TIMEOUT", "MONITOR_")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Machine:
    """With ``command``, commands run in this process, whose environment becomes the machine's.

    ``account`` is (user, password) of Scrapyd, ``console_account`` of scrapydweb, as the first start shows them."""

    def __init__(self, home: Path, command: CommandRunner | None = None, **environment: str) -> None:
        self.home = home
        self._command = command
        self.scrapyd_port, self.console_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.scrapyd_port}"
        self.console_url = f"http://127.0.0.1:{self.console_port}"
        self.account = self.console_account = ("", "")
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(FOREIGN) and not name.lower().endswith("_proxy")
            },
            "JOBSPIDERS_HOME": str(home),
            "SCRAPYD_HTTP_PORT": str(self.scrapyd_port),
            "SCRAPYDWEB_PORT": str(self.console_port),
            "HEALTH_PORT": str(free_port()),
            "SCRAPYD_NODE_NAME": "machine",
            # compiled once, not at each start
            "PYTHONDONTWRITEBYTECODE": "",
            **environment,
        }

    def run(self, *words: str, **environment: str) -> Said:
        """A `scrapy` command."""
        if self._command is not None:
            done = self._command(*words, **{**self.environment, **environment})
            return Said(done.code, done.output, done.errors)
        return self._run([sys.executable, "-m", "scrapy", *words], environment)

    def up(self, *words: str, **environment: str) -> Said:
        """`scrapy up`, which must come up; remembers passwords that it shows."""
        return self.came_up(self.run("up", *words, **environment))

    def came_up(self, said: Said) -> Said:
        """Check that everything is up; remember passwords that were shown."""
        assert said.code == 0, said
        found = re.findall(r"user (\S+)  password (\S+)", said.out)
        if found:
            self.account, self.console_account = found
        return said

    def service(self, name: str) -> ServiceState:
        """How a service is."""
        (found,) = [each for each in RunState(self.home / "run").read().services if each.name == name]
        return found

    def supervisor(self) -> psutil.Process:
        """The process that keeps everything running."""
        pid = RunState(self.home / "run").supervisor_pid()
        assert pid is not None
        return psutil.Process(pid)

    def supervisor_files(self) -> list[Path]:
        """What a supervisor leaves only where it was killed."""
        run = RunState(self.home / "run")
        return [path for path in (run.pid_file, run.state_file) if path.exists()]

    def kill(self, name: str) -> None:
        """kill -9 of a service; waits until it is up again, as another process."""
        before = self.service(name)
        assert before.pid is not None and before.state == "up"
        psutil.Process(before.pid).kill()

        def again() -> bool:
            now = self.service(name)
            return now.state == "up" and now.pid != before.pid and now.restarts == before.restarts + 1

        wait_until(again, f"another start of {name}", 60)

    def call(self, service: str, **fields: str) -> dict[str, Any]:
        """What a web service of Scrapyd answers."""
        answer: dict[str, Any] = self.get(f"{self.url}/{service}", self.account, **fields).json()
        return answer

    def post(self, service: str, **fields: str) -> dict[str, Any]:
        """What a web service of Scrapyd answers to a form."""
        with requests.Session() as session:
            session.trust_env = False
            answer: dict[str, Any] = session.post(
                f"{self.url}/{service}", data=fields, auth=self.account, timeout=60
            ).json()
        return answer

    def get(self, url: str, account: tuple[str, str], **fields: str) -> requests.Response:
        """What a URL of this machine answers."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(url, params=fields, auth=account, timeout=60)

    def _run(self, command: list[str], environment: dict[str, str]) -> Said:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def machine(home: Path, command: CommandRunner | None = None, **environment: str) -> Iterator[Machine]:
    """A machine on which nothing runs yet, and nothing does afterwards."""
    made = Machine(home, command, **environment)
    try:
        yield made
    finally:
        made.run("down")
