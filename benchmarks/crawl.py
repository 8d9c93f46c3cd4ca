"""One crawl in a process of its own, watched from inside: `python -m benchmarks.crawl JSON` prints what it took.

Our crawls run with every component of settings.py; only what makes a crawl polite is opened for loopback.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

#: Seconds after which a crawl is given up.
PATIENCE = 900

#: What keeps a crawl slow for the sake of the site.
OPENED = {
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    "LISTING_MAX_PAGES": 1_000_000,
    "LOG_LEVEL": "WARNING",
    "STATS_DUMP": False,
}
#: Bare Scrapy as `scrapy startproject` makes it, opened in the same way; and with our engine's settings.
BARE = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "ROBOTSTXT_OBEY": True}
_AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
TUNED = {
    **BARE,
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "CONCURRENT_ITEMS": 4,
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
    ),
}
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Watch:
    """What is noted while a crawl runs: seconds of time.monotonic and process_time, bytes of resident memory."""

    began: float | None = None
    started_up: float = 0.0
    committed: float | None = None
    memory: list[tuple[int, int]] = field(default_factory=list)
    stored: int = 0

    def first_request(self, *_: Any, **__: Any) -> None:
        """The first request leaves."""
        if self.began is None:
            self.began, self.started_up = time.monotonic(), time.process_time()

    def commit(self, postings: int) -> None:
        """A batch of so many postings is committed."""
        self.committed = time.monotonic()
        self.stored += postings
        self.memory.append((self.stored, resident()))


def resident() -> int:
    """Bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def run(*jobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Crawls side by side, each in a process of its own; what each took. Raises SystemExit where one fails."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.crawl"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in jobs
    ]
    for process, job in zip(processes, jobs, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        # communicate() would flush it
        process.stdin = None
    found = []
    for process in processes:
        try:
            said, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for each in processes:
                each.kill()
            raise
        if process.returncode:
            raise SystemExit(f"a crawl failed with exit code {process.returncode}: see above")
        found.append(json.loads(said.splitlines()[-1]))
    return found


def crawl(
    *, board: str, settings: dict[str, Any], arguments: dict[str, Any], bare: str | None = None
) -> dict[str, Any]:
    """Run one crawl and say what it took; ``bare`` is None, ``default`` or ``tuned``."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from benchmarks.boards import SPIDERS

    chosen = Settings()
    if bare is None:
        from jobspiders import settings as project

        chosen.setmodule(project)
    else:
        chosen.setdict(BARE if bare == "default" else TUNED, priority="project")
    chosen.setdict({**OPENED, **settings}, priority="cmdline")
    watch = Watch()
    if bare is None:
        _watch_commits(watch)
    process = AsyncCrawlerProcess(chosen)
    crawler = process.create_crawler(SPIDERS[board])
    crawler.signals.connect(watch.first_request, signals.request_reached_downloader)
    process.crawl(crawler, **arguments)
    process.start()
    ended = time.monotonic()
    assert crawler.stats is not None
    stats = {name: value for name, value in crawler.stats.get_stats().items() if isinstance(value, int | str)}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    end = watch.committed or ended
    return {
        "seconds": end - (watch.began or end),
        "began": watch.began,
        "ended": end,
        "start_up_seconds": watch.started_up,
        "processor_seconds": usage.ru_utime + usage.ru_stime - watch.started_up,
        "peak_memory": _peak_memory(usage.ru_maxrss * 1024),
        "memory": watch.memory,
        "stats": stats,
    }


def _peak_memory(otherwise: int) -> int:
    """The greatest resident memory of this program, in bytes; ru_maxrss knows that of the one that started it, too."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return otherwise
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else otherwise


def _watch_commits(watch: Watch) -> None:
    """Note the end of each of the writer's transactions; the transactions themselves are as ever."""
    from jobspiders.storage.upsert import Upsert

    plain = Upsert.apply

    async def apply(self: Upsert, batch: Any, crawl: Any) -> Any:
        counts = await plain(self, batch, crawl)
        watch.commit(len(batch.postings))
        return counts

    Upsert.apply = apply  # type: ignore[method-assign]


if __name__ == "__main__":
    print(json.dumps(crawl(**json.load(sys.stdin))))
