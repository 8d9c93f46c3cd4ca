"""`scrapy schedule`: searches.toml into the database, and what is due onto the queue of Scrapyd."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import check_board, refuse
from jobspiders.deployment.scrapyd_config import PROJECT, ConfigurationError
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import StorageError

if TYPE_CHECKING:
    from scrapy.spiderloader import SpiderLoaderProtocol

    from jobspiders.bases.board import BoardSpider
    from jobspiders.deployment.searches import Search
    from jobspiders.storage import database
    from jobspiders.storage.crawl_schedules import CrawlSchedule, DueSchedules, Turn
    from jobspiders.storage.scrapyd_jobs import QueuedJob

FILE = "searches.toml"
#: How many first requests of a crawl are looked at for its sites.
_REQUESTS = 50


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "sync [FILE] | list | run-due [--every SECONDS]"

    def short_desc(self) -> str:
        return "Crawl again and again, as searches.toml says"

    def long_desc(self) -> str:
        return (
            f"sync: check {FILE} (or FILE) and make the schedules what it says. list: all schedules, when each is "
            "due and what became of the last time. run-due: put what is due on the queue of Scrapyd; from however "
            "many machines, each time is queued once. After a pause a schedule is crawled once, not once for each "
            "time it missed, and at most SCHEDULE_BURST of them at a time. A site whose breaker is open is skipped."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--every", type=float, metavar="SECONDS", help="run-due again and again")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        import psycopg

        from jobspiders.storage import database
        from jobspiders.storage.crawl_schedules import all_schedules

        assert self.settings is not None
        action = args[0] if args else ""
        if action not in ("sync", "list", "run-due") or len(args) > (2 if action == "sync" else 1):
            refuse("say what to do: scrapy schedule sync [FILE] | list | run-due")
        if opts.every is not None and (action != "run-due" or opts.every <= 0):
            refuse("--every is for run-due, and takes a number of seconds")
        try:
            if action == "run-due":
                self._run_due(self.settings, opts.every)
                return
            connection = _connect(self.settings)
            if action == "sync":
                self._sync(self.settings, connection, Path(args[1]) if len(args) > 1 else _default_file())
            else:
                print(table(all_schedules(connection)))
        except psycopg.Error as error:
            refuse(database.one_line(error))
        except StorageError as error:
            refuse(error)

    def _sync(self, settings: BaseSettings, connection: database.Connection, file: Path) -> None:
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.deployment.searches import SearchesError, read_searches
        from jobspiders.storage.crawl_schedules import synchronise

        try:
            searches = read_searches(file.read_text(encoding="utf-8"))
            now = datetime.now(UTC)
            loader = get_spider_loader(settings)
            wanted, wrong = [], []
            for search in searches:
                try:
                    wanted.append(_schedule(search, loader, settings, now))
                except (ArgumentError, OSError, UnicodeError) as error:
                    wrong.append(f"{search.name}: {error}")
            if wrong:
                raise SearchesError(wrong)
        except SearchesError as error:
            for line in error.lines:
                print(f"{file}: {line}", file=sys.stderr)
            count = len(error.lines)
            refuse(f"nothing was changed: {count} fault{'s' if count > 1 else ''} in {file}")
        except (OSError, UnicodeError) as error:
            refuse(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}")
        changes = synchronise(connection, wanted)
        print(
            f"{len(wanted)} schedules: {len(changes.added)} added, {len(changes.changed)} changed, "
            f"{len(changes.unchanged)} unchanged, {len(changes.removed)} removed"
        )

    def _run_due(self, settings: BaseSettings, every: float | None) -> None:
        import psycopg

        from jobspiders.deployment.deployment_config import burst
        from jobspiders.storage import database
        from jobspiders.storage.crawl_schedules import run_due
        from jobspiders.storage.steady_connection import SteadyConnection

        connected = SteadyConnection(StorageConfig.from_settings(settings))
        try:
            most = burst(settings)
        except ConfigurationError as error:
            refuse(error)
        complaint = ""
        while True:
            try:
                turns = run_due(connected(), lambda due: _turns(due, most))
                complaint = ""
                if turns is None:
                    print("another process is queueing what is due")
                for turn in turns or ():
                    print(f"{turn.name}: {turn.decision}, next at {turn.next_at:%Y-%m-%d %H:%M:%S} UTC")
                if every is None and turns == []:
                    print("nothing is due")
            except (psycopg.Error, StorageError) as error:
                said = database.one_line(error)
                if every is None:
                    refuse(said)
                if said != complaint:
                    print(f"nothing is queued: {said}", file=sys.stderr)
                complaint = said
            if every is None:
                return
            sys.stdout.flush()
            time.sleep(every)


def _connect(settings: BaseSettings) -> database.Connection:
    from jobspiders.storage import database, schema

    url = database.database_url(settings)
    schema.ensure_current(url)
    return database.connect(url)


def _default_file() -> Path:
    return Path(closest_scrapy_cfg()).parent / FILE


def _schedule(
    search: Search, loader: SpiderLoaderProtocol, settings: BaseSettings, now: datetime
) -> CrawlSchedule:
    """A search as a row, after its board has taken its arguments. Raises ArgumentError."""
    from jobspiders.bases.board import BoardSpider
    from jobspiders.deployment.due import next_time
    from jobspiders.storage.crawl_schedules import CrawlSchedule

    check_board(search.board, loader.list())
    spider = loader.load(search.board)
    assert issubclass(spider, BoardSpider)
    return CrawlSchedule(
        name=search.name,
        board=search.board,
        arguments=search.arguments,
        settings=search.settings,
        cron=search.cron,
        time_zone=search.time_zone,
        jitter=search.jitter,
        priority=search.priority,
        node=search.node,
        sites=sites_of(spider, search.arguments, settings),
        next_at=next_time(search.cron, search.time_zone, search.jitter, now, random.uniform),
    )


def sites_of(spider: type[BoardSpider], arguments: object, settings: BaseSettings) -> list[str]:
    """The hosts of a crawl's first requests. Raises ArgumentError."""
    assert isinstance(arguments, dict)
    crawling = spider(**arguments)
    try:
        crawling.keys = spider.check_settings(settings)
    except ArgumentError:
        # the keys may be on the nodes only
        crawling.keys = dict.fromkeys(spider.required_settings, "")
    hosts = (urlsplit(request.url).hostname for request in islice(crawling.initial_requests(), _REQUESTS))
    return sorted({host for host in hosts if host})


