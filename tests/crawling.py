"""Whole crawls of recorded pages in a process of their own, through every middleware and into PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobspiders.parsing.cassette import interaction, write_cassette

ROOT = Path(__file__).resolve().parents[1]
#: Waiting has no place in a replay.
QUICK = {"DOWNLOAD_DELAY": 0, "CRAWL_RECORD_INTERVAL": 0, "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": False}


@dataclass
class Crawl:
    """One crawl of pages given as (url, body) or (url, body, status), at a time of its own."""

    board: str
    arguments: dict[str, str]
    pages: list[tuple[Any, ...]]
    now: str = "2026-09-01T08:00:00+00:00"
    settings: dict[str, Any] = field(default_factory=dict)


def run_crawls(crawls: list[Crawl], directory: Path, database_url: str) -> list[dict[str, Any]]:
    """Run the crawls one after the other in one process; the stats of each."""
    jobs = []
    for number, crawl in enumerate(crawls):
        cassette = directory / f"{number}.json"
        write_cassette(cassette, [_exchange(*page) for page in crawl.pages])
        jobs.append({**asdict(crawl), "pages": None, "cassette": str(cassette)})
    environment = {**os.environ, "DATABASE_URL": database_url, "JOBSPIDERS_HOME": str(directory / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawling"],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    results: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return results


def _exchange(url: str, body: bytes | str, status: int = 200) -> dict[str, Any]:
    data = body.encode() if isinstance(body, str) else body
    kind = "application/json" if data.lstrip()[:1] in (b"{", b"[") else "text/html; charset=utf-8"
    at = datetime(2026, 9, 1, tzinfo=UTC)
    return interaction("GET", url, status=status, headers={"Content-Type": [kind]}, body=data, recorded_at=at)


async def _main() -> None:
    from scrapy.crawler import AsyncCrawlerRunner, Crawler
    from scrapy.utils.project import get_project_settings

    from jobspiders.commands.record import replaying_settings

    results = []
    for job in json.loads(sys.stdin.read()):
        settings = get_project_settings()
        settings.setdict(QUICK, priority="cmdline")
        settings.setdict(replaying_settings(Path(job["cassette"]), job["now"]), priority="cmdline")
        settings.setdict(job["settings"], priority="cmdline")
        runner = AsyncCrawlerRunner(settings)
        crawler = Crawler(runner.spider_loader.load(job["board"]), settings)
        await runner.crawl(crawler, **job["arguments"])
        assert crawler.stats is not None
        results.append(crawler.stats.get_stats())
    print(json.dumps(results, default=str))


def run_on_reactor(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine on Twisted's reactor, which AsyncCrawlerRunner needs."""
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "uvloop.Loop")
    from twisted.internet.defer import Deferred
    from twisted.internet.task import react

    async def main(_: Any) -> None:
        await Deferred.fromFuture(asyncio.ensure_future(work()))

    react(lambda reactor: Deferred.fromCoroutine(main(reactor)))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    run_on_reactor(_main)
