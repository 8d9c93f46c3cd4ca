"""`scrapy prune`: what was kept long enough goes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.storage.retention import Pruned


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Remove what was kept for as long as the settings say"

    def long_desc(self) -> str:
        return (
            "Remove closed postings, versions, raw payloads, rejected rows, records of crawls and the log of jobs "
            "that are older than the RETENTION_* settings say (None: kept for ever). Crawls may run meanwhile; a "
            "run that was stopped is finished by the next one."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="count what would go, and remove nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            refuse(f"unexpected argument {args[0]!r}: scrapy prune takes none")
        # the drivers load only here, since every command imports this module
        from jobspiders.storage.errors import StorageError
        from jobspiders.storage.retention import Retention, prune

        assert self.settings is not None
        try:
            retention = Retention.from_settings(self.settings)
        except ValueError as error:
            refuse(error)
        account: list[Pruned] = []
        try:
            url = self.current_database()
            prune(
                url,
                retention,
                now=datetime.now(UTC),
                account=account,
                dry_run=opts.dry_run,
                progress=_progress,
            )
        except StorageError as error:
            self.fail(error)
        except KeyboardInterrupt:
            self.fail("stopped; the next run goes on from here", 130)
        if account:
            print("\n".join(table(account, dry_run=opts.dry_run)))


def table(account: list[Pruned], *, dry_run: bool) -> Iterator[str]:
    """What went, or would go, line by line."""
    yield f"{'':<33}{'kept for':>10}{'would go' if dry_run else 'removed':>10}"
    for line in account:
        kept = "ever" if line.days is None else f"{line.days:g} days"
        yield f"{line.name:<33}{kept:>10}{line.due if dry_run else line.removed:>10}"


def _progress(line: Pruned) -> None:
    if sys.stderr.isatty():
        end = "\n" if line.removed >= line.due else ""
        print(f"\r\x1b[K{line.name}: {line.removed} of {line.due}", end=end, file=sys.stderr, flush=True)