def _turns(due: DueSchedules, most: int) -> Sequence[Turn]:
    from jobspiders.deployment.due import Due, decide
    from jobspiders.storage.crawl_schedules import Turn

    schedules = {schedule.name: schedule for schedule in due.schedules}
    decisions = decide(
        [
            Due(each.name, each.cron, each.time_zone, each.jitter, each.next_at, each.sites)
            for each in due.schedules
        ],
        due.now,
        open_until=due.open_until,
        active=due.active,
        most=most,
        uniform=random.uniform,
    )
    return [
        Turn(
            decision.name,
            decision.next_at.astimezone(UTC),
            decision.reason,
            _job(schedules[decision.name]) if decision.queue else None,
        )
        for decision in decisions
    ]


def _job(schedule: CrawlSchedule) -> QueuedJob:
    """The job of a schedule that is due: its id says for which time, so that no time is queued twice."""
    from jobspiders.storage.scrapyd_jobs import QueuedJob

    return QueuedJob(
        project=PROJECT,
        job_id=f"{schedule.name}-{schedule.next_at.astimezone(UTC):%Y%m%dT%H%M%S}",
        spider=schedule.board,
        arguments=schedule.arguments,
        settings=schedule.settings,
        priority=schedule.priority,
        wanted_node=schedule.node,
        schedule=schedule.name,
    )


def table(schedules: Sequence[CrawlSchedule]) -> str:
    """The schedules in columns."""
    rows = [("name", "board", "cron", "time zone", "node", "next (UTC)", "last (UTC)", "decision")]
    rows += [
        (
            schedule.name,
            schedule.board,
            schedule.cron,
            schedule.time_zone,
            schedule.node or "any",
            f"{schedule.next_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            f"{schedule.last_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if schedule.last_at else "never",
            schedule.last_decision or "",
        )
        for schedule in schedules
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[7]])
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) if schedules else "no schedules: `scrapy schedule sync`"
