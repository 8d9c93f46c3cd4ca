"""`scrapy export`: postings out of the database into a file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.errors import StorageError


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "-o FILE.{jsonl,csv,parquet} [filters]"

    def short_desc(self) -> str:
        return "Export postings to JSON Lines, CSV or Parquet"

    def long_desc(self) -> str:
        return (
            "Export postings with every field, job_id and its life: first_seen, last_seen, closed_at, "
            "close_reason, reopened_at, and reposted_of (the address of the earlier posting). Filters are combined; "
            "one that is given several times or with commas takes any of its values, --skill all of them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="where to write; a file there is replaced")
        for name, text in (
            ("board", "postings of this board"),
            ("company", "of companies with this in their name"),
            ("country", "with a place in this country (two letters, such as DE)"),
            ("skill", "that ask for this skill"),
        ):
            parser.add_argument(f"--{name}", action="append", default=[], metavar=name.upper(), help=text)
        parser.add_argument("--since", metavar="DATE", help="seen on this day or later (2026-01-31, UTC)")
        parser.add_argument(
            "--new-since", metavar="DATE", help="seen for the first time on this day or later"
        )
        parser.add_argument("--changed-since", metavar="DATE", help="that changed on this day or later")
        parser.add_argument("--closed-since", metavar="DATE", help="that were closed on this day or later")
        parser.add_argument("--open", action="store_true", help="that are not closed")
        parser.add_argument(
            "--query", metavar="TEXT", help='full-text search: words, "a phrase", or, -without'
        )
        parser.add_argument("--limit", metavar="N", help="not more than this many")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.storage import files
        from jobspiders.storage.selection import Selection, read

        if args:
            refuse(f"unexpected argument {args[0]!r}")
        path = _output(opts.output)
        selection = Selection(
            boards=_values(opts.board),
            companies=_values(opts.company),
            countries=_countries(opts.country),
            skills=_values(opts.skill),
            since=_day("--since", opts.since),
            new_since=_day("--new-since", opts.new_since),
            changed_since=_day("--changed-since", opts.changed_since),
            closed_since=_day("--closed-since", opts.closed_since),
            only_open=opts.open,
            query=opts.query,
            limit=_limit(opts.limit),
        )
        try:
            written = files.write(path, read(self.database_url(), selection))
        except StorageError as error:
            self.fail(error)
        except OSError as error:
            self.fail(f"{path} cannot be written: {error.strerror}")
        else:
            print(f"{written} postings in {path}")


def _output(given: str | None) -> Path:
    from jobspiders.storage import files

    formats = ", ".join(files.FORMATS)
    if not given:
        refuse(f"say where to: -o FILE, whose name ends with one of {formats}")
    path = Path(given)
    if path.suffix.lower() not in files.FORMATS:
        refuse(f"unknown format {path.name!r}: the name ends with one of {formats}")
    return path


def _values(given: list[str]) -> tuple[str, ...]:
    return tuple(value.strip() for each in given for value in each.split(",") if value.strip())


def _countries(given: list[str]) -> tuple[str, ...]:
    countries = _values(given)
    for country in countries:
        if len(country) != 2 or not country.isalpha():
            refuse(f"--country takes two letters, such as DE, not {country!r}")
    return countries


def _day(option: str, given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        day = datetime.fromisoformat(given)
    except ValueError:
        refuse(f"{option} takes a date such as 2026-01-31, not {given!r}")
    return day.replace(tzinfo=UTC) if day.tzinfo is None else day


def _limit(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or int(given) >= 1 << 62:
        refuse(f"--limit takes a number, not {given!r}")
    return int(given)
