"""`scrapy quality`: how good the postings are that each board brings, by day."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.config import StorageConfig


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[BOARD ...] [--days N] [--until DAY] [--html FILE] [options]"

    def short_desc(self) -> str:
        return "Report completeness, freshness, validity, copies and outliers per board and day"

    def long_desc(self) -> str:
        return (
            "Count the quality of the postings that were first seen on each day (UTC) and report it per board. Days "
            "that are over are counted once and kept in the table quality_days. --html writes one file with charts."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--days", type=int, default=30, metavar="N", help="days reported (default: 30)")
        parser.add_argument("--until", metavar="DAY", help="the last of them, YYYY-MM-DD (default: today)")
        parser.add_argument("--html", metavar="FILE", help="write an HTML report with charts")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.storage.errors import StorageError

        assert self.settings is not None
        if not 1 <= opts.days <= 3660:
            refuse("--days is from 1 to 3660")
        try:
            last = date.fromisoformat(opts.until) if opts.until else datetime.now(UTC).date()
        except ValueError:
            refuse(f"--until {opts.until!r} is no day such as 2026-08-31")
        try:
            _report(self.storage, args, last, opts)
        except StorageError as error:
            self.fail(error)


def _report(config: StorageConfig, boards: list[str], last: date, opts: argparse.Namespace) -> None:
    from tqdm import tqdm

    from jobspiders.monitoring.quality_report import as_html, as_text
    from jobspiders.storage import database, quality, schema

    url = database.resolve(config.url, config.home)
    schema.ensure_current(url)
    first = last - timedelta(days=opts.days - 1)
    with database.connect(url) as connection:
        missing = quality.days_to_count(connection, last, opts.days)
        for day in tqdm(missing, unit=" days", leave=False, disable=not sys.stderr.isatty()):
            quality.count_day(connection, day)
        days = quality.load_days(connection, first, last)
    if boards:
        unknown = [board for board in boards if board not in {day.board for day in days}]
        if unknown:
            refuse(f"nothing of {', '.join(unknown)} from {first} to {last}")
        days = [day for day in days if day.board in boards]
    print(as_text(days, first, last))
    if opts.html:
        try:
            Path(opts.html).write_text(as_html(days, first, last, datetime.now(UTC)), encoding="utf-8")
        except OSError as error:
            refuse(f"{opts.html} cannot be written: {error.strerror}")
        print(f"charts in {opts.html}")
