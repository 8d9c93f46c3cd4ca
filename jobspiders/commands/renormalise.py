"""`scrapy renormalise`: the normalisers of today, applied to what is stored."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrapy.spiderloader import get_spider_loader

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.storage.renormalisation import Report

#: Seconds between two lines of progress on a terminal.
_INTERVAL = 0.2


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Apply today's normalisers to stored postings"

    def long_desc(self) -> str:
        return (
            "Derive the values of stored postings (places, workplace, pay, seniority, skills ...) anew from their "
            "texts, where an earlier version of the normalisers gave them. What a board "
            "stated stays as it is, no version of a posting is made, and postings whose places or pay changed are "
            "matched again. Crawls may run meanwhile. A run that was stopped or killed goes on where it was."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--board", action="append", default=[], metavar="BOARD", help="only postings of this board"
        )
        parser.add_argument("--limit", metavar="N", help="not more than this many")
        parser.add_argument(
            "--all", action="store_true", help="also postings that have the values of this version"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            refuse(f"unexpected argument {args[0]!r}")
        # the drivers and the gazetteer load only here, since every command imports this module
        from jobspiders.storage.errors import StorageError
        from jobspiders.storage.renormalisation import Report, UnknownBoardError, Wanted, renormalise

        wanted = Wanted(
            boards=tuple(name.strip() for each in opts.board for name in each.split(",") if name.strip()),
            every=opts.all,
            limit=_limit(opts.limit),
        )
        assert self.settings is not None
        config = self.storage
        report = Report()
        progress = _Progress()
        try:
            url = self.current_database()
            asyncio.run(
                renormalise(
                    url,
                    wanted,
                    home_countries=self._home_countries(),
                    report=report,
                    matching=config.matching,
                    dry_run=opts.dry_run,
                    progress=progress.show,
                )
            )
        except StorageError as error:
            progress.clear()
            self.fail(error)
        except UnknownBoardError as error:
            refuse(error)
        except KeyboardInterrupt:
            progress.clear()
            self.fail("stopped; the next run goes on from here", 130)
        else:
            progress.clear()
        print("\n".join(lines(report, dry_run=opts.dry_run)))

    def _home_countries(self) -> dict[str, str]:
        """The country that each board is about, where it is about one."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        countries = ((name, getattr(loader.load(name), "home_country", None)) for name in loader.list())
        return {name: country for name, country in countries if country}


def lines(report: Report, *, dry_run: bool) -> Iterator[str]:
    """What a run did, in words and a table."""
    verb = "would change" if dry_run else "changed"
    yield f"{report.read} postings read, {report.changed} {verb}"
    fields = report.fields()
    if fields:
        yield f"{'field':<17}{'filled':>9}{'replaced':>9}{'emptied':>9}"
    for name in fields:
        yield f"{name:<17}{report.filled[name]:>9}{report.replaced[name]:>9}{report.emptied[name]:>9}"
    if report.busy:
        yield f"{report.busy} postings were being written by crawls all the time: run it once more"


class _Progress:
    """One line on standard error that is written over, where that is a terminal."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._start = time.monotonic()
        self._shown = 0.0

    def show(self, report: Report) -> None:
        now = time.monotonic()
        if not self._terminal or (self._shown and now - self._shown < _INTERVAL and report.read < report.due):
            return
        self._shown = now
        rate = report.read / max(now - self._start, 1e-3)
        left = f", {(report.due - report.read) / rate:.0f} s left" if rate else ""
        share = 100 * report.read // report.due if report.due else 100
        line = f"{report.read} of {report.due} postings ({share} %), {rate:.0f}/s{left}"
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _limit(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or int(given) >= 1 << 62:
        refuse(f"--limit takes a number, not {given!r}")
    return int(given)
