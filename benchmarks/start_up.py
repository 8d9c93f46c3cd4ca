"""How long a command takes that does next to nothing, and a crawl until its first request."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import crawl

ROOT = Path(__file__).resolve().parents[1]


def cached(root: Path) -> dict[str, str]:
    """The environment of a user: Python keeps what it has compiled."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**environment, "PYTHONPYCACHEPREFIX": str(root / "pycache")}


def seconds(command: Sequence[str], root: Path, rounds: int = 5, cwd: Path = ROOT) -> float:
    """The median of a command's wall seconds."""
    taken = []
    for _ in range(rounds + 1):
        began = time.monotonic()
        subprocess.run(command, cwd=cwd, env=cached(root), stdout=subprocess.DEVNULL, check=True)
        taken.append(time.monotonic() - began)
    return statistics.median(taken[1:])


def measure(root: Path, job: dict[str, object], rounds: int = 5) -> dict[str, float]:
    """Seconds of `scrapy list`, of Scrapy alone, and of a crawl until its first request; medians."""
    scrapy = [sys.executable, "-m", "scrapy"]
    empty = root / "empty"
    empty.mkdir(exist_ok=True)
    firsts = []
    for _ in range(rounds):
        began = time.monotonic()
        (done,) = crawl.run(job)
        firsts.append(done["began"] - began)
    return {
        "scrapy list": seconds([*scrapy, "list"], root, rounds),
        "scrapy version outside a project": seconds([*scrapy, "version"], root, rounds, empty),
        "scrapy crawl to the first request": statistics.median(firsts),
    }
