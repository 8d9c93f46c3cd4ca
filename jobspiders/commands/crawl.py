"""`scrapy crawl BOARD`: the main job, with checked arguments and a short table at its end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import Crawler

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import check_board, check_database, refuse

#: Stats of a crawl in the order of its table.
ROWS = {
    "new": "postings/new",
    "changed": "postings/changed",
    "unchanged": "postings/unchanged",
    "closed": "postings/closed",
    "rejected": "postings/rejected",
    "duplicates": "postings/duplicates",
}
#: Outcomes of which at least one makes a crawl worth exit code 0.
GOOD = ("ok", "empty")


class Command(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "BOARD [-a NAME=VALUE ...] [options]"

    def short_desc(self) -> str:
        return "Crawl a job board into the database"

    def long_desc(self) -> str:
        return (
            "Crawl a job board, store its postings and say what was new, changed, unchanged and closed. "
            "`scrapy boards` lists the boards and their arguments. The exit code is 0 when at least one part "
            "of the crawl ended ok or empty, 1 when all of it failed, 2 for a wrong argument."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.bases.board import BoardSpider

        super().process_options(args, opts)
        assert self.settings is not None
        if len(args) != 1:
            refuse("name one board, such as: scrapy crawl remoteok")
        loader = get_spider_loader(self.settings)
        try:
            check_board(args[0], loader.list())
            spider = loader.load(args[0])
            assert issubclass(spider, BoardSpider)
            spider.check_settings(self.settings)
            spider.check_arguments(opts.spargs)
        except ArgumentError as error:
            refuse(error)
        check_database(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        print(summary([(args[0], stats)]), file=sys.stderr if writes_to_stdout(crawler) else sys.stdout)
        self.exitcode = int(self.crawler_process.bootstrap_failed or not is_good(stats))


def is_good(stats: Mapping[str, Any]) -> bool:
    """Whether any part of the crawl ended ok or empty."""
    return stats.get("crawl/outcome") in GOOD or any(stats.get(f"scopes/{outcome}") for outcome in GOOD)


def summary(crawls: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """What crawls did, a line each: what became of the postings, requests, outcome."""
    rows = [["board", *ROWS, "requests", "outcome"]]
    rows += [
        [board, *(str(stats.get(stat, 0)) for stat in ROWS.values()), *_end(stats)] for board, stats in crawls
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = []
    for name, *figures, outcome in rows:
        aligned = [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        lines.append("  ".join([name.ljust(widths[0]), *aligned, outcome]))
    return "\n".join(lines)


def _end(stats: Mapping[str, Any]) -> tuple[str, str]:
    requests = stats.get("downloader/request_count", 0)
    outcome = str(stats.get("crawl/outcome", "failed"))
    scopes = {
        name.removeprefix("scopes/"): count for name, count in stats.items() if name.startswith("scopes/")
    }
    scopes = {name: count for name, count in scopes.items() if not name.startswith("fault/")}
    notes = [f"{count} {name}" for name, count in scopes.items()] if sum(scopes.values()) > 1 else []
    notes += [
        f"{count} filtered by {name.removeprefix('postings/filtered/')}"
        for name, count in stats.items()
        if name.startswith("postings/filtered/")
    ]
    return str(requests), f"{outcome} ({', '.join(notes)})" if notes else outcome


def writes_to_stdout(crawler: Crawler) -> bool:
    """Whether a feed goes to standard output, which must then hold nothing else."""
    return any(str(uri).startswith(("-", "stdout:")) for uri in crawler.settings.getdict("FEEDS"))
