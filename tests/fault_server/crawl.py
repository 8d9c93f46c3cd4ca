"""Crawls of the downloader's components alone, each in a process of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from jobspiders import settings as project

PRELOADED = (
    "aiohttp",
    "uvloop",
    "twisted.internet.asyncioreactor",
    "scrapy.core.engine",
    "scrapy.core.downloader.handlers._aiohttp",
    "jobspiders.extensions.site_states",
    "jobspiders.extensions.throttle",
    "jobspiders.middlewares.cookies",
)
QUICK = {
    "LOG_LEVEL": "INFO",
    "ROBOTSTXT_OBEY": False,
    "SITES_SHARED": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_TIMEOUT": 3,
    "DOWNLOAD_MAXSIZE": 2_000_000,
    "REDIRECT_MAX_TIMES": 5,
    "CONCURRENT_REQUESTS": 200,
    "RETRY_BUDGET_BACKOFF": 0.1,
    "RETRY_BUDGET_BACKOFF_CAP": 0.4,
    "RETRY_BUDGET_CRAWL": 1000,
    "THROTTLE_RETRY_AFTER_CAP": 1.5,
    "THROTTLE_BACKOFF_BASE": 0.3,
    "THROTTLE_BACKOFF_CAP": 0.6,
    "THROTTLE_DELAY_STEP": 0.01,
    "THROTTLE_DELAY_CAP": 0.05,
    "BREAKER_OPEN_BASE": 0.6,
    "BREAKER_OPEN_CAP": 1.2,
    "MEMUSAGE_ENABLED": False,
}
"""Settings with which the faults of a group are over in seconds."""


@dataclass
class Finished:
    """`results` by name, in the order of the requests: a status, or the name of an error."""

    results: dict[str, list[int | str]]
    bodies: dict[str, int]
    stats: dict[str, Any]
    reason: str
    log: str
    peak_memory: int
    children_memory: list[int]


def crawl(
    requests: list[dict[str, Any]],
    settings: dict[str, Any] | None = None,
    *,
    environment: dict[str, str] | None = None,
    timeout: float = 60,
) -> Finished:
    """Run a crawl of these requests (`name`, `url` and what else Request takes) to its end."""
    return start(requests, settings, environment=environment).finish(timeout)


class Crawl:
    """A crawl that runs in a process of its own."""

    def __init__(self, plan: dict[str, Any], environment: dict[str, str]) -> None:
        # Importing Scrapy takes seconds: done once, in a server from which each crawl is forked.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, *PRELOADED])
        handle, name = tempfile.mkstemp(prefix="crawl-", suffix=".log")
        os.close(handle)
        self._log = Path(name)
        self._results, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=run, args=(plan, environment, name, theirs))
        self._process.start()
        theirs.close()

    def finish(self, timeout: float = 60) -> Finished:
        """Wait for its end."""
        try:
            found = self._results.recv() if self._results.poll(timeout) else None
        except EOFError:
            found = None
        if found is None:
            self._process.kill()
        self._process.join()
        log = self._log.read_text()
        self._log.unlink()
        assert found is not None, f"the crawl did not end:\n{log[-4000:]}"
        return Finished(**found, log=log)


def start(
    requests: list[dict[str, Any]],
    settings: dict[str, Any] | None = None,
    *,
    environment: dict[str, str] | None = None,
) -> Crawl:
    """Begin a crawl and go on."""
    return Crawl({"requests": requests, "settings": {**QUICK, **(settings or {})}}, environment or {})


class PlanSpider(scrapy.Spider):
    """Sends what the plan says and notes what comes back."""

    name = "plan"
    handle_httpstatus_list = [*range(400, 600), 999]

    def __init__(self, plan: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.results: dict[str, list[int | str | None]] = {}
        self.children_memory: list[int] = []
        self.bodies: dict[str, int] = {}

    async def start(self) -> AsyncIterator[Any]:
        for number, entry in enumerate(self.plan):
            options = dict(entry)
            name = options.pop("name")
            place = len(self.results.setdefault(name, []))
            self.results[name].append(None)
            yield scrapy.Request(
                **options,
                callback=self.parse,
                errback=self.failed,
                cb_kwargs={"name": name, "place": place},
                priority=-number if options.get("meta", {}).get("in_order") else 0,
            )

    def parse(self, response: Response, name: str, place: int) -> None:
        self.results[name][place] = response.status
        if response.meta.get("browser"):
            self.children_memory.append(memory_below(os.getpid()))
        self.bodies[f"{name}/{place}"] = len(response.body)
        assert isinstance(response.text if isinstance(response, scrapy.http.TextResponse) else "", str)

    def failed(self, failure: Failure) -> None:
        arguments = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy
        self.results[arguments["name"]][arguments["place"]] = type(failure.value).__name__


def memory_below(process: int) -> int:
    """Bytes that the processes below this one hold for themselves alone."""
    total = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            with contextlib.suppress(OSError):
                rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
                private = [line.split()[1] for line in rollup.splitlines() if line.startswith("Private_")]
                total += 1024 * sum(map(int, private)) + memory_below(int(child))
    return total


def downloader_settings() -> Settings:
    """The project's settings with the components of the downloader and no others."""
    settings = Settings()
    settings.setmodule(project)
    for name in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES"):
        components = getattr(project, name)
        own = {
            path: order
            for path, order in components.items()
            if path.startswith(("scrapy.", "jobspiders.middlewares."))
            or path.split(".")[2] in ("throttle", "site_states")
        }
        own.pop("jobspiders.middlewares.conditional.ConditionalRequestMiddleware", None)
        settings.set(name, own, priority="cmdline")
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    settings.set("SPIDER_MODULES", [], priority="cmdline")
    return settings


def run(plan: dict[str, Any], environment: dict[str, str], log: str, results: Connection) -> None:
    """The whole life of the process."""
    os.environ.update(environment)
    with Path(log).open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    settings = downloader_settings()
    settings.setdict(plan["settings"], priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(PlanSpider)
    process.crawl(crawler, plan=plan["requests"])
    process.start()
    assert crawler.spider is not None
    stats = crawler.stats.get_stats()
    results.send(
        {
            "results": crawler.spider.results,  # type: ignore[attr-defined]  # PlanSpider
            "bodies": crawler.spider.bodies,  # type: ignore[attr-defined]  # PlanSpider
            "stats": {name: value for name, value in stats.items() if isinstance(value, int | float | str)},
            "children_memory": crawler.spider.children_memory,  # type: ignore[attr-defined]  # PlanSpider
            "reason": stats.get("finish_reason", ""),
            "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
