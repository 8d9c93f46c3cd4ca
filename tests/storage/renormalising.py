"""A process for tests: `python -m tests.storage.renormalising URL` renormalises and says how far it is."""

from __future__ import annotations

import asyncio
import json
import sys

from jobspiders.storage.renormalisation import Report, Wanted, renormalise


def say(report: Report) -> None:
    """A line of JSON."""
    print(json.dumps({"read": report.read}), flush=True)


if __name__ == "__main__":
    asyncio.run(renormalise(sys.argv[1], Wanted(), home_countries={}, report=Report(), progress=say))
