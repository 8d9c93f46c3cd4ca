"""The parts of the benchmark; each adds what it measured to the results."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import crawl, limits, peer, queries, site, stages, start_up
from benchmarks.databases import Databases
from benchmarks.fill import ORIGINALS, multiply, store_originals
from benchmarks.invented import Inventor
from jobspiders.settings import EXTENSIONS

Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many postings each part takes, and how often it is repeated; ``budget`` is in seconds."""

    rounds: int
    ats: int
    search: int
    staged: int
    peer: int
    stored: tuple[int, ...]
    growth: int
    memory: int
    budget: float


QUICK = Sizes(3, 5_000, 1_200, 600, 100, (10_000, 50_000), 3_000, 15_000, 340)
#: To see that everything works; its figures mean nothing.
SMOKE = Sizes(1, 500, 100, 100, 20, (10_000, 20_000), 500, 1_000, 360)
FULL = Sizes(3, 12_000, 2_500, 1_500, 200, (10_000, 100_000, 1_000_000), 6_000, 300_000, 1_200)


@dataclass
class Bench:
    """What the parts share."""

    root: Path
    databases: Databases
    sizes: Sizes
    tell: Callable[[str], None]
    began: float

    def job(self, board: str, origin: str, url: str = "", **arguments: Any) -> dict[str, Any]:
        """One of our crawls, for ``crawl.run``."""
        settings: dict[str, Any] = {
            "BENCHMARK_ORIGIN": origin,
            "JOBSPIDERS_HOME": str(self.databases.home),
            "DATABASE_URL": url,
        }
        if board.endswith("ats"):
            # eight documents of half a megabyte on their way keep a core busy; more would only fill memory
            settings |= {"CONCURRENT_REQUESTS": 8, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
        return {"board": board, "settings": settings, "arguments": arguments}

    def left(self) -> float:
        """Seconds of the budget."""
        return self.sizes.budget - (time.monotonic() - self.began)

    def pages(self, name: str) -> Path:
        """An empty folder for pages."""
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def start(bench: Bench, results: Results) -> None:
    """how long it takes until something happens"""
    pages = bench.pages("pages")
    ats = site.write_ats(pages, Inventor(), site.TENANT)
    url = bench.databases.fresh("start")
    with site.served(pages) as origin:
        job = bench.job("ats", origin, url, companies=",".join(ats.tokens))
        results["start-up"] = start_up.measure(bench.root, job, 5)
    bench.databases.drop("start")


def costs(bench: Bench, results: Results) -> None:
    """CPU per posting by stage, and python-jobspy on the same pages"""
    found: dict[str, Any] = {}
    url = bench.databases.fresh("stages")
    home = bench.databases.home
    found["ATS"] = stages.measure(url, home, bench.sizes.staged, "ats", bench.sizes.rounds)
    # ours and theirs in turns: the machine is not equally fast all the time
    theirs, ours = [], []
    for _ in range(bench.sizes.rounds):
        url = bench.databases.fresh("stages")
        ours.append(stages.measure(url, home, bench.sizes.staged // 2, "search", 1))
        theirs += peer.measure(bench.root, bench.sizes.peer, bench.tell, 1) or []
    found["LinkedIn"] = {name: statistics.median(each[name] for each in ours) for name in ours[0]}
    if theirs:
        found["python-jobspy"] = statistics.median(theirs)
        needed = [sum(cost for stage, cost in each.items() if stage != "store") for each in ours]
        found["times less than python-jobspy"] = statistics.median(
            their / our for their, our in zip(theirs, needed, strict=True)
        )
    bench.databases.drop("stages")
    results["microseconds per posting"] = found


def crawls(bench: Bench, results: Results) -> None:
    """postings from first request to last commit: one process, two, again unchanged; beside bare Scrapy"""
    pages, inventor, sizes = bench.pages("pages"), Inventor(), bench.sizes
    ats = site.write_ats(pages, inventor, sizes.ats)
    site.write_search(pages, site.search_postings(inventor, sizes.search))
    requests = sizes.search + sizes.search // 10 + 2
    measured: dict[str, list[Results]] = {}

    def note(name: str, count: int, *jobs: dict[str, Any]) -> None:
        bench.databases.checkpoint()
        before = bench.databases.processor_seconds()
        done = crawl.run(*jobs)
        after = bench.databases.processor_seconds()
        measured.setdefault(name, []).append(_taken(done, count, after - before))
        bench.tell(f"  {name}: {measured[name][-1]['per second']:.0f} a second")

    with site.served(pages) as origin:
        all_tokens = ",".join(ats.tokens)
        halves = [",".join(ats.tokens[part::2]) for part in (0, 1)]
        for _ in range(sizes.rounds):
            url = bench.databases.fresh("crawls")
            note("ATS, one process", ats.postings, bench.job("ats", origin, url, companies=all_tokens))
            note("ATS, unchanged", ats.postings, bench.job("ats", origin, url, companies=all_tokens))
            for bare in ("default", "tuned"):
                job = bench.job("bare_ats", origin, companies=all_tokens) | {"bare": bare}
                note(f"ATS, bare Scrapy ({bare})", ats.postings, job)
            url = bench.databases.fresh("crawls")
            jobs = [bench.job("ats", origin, url, companies=half) for half in halves]
            note("ATS, two processes", ats.postings, *jobs)
            url = bench.databases.fresh("crawls")
            note("search, requests", requests, bench.job("search", origin, url, query="x"))
            for bare in ("default", "tuned"):
                job = bench.job("bare_search", origin) | {"bare": bare}
                note(f"search, bare Scrapy ({bare}), requests", requests, job)
    results["crawls"] = {name: _median(rounds) for name, rounds in measured.items()}
    by_round = {name: [each["per second"] for each in rounds] for name, rounds in measured.items()}
    results["ratios"] = {
        f"search, of bare Scrapy ({bare})": statistics.median(
            ours / theirs
            for ours, theirs in zip(
                by_round["search, requests"], by_round[f"search, bare Scrapy ({bare}), requests"], strict=True
            )
        )
        for bare in ("default", "tuned")
    } | {
        "unchanged, of first crawl": statistics.median(
            again / first
            for again, first in zip(by_round["ATS, unchanged"], by_round["ATS, one process"], strict=True)
        )
    }
    bench.databases.drop("crawls")


#: The extensions that watch a crawl; the crawl's record, which also ends its scopes, is then only not refreshed.
WATCHING = tuple(
    f"jobspiders.extensions.{name}"
    for name in (
        "metrics.MetricsExtension",
        "alerts.AlertsExtension",
        "progress.ProgressExtension",
        "monitoring.MonitoringExtension",
        "latency.LatencyExtension",
    )
)


def extensions(bench: Bench, results: Results) -> None:
    """what watching costs: CPU of crawls with and without monitors, metrics and alerts, in turns"""
    pages = bench.pages("pages")
    ats = site.write_ats(pages, Inventor(), min(bench.sizes.ats, 5_000))
    unwatched = {"EXTENSIONS": EXTENSIONS | dict.fromkeys(WATCHING), "CRAWL_RECORD_INTERVAL": 0}
    taken: dict[str, list[float]] = {"with": [], "without": []}
    with site.served(pages) as origin:
        for number in range(4 * bench.sizes.rounds):
            # each kind comes first as often as second
            name = "with" if number % 4 in (0, 3) else "without"
            url = bench.databases.fresh("extensions")
            bench.databases.checkpoint()
            job = bench.job("ats", origin, url, companies=",".join(ats.tokens))
            if name == "without":
                job["settings"] |= unwatched
            taken[name].append(_taken(crawl.run(job), ats.postings, 0.0)["microseconds"])
        bench.tell(
            f"  {', '.join(f'{name} {min(each):.0f}' for name, each in taken.items())} us each at the least"
        )
    # what else the machine does only adds: the least of several crawls is the nearest to what they need
    least = {name: min(each) for name, each in taken.items()}
    results["extensions"] = least | {"share": 1 - least["without"] / least["with"]}
    bench.databases.drop("extensions")


def limit(bench: Bench, results: Results) -> None:
    """COPY of the same rows alone, parsing of the same pages alone"""
    rates = []
    for _ in range(bench.sizes.rounds):
        url = bench.databases.fresh("limit")
        bench.databases.checkpoint()
        rates.append(limits.copy_rate(url, bench.sizes.ats // 2))
    bench.databases.drop("limit")
    results["limits"] = {
        "COPY of whole postings, rows per second": statistics.median(rates),
        "parsing alone, microseconds": limits.parse_alone(200, bench.sizes.rounds),
    }


def growth(bench: Bench, results: Results) -> None:
    """ingest with many postings stored, and the documented queries"""
    databases, sizes = bench.databases, bench.sizes
    databases.restart(wal_level="minimal", max_wal_senders="0")
    filled = {}
    store_originals(databases.fresh("originals"), databases.home, bench.tell)
    for size in sizes.stored:
        name = f"filled_{size}"
        filled[size] = databases.fresh(name, "originals")
        if size > ORIGINALS:
            multiply(filled[size], size, bench.tell)
    databases.restart(wal_level=None, max_wal_senders=None)
    found: dict[str, Any] = {}
    for size in sizes.stored:
        found[f"{size}"] = {"queries": queries.measure(filled[size])}
    pages = bench.pages("pages")
    with site.served(pages) as origin:
        rates: dict[int, list[Results]] = {size: [] for size in sizes.stored}
        for number in range(2):
            first = 20_000_000 + number * sizes.growth
            ats = site.write_ats(pages, Inventor(), sizes.growth, first=first)
            for size, url in filled.items():
                databases.checkpoint()
                before = databases.processor_seconds()
                done = crawl.run(bench.job("ats", origin, url, companies=",".join(ats.tokens)))
                rates[size].append(_taken(done, ats.postings, databases.processor_seconds() - before))
                bench.tell(f"  with {size:,} stored: {rates[size][-1]['per second']:.0f} a second")
    for size, rounds in rates.items():
        found[f"{size}"] |= _median(rounds)
    least, most = sizes.stored[0], sizes.stored[-1]
    found["rate at most stored, of least"] = statistics.median(
        many["per second"] / few["per second"] for many, few in zip(rates[most], rates[least], strict=True)
    )
    results["growth"] = found
    for name in databases.names():
        if name.startswith("filled_") or name == "originals":
            databases.drop(name)


def memory(bench: Bench, results: Results) -> None:
    """resident memory over a long crawl"""
    wanted = bench.sizes.memory
    known = results.get("crawls", {}).get("ATS, one process", {}).get("per second", 800)
    possible = int(max(0.0, bench.left() - 30) * known * 0.9) // site.TENANT * site.TENANT
    count = min(wanted, max(10_000, possible))
    if count < wanted:
        bench.tell(f"  {count:,} postings in place of {wanted:,}, to end in time")
    pages = bench.pages("pages")
    ats = site.write_ats(pages, Inventor(), count, first=40_000_000)
    url = bench.databases.fresh("memory")
    with site.served(pages) as origin:
        (done,) = crawl.run(bench.job("ats", origin, url, companies=",".join(ats.tokens)))
    samples = [size for _, size in done["memory"]]
    third = max(1, len(samples) // 3)
    results["memory"] = {
        "postings": ats.postings,
        "peak": done["peak_memory"],
        "median of first third": statistics.median(samples[:third]),
        "median of last third": statistics.median(samples[-third:]),
        "growth": statistics.median(samples[-third:]) / statistics.median(samples[:third]) - 1,
        "per second": ats.postings / done["seconds"],
    }
    bench.databases.drop("memory")
    shutil.rmtree(pages)


PARTS: dict[str, Callable[[Bench, Results], None]] = {
    "start": start,
    "costs": costs,
    "crawls": crawls,
    "extensions": extensions,
    "limit": limit,
    "growth": growth,
    "memory": memory,
}


def _taken(done: list[Results], count: int, server_seconds: float) -> Results:
    """What crawls side by side took: from the first request of any to the last commit of all."""
    for each in done:
        stats = each["stats"]
        if (
            each["began"] is None
            or stats.get("finish_reason") != "finished"
            or stats.get("postings/rejected")
        ):
            raise ValueError(f"a crawl did not end well: {stats}")
    began = min(each["began"] for each in done)
    ended = max(each["began"] + each["seconds"] for each in done)
    return {
        "per second": count / (ended - began),
        "microseconds": sum(each["processor_seconds"] for each in done) / count * 1e6,
        "PostgreSQL microseconds": server_seconds / count * 1e6,
        "peak memory": max(each["peak_memory"] for each in done),
    }


def _median(rounds: list[Results]) -> Results:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
