"""`scrapy collect`: one search over several boards at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand

from jobspiders.bases.arguments import ArgumentError, describe
from jobspiders.commands.crawl import is_good, summary, writes_to_stdout
from jobspiders.commands.refusal import check_board, check_database, refuse

if TYPE_CHECKING:
    from jobspiders.bases.board import BoardSpider

#: Kinds of board that `boards=all` means: those that need no list of companies or addresses.
SEARCHABLE = ("search board", "feed")


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of a collection, with the arguments that its board takes."""

    board: str
    spider: type[BoardSpider]
    arguments: dict[str, str]
    ignored: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Board and, for one of several searches, its words."""
        return f"{self.board} {self.arguments['query']!r}" if "query" in self.arguments else self.board


class Command(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "-a query=WORDS[;WORDS ...] [-a boards=BOARD,...] [-a NAME=VALUE ...] [options]"

    def short_desc(self) -> str:
        return "Search several boards at once"

    def long_desc(self) -> str:
        return (
            "Run one or more searches (query, separated by semicolons) on several boards in one process, each at "
            "its own pace; a board that fails leaves the others alone. boards=all, the default, takes every search "
            "board and feed that is not closed to us by robots.txt. Other arguments go to each board that takes "
            "them. The exit code is 0 when at least one crawl ended ok or empty."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.bases.board import BoardSpider

        super().process_options(args, opts)
        assert self.settings is not None
        if args:
            refuse(f"unexpected {args[0]!r}; write -a boards={args[0]}")
        loader = get_spider_loader(self.settings)
        spiders: dict[str, type[BoardSpider]] = {}
        for name in loader.list():
            spider = loader.load(name)
            assert issubclass(spider, BoardSpider)
            spiders[name] = spider
        try:
            if opts.spargs.get("boards", "all") == "all":
                spiders = self._with_keys(spiders)
            opts.runs = plan(spiders, opts.spargs)
            for run in opts.runs:
                run.spider.check_settings(self.settings)
        except ArgumentError as error:
            refuse(error)
        check_database(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        crawlers = []
        for run in opts.runs:
            if run.ignored:
                print(f"{run.board} does not take {', '.join(run.ignored)}", file=sys.stderr)
            crawler = self._create_crawler(run.spider)
            self.crawler_process.crawl(crawler, **run.arguments)
            crawlers.append((run.label, crawler))
        self.crawler_process.start()
        crawls = [(label, crawler.stats.get_stats() if crawler.stats else {}) for label, crawler in crawlers]
        print(summary(crawls), file=sys.stderr if writes_to_stdout(crawlers[0][1]) else sys.stdout)
        self.exitcode = int(not any(is_good(stats) for _, stats in crawls))

    def _with_keys(self, spiders: Mapping[str, type[BoardSpider]]) -> dict[str, type[BoardSpider]]:
        """The boards without those whose keys are not set, which is told."""
        assert self.settings is not None
        kept = {}
        for name, spider in spiders.items():
            try:
                spider.check_settings(self.settings)
            except ArgumentError as error:
                print(f"left out: {error}", file=sys.stderr)
            else:
                kept[name] = spider
        return kept


def plan(spiders: Mapping[str, type[BoardSpider]], given: Mapping[str, str]) -> list[Run]:
    """The crawls of a collection. Raises ArgumentError."""
    wanted = given.get("boards", "all").strip()
    if wanted == "all":
        boards = [
            name for name, kind in spiders.items() if kind.kind in SEARCHABLE and kind.robots != "forbidden"
        ]
    else:
        boards = list(dict.fromkeys(name.strip() for name in wanted.split(",") if name.strip()))
    if not boards:
        raise ArgumentError("boards= names no board")
    shared = {name: value for name, value in given.items() if name not in ("boards", "query")}
    queries = [words.strip() for words in given.get("query", "").split(";") if words.strip()] or [""]
    runs = []
    for board in boards:
        check_board(board, list(spiders))
        taken = {argument.name for argument in describe(spiders[board].arguments_type)}
        arguments = {name: value for name, value in shared.items() if name in taken}
        ignored = [name for name in shared if name not in taken]
        for words in queries:
            run = Run(
                board, spiders[board], {**arguments, "query": words} if words else dict(arguments), ignored
            )
            spiders[board].check_arguments(run.arguments)
            runs.append(run)
    unknown = [name for name in shared if all(name in run.ignored for run in runs)]
    if unknown:
        raise ArgumentError(f"none of {', '.join(boards)} takes {', '.join(unknown)}")
    return runs
