"""python-jobspy beside ours on the same pages; its environment is made by this module, from a lock with hashes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import pages
from benchmarks.invented import Inventor
from benchmarks.site import search_postings

HERE = Path(__file__).resolve().parent
LOCK = HERE / "jobspy.lock"
VERSION = "1.4.1"


def python_of(environment: Path, tell: Callable[[str], None]) -> Path | None:
    """The Python of the environment, which is made where it is missing; None where that fails."""
    python = environment / "bin" / "python"
    if (environment / ".installed").exists():
        return python
    tell(f"installing python-jobspy {VERSION} into {environment.name}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    done = subprocess.run(
        [str(python), *install, "--requirement", str(LOCK)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tell(f"python-jobspy cannot be installed: {done.stderr.strip().splitlines()[-1:]}")
        return None
    (environment / ".installed").touch()
    return python


def measure(root: Path, count: int, tell: Callable[[str], None], rounds: int = 3) -> list[float] | None:
    """CPU microseconds per posting of python-jobspy, one for each round; None where it cannot be had."""
    python = python_of(root / "jobspy", tell)
    if python is None:
        return None
    found = search_postings(Inventor(), min(count, 1000))
    listings = {
        str(at): pages.linkedin_listing(found[at : at + pages.CARDS]).decode()
        for at in range(0, len(found), pages.CARDS)
    }
    details = {str(pages.linkedin_key(each)): pages.linkedin_detail(each).decode() for each in found}
    given = root / "jobspy-pages.json"
    given.write_text(json.dumps({"listings": listings, "details": details}), encoding="utf-8")
    taken = []
    for _ in range(rounds):
        done = subprocess.run(
            [str(python), str(HERE / "jobspy_linkedin.py"), str(given)],
            capture_output=True,
            text=True,
            check=True,
        )
        said = json.loads(done.stdout.splitlines()[-1])
        if said["postings"] != len(found):
            raise SystemExit(f"python-jobspy read {said['postings']} of {len(found)} postings")
        taken.append(said["processor_seconds"] / len(found) * 1e6)
    return taken
