"""`scrapy ...` as a user runs it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.shared import unmeasured

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> list[str]:
        """The lines on standard error."""
        return [line for line in self.err.splitlines() if line.strip()]


def scrapy(*words: str, environment: dict[str, str] | None = None, limit: str = "") -> Ran:
    """Run a command in the project; ``limit`` is a shell prefix such as ``ulimit -f 8;``."""
    command = [sys.executable, "-m", "scrapy", *words]
    shell = ["bash", "-c", f'{limit} exec "$@"', "bash", *command] if limit else command
    done = subprocess.run(
        shell,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**(unmeasured() if limit else os.environ), **(environment or {})},
        timeout=240,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
