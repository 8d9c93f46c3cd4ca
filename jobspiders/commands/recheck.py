"""`scrapy recheck`: are postings still there that no crawl has seen for a while?"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader

from jobspiders.bases.arguments import ArgumentError
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.recheck import rechecking
from jobspiders.commands.crawl import is_good, summary
from jobspiders.commands.refusal import check_board, refuse
from jobspiders.storage.errors import StorageError

if TYPE_CHECKING:
    from jobspiders.storage.rechecks import Backlog, RecheckQueue


@dataclass(frozen=True, slots=True)
class Run:
    """What is due on one board, and the spider that asks for it."""

    spider: type[BoardSpider]
    queue: RecheckQueue
    backlog: Backlog


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[--board BOARD] [--older-than DAYS] [--limit N] [--dry-run] [options]"

    def short_desc(self) -> str:
        return "Check open postings that no crawl has seen for a while"

    def long_desc(self) -> str:
        return (
            "Ask for the own pages of open postings that were not seen for some days and that no complete crawl has "
            "covered since: what searches found, tenants that are no longer crawled. A page that answers 404 or 410, "
            "or says that it is over, closes its posting; a page that can be read is the posting seen again; a block, "
            "a failure or a page without a reading changes nothing, and the posting waits, longer each time. Oldest "
            "first, at each site's pace. The exit code is 0 unless every board failed, 2 for a wrong argument."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--board",
            action="append",
            default=[],
            metavar="BOARD",
            help="only this board (several times or with commas)",
        )
        parser.add_argument(
            "--older-than", default="3", metavar="DAYS", help="not seen for so long (default: 3)"
        )
        parser.add_argument(
            "--limit", default="500", metavar="N", help="pages to ask for of each board (default: 500)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what is due")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if args:
            refuse(f"unexpected {args[0]!r}; write --board {args[0]}")
        opts.older_than = _days(opts.older_than)
        opts.limit = _limit(opts.limit)
        opts.board = [name.strip() for given in opts.board for name in given.split(",") if name.strip()]
        try:
            for name in opts.board:
                check_board(name, get_spider_loader(self.settings).list())
        except ArgumentError as error:
            refuse(error)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            runs = self._runs(opts)
        except StorageError as error:
            print(f"scrapy recheck: {error}", file=sys.stderr)
            self.exitcode = 1
            return
        for run in runs:
            asked = min(opts.limit, run.backlog.due)
            oldest = f", last seen {run.backlog.oldest:%Y-%m-%d} or later" if run.backlog.oldest else ""
            print(f"{run.backlog.board}: {run.backlog.due} due{oldest}; {asked} to ask for", file=sys.stderr)
        if not runs:
            print("nothing is due")
        elif not opts.dry_run:
            self._crawl(runs, opts.limit)

    def _runs(self, opts: argparse.Namespace) -> list[Run]:
        from jobspiders.storage import database
        from jobspiders.storage.config import StorageConfig
        from jobspiders.storage.rechecks import RecheckQueue, boards_with_unseen

        assert self.settings is not None
        config = StorageConfig.from_settings(self.settings)
        url = database.resolve(config.url, config.home)
        clock = self.settings.get("CRAWL_CLOCK")
        now = datetime.fromisoformat(clock).astimezone(UTC) if clock else datetime.now(UTC)
        loader = get_spider_loader(self.settings)
        runs = []
        for name in boards_with_unseen(url, now - opts.older_than):
            if opts.board and name not in opts.board:
                continue
            if name not in loader.list():
                print(f"left out: {name} is no board of ours", file=sys.stderr)
                continue
            spider = loader.load(name)
            assert issubclass(spider, BoardSpider)
            try:
                spider.check_settings(self.settings)
            except ArgumentError as error:
                print(f"left out: {error}", file=sys.stderr)
                continue
            backlog = RecheckQueue(url, name, opts.older_than, now).backlog()
            if backlog.due:
                runs.append(Run(spider, RecheckQueue(url, name, opts.older_than, now), backlog))
        return runs

    def _crawl(self, runs: list[Run], limit: int) -> None:
        assert self.crawler_process is not None
        crawlers = []
        for run in runs:
            crawler = self.crawler_process.create_crawler(rechecking(run.spider, run.queue, limit))
            self.crawler_process.crawl(crawler)
            crawlers.append((run.backlog.board, crawler))
        self.crawler_process.start()
        crawls = [(board, crawler.stats.get_stats() if crawler.stats else {}) for board, crawler in crawlers]
        print(summary(crawls))
        good = any(is_good(stats) for _, stats in crawls)
        self.exitcode = int(self.crawler_process.bootstrap_failed or not good)


def _days(given: str) -> timedelta:
    try:
        days = float(given)
    except ValueError:
        days = math.nan
    if not 0 <= days < 36500:
        refuse(f"--older-than takes a number of days, not {given!r}")
    return timedelta(days=days)


def _limit(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 1 << 31:
        refuse(f"--limit takes a number of at least 1, not {given!r}")
    return int(given)
