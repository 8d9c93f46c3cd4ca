"""Requests per second on loopback: our downloader components against bare Scrapy, same handler and settings.

    python benchmarks/downloader.py [PAGES] [ROUNDS] [PART ...]

The server and each crawl run in processes of their own; bare and ours take turns, and the median counts.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

BODY = (
    b"<html><head><title>Jobs</title></head><body>"
    + b"<p>Acme looks for a welder who welds.</p>" * 480
    + b"</body></html>"
)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)
COMMON = {
    "LOG_LEVEL": "ERROR",
    "ROBOTSTXT_OBEY": False,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
    "CONCURRENT_ITEMS": 4,
    "ITEM_PIPELINES": {},
    "SITES_SHARED": False,
    "STATS_DUMP": False,
}
PARTS = {
    "bare": (),
    "queue": ("queue",),
    "blocks and retry": ("block_detection", "retrying"),
    "gate and throttle": ("queue", "site_gate", "throttle"),
    "all": (
        "queue",
        "block_detection",
        "retrying",
        "site_gate",
        "redirects",
        "cookies",
        "proxying",
        "browsing",
        "throttle",
    ),
}


class Canned(asyncio.Protocol):
    """Answers every request with the same page."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


def serve(port: Connection) -> None:
    """Run the server until killed; its port goes through the connection."""
    import uvloop

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0, backlog=1024)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(run())


class PagesSpider(scrapy.Spider):
    """Asks for so many pages and looks at each a little."""

    name = "pages"

    async def start(self) -> AsyncIterator[Any]:
        self.began = time.perf_counter(), time.process_time()
        for number in range(self.pages):  # type: ignore[attr-defined]  # argument
            yield scrapy.Request(f"http://127.0.0.1:{self.port}/{number}")  # type: ignore[attr-defined]  # argument

    def parse(self, response: scrapy.http.Response) -> None:
        assert response.status == 200

    def closed(self, reason: str) -> None:
        """What the crawl took without imports and start."""
        wall, processor = self.began
        self.took = time.perf_counter() - wall, time.process_time() - processor


def run(part: str, port: int, pages: int, result: Connection) -> None:
    """One crawl; wall and processor seconds of its run."""
    from jobspiders import settings as project

    settings = Settings()
    settings.setmodule(project)
    wanted = PARTS[part]
    for name in ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS"):
        components = getattr(project, name)
        chosen = {path: order for path, order in components.items() if path.split(".")[2] in wanted}
        replaced = {
            "retrying": "retry.RetryMiddleware",
            "redirects": "redirect.RedirectMiddleware",
            "cookies": "cookies.CookiesMiddleware",
        }
        if name == "DOWNLOADER_MIDDLEWARES":
            for ours, theirs in replaced.items():
                if ours in wanted:
                    chosen[f"scrapy.downloadermiddlewares.{theirs}"] = None
        settings.set(name, chosen, priority="cmdline")
    settings.setdict({**COMMON, "SCHEDULER": "scrapy.core.scheduler.Scheduler"}, priority="cmdline")
    if "queue" not in wanted:
        settings.set(
            "SCHEDULER_PRIORITY_QUEUE", "scrapy.pqueues.DownloaderAwarePriorityQueue", priority="cmdline"
        )
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(PagesSpider)
    process.crawl(crawler, pages=pages, port=port)
    process.start()
    assert crawler.stats.get_value("response_received_count") == pages
    assert isinstance(crawler.spider, PagesSpider)
    result.send(crawler.spider.took)


def main() -> None:
    """Print a line for each part."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    parts = ["bare", *sys.argv[3:]] if len(sys.argv) > 3 else list(PARTS)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    times: dict[str, list[tuple[float, float]]] = {part: [] for part in parts}
    for _ in range(rounds):
        for part in parts:
            receive, send = context.Pipe(duplex=False)
            crawl = context.Process(target=run, args=(part, port, pages, send))
            crawl.start()
            times[part].append(receive.recv())
            crawl.join()
    server.kill()
    bare = statistics.median(processor for _, processor in times["bare"])
    for part, measured in times.items():
        rate = pages / statistics.median(wall for wall, _ in measured)
        processor = statistics.median(processor for _, processor in measured)
        row = {
            "part": part,
            "requests_per_second": round(rate),
            "processor_microseconds_per_request": round(processor / pages * 1e6),
            "share_of_bare_by_processor_time": round(bare / processor, 3),
        }
        print(json.dumps(row))


if __name__ == "__main__":
    main()
