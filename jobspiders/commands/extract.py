"""`scrapy extract BOARD FILE`: read one saved page as that board would."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import check_board, refuse
from jobspiders.items import JobPosting
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.bases.saved_pages import SavedReading


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "BOARD FILE [--url URL] [--status CODE] [options]"

    def short_desc(self) -> str:
        return "Read one saved page as a board would: JobPosting JSON lines"

    def long_desc(self) -> str:
        return (
            "Read one saved page as a board would, through normalisation: as it was sent, compressed, with "
            "its HTTP head, as MHTML, HAR, WARC or cassette, or inside JSON that a tool wrote. Postings go to "
            "standard output, one JSON object a line; rejected rows, further requests and, as the last line, "
            "the outcome to standard error. The exit code is 0 for ok and empty, otherwise 1."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the page's address (default: the board's)")
        parser.add_argument("--status", type=int, default=200, help="the page's HTTP status (default: 200)")
        parser.add_argument("--no-raw", action="store_true", help="leave the board's own record out")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.bases.board import BoardSpider
        from jobspiders.bases.saved_pages import read_saved, whole_outcome
        from jobspiders.parsing.cassette import CassetteError

        if len(args) != 2:
            refuse("name a board and a file, such as: scrapy extract indeed page.html")
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        try:
            check_board(args[0], loader.list())
            kind = loader.load(args[0])
            assert issubclass(kind, BoardSpider)
            spider = kind(arguments=kind.arguments_type())
            body = Path(args[1]).read_bytes()
            readings = read_saved(spider, body, opts.url, opts.status)
        except OSError as error:
            refuse(f"{args[1]}: {error.strerror}")
        except ArgumentError as error:
            refuse(error)
        except CassetteError as error:
            refuse(f"{args[1]}: {error}")
        try:
            for reading in readings:
                for posting in reading.postings:
                    write(posting, raw=not opts.no_raw)
                report(reading)
            sys.stdout.flush()
        except BrokenPipeError:
            # the reader, such as head, has seen enough; Python's own flush at exit must not fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        outcome = whole_outcome(readings)
        print(f"outcome: {outcome}", file=sys.stderr)
        self.exitcode = 0 if outcome in ("ok", "empty") else 1


def write(posting: JobPosting, *, raw: bool) -> None:
    """One posting as a JSON line on standard output, or the reason why it would be rejected."""
    import orjson

    from jobspiders.normalise.posting import normalise
    from jobspiders.pipelines.validation import rejection_reason

    assert posting.fetched_at is not None
    normalise(posting, now=posting.fetched_at, count=lambda stat: None)
    reason = rejection_reason(posting)
    if reason is not None:
        print(
            f"rejected: {reason} ({posting.external_id or posting.url or posting.title!r})", file=sys.stderr
        )
        return
    if not raw:
        posting.raw = None
    sys.stdout.buffer.write(orjson.dumps(posting, default=str, option=orjson.OPT_APPEND_NEWLINE))


def report(reading: SavedReading) -> None:
    """What else a page gave, on standard error."""
    sys.stdout.flush()
    for row in reading.rejected:
        print(f"rejected: {row.reason}", file=sys.stderr)
    for closed in reading.closed:
        print(f"closed: {closed.external_id or closed.board} ({closed.reason})", file=sys.stderr)
    for request in reading.requests:
        print(f"request: {request.method} {request.url}", file=sys.stderr)
    if reading.evidence:
        print(f"evidence: {reading.evidence}", file=sys.stderr)
