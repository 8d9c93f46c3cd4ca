"""`make bench`: all parts of the benchmark, one after the other; a table, and JSON in .bench/results.json.

    python -m benchmarks [--full] [--only PART,...]

Quick takes about six minutes, --full less than twenty. What is compared is measured in turns within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import report
from benchmarks.databases import Databases
from benchmarks.machine import machine
from benchmarks.parts import FULL, PARTS, QUICK, SMOKE, Bench
from jobspiders.storage.errors import StorageError

SIZES = {"quick": QUICK, "full": FULL, "smoke": SMOKE}
ROOT = Path(__file__).resolve().parents[1] / ".bench"


def main() -> int:
    """Run the parts; 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="a million stored postings, a crawl of 300,000")
    parser.add_argument("--smoke", action="store_true", help="so few that the figures mean nothing")
    parser.add_argument("--only", default="", help=f"parts, comma-separated: {', '.join(PARTS)}")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else list(PARTS)
    if unknown := [name for name in chosen if name not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}: choose from {', '.join(PARTS)}")
    # what Python has compiled is kept, as it is for every user
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(ROOT / "pycache")
    ROOT.mkdir(exist_ok=True)
    mode = "full" if options.full else "smoke" if options.smoke else "quick"
    began = time.monotonic()

    def tell(line: str) -> None:
        print(f"[{time.monotonic() - began:6.1f} s] {line}", file=sys.stderr, flush=True)

    failed = {}
    with Databases(ROOT / "home") as databases:
        results: dict[str, Any] = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "mode": mode,
            "machine": machine(databases.version()),
        }
        bench = Bench(ROOT, databases, SIZES[mode], tell, began)
        for name in chosen:
            tell(f"{name}: {PARTS[name].__doc__}".split("\n")[0])
            failure = _failure(PARTS[name], bench, results)
            if failure:
                failed[name] = failure
                tell(f"{name} failed: {failure}")
        results |= {"failed": failed, "seconds": round(time.monotonic() - began)}
        results["machine"]["load after"] = round(os.getloadavg()[0], 1)
    (ROOT / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(report.text(results))
    print("\nAll figures: .bench/results.json")
    return 1 if failed else 0


def _failure(
    part: Callable[[Bench, dict[str, Any]], None], bench: Bench, results: dict[str, Any]
) -> str | None:
    """Run a part; what went wrong in one line, so that the others still run."""
    try:
        part(bench, results)
    except (
        StorageError,
        psycopg.Error,
        OSError,
        subprocess.SubprocessError,
        SystemExit,
        ValueError,
    ) as error:
        return " ".join(str(error).split())[:300] or type(error).__name__
    return None


if __name__ == "__main__":
    sys.exit(main())
