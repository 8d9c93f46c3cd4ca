"""A crawl process for tests: `python -m tests.storage.ingesting JSON` stores numbered postings and says so."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.storage.errors import JournalError, StorageError
from jobspiders.storage.ingest import Ingest
from tests.shared import unmeasured
from tests.storage.crawling import config, crawl_record, day, posting

ROOT = Path(__file__).resolve().parents[2]
PLANTS = (
    *(
        "rose",
        "fern",
        "moss",
        "cactus",
        "orchid",
        "bamboo",
        "willow",
        "ivy",
        "tulip",
        "lotus",
        "maple",
        "heather",
    ),
    *("juniper", "lavender", "magnolia", "nettle", "poppy", "quince", "rhubarb", "saffron"),
)


def start(**job: Any) -> subprocess.Popen[str]:
    """A process that runs ``job``; see ``ingest``."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.ingesting", json.dumps(job, default=str)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=unmeasured() | {"PYTHONPATH": str(ROOT)},
    )


def variant(number: int, when: datetime) -> JobPosting:
    """One of the three postings of the job ``number // 3``."""
    plant = PLANTS[number // 3]
    return posting(
        number,
        when,
        board=("alpha", "beta", "gamma")[number % 3],
        title=f"{plant} gardener",
        description=" ".join(f"Your day with the {plant} has a task number {each}." for each in range(9)),
    )


async def ingest(
    *,
    url: str,
    home: str,
    numbers: list[int],
    crawl_id: str | None = None,
    on_day: int = 0,
    pause: float = 0.0,
    batch_size: int = 20,
    step: int = 5,
    file_limit: int | None = None,
    variants: bool = False,
) -> None:
    """Append the postings of ``numbers``, ``step`` of them at a time, and print the last number that is safe.

    After each step it waits ``pause`` seconds. With ``file_limit`` no file may grow beyond that many bytes. With
    ``variants`` three numbers in a row are one job on three boards.
    """
    when = day(on_day)
    record = crawl_record(when, **({} if crawl_id is None else {"id": crawl_id}))
    storage = config(url, Path(home), batch_size=batch_size)
    opened = await Ingest.open(storage, record)
    if file_limit is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    print("open", flush=True)
    for index, number in enumerate(numbers):
        try:
            opened.append(variant(number, when) if variants else posting(number, when))
        except JournalError as error:
            print(f"JournalError: {error}", flush=True)
            break
        if index % step == 0:
            print(number, flush=True)
            await asyncio.sleep(pause)
    record.outcome, record.finished_at = "ok", day(on_day)
    counts = await opened.close(record)
    print(json.dumps(dataclasses.asdict(counts)), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(ingest(**json.loads(sys.argv[1])))
    except StorageError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        sys.exit(1)
