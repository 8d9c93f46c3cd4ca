"""`scrapy extract BOARD FILE`: read one saved page as that board would."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import check_board, refuse
from jobspiders.items import JobPosting

if TYPE_CHECKING:
    from scrapy.http import Headers, Response

    from jobspiders.bases.board import BoardSpider
    from jobspiders.bases.reading import PageReading


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "BOARD FILE [--url URL] [--status CODE] [options]"

    def short_desc(self) -> str:
        return "Read one saved page as a board would: JobPosting JSON lines"

    def long_desc(self) -> str:
        return (
            "Read one saved page (or a recorded cassette) as a board would, through normalisation. Postings "
            "go to standard output, one JSON object a line; rejected rows, further requests and, as the last "
            "line, the outcome to standard error. The exit code is 0 for ok and empty, otherwise 1."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the page's address (default: the board's)")
        parser.add_argument("--status", type=int, default=200, help="the page's HTTP status (default: 200)")
        parser.add_argument("--no-raw", action="store_true", help="leave the board's own record out")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.bases.board import BoardSpider
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
            pages = list(saved_pages(Path(args[1]), opts.url or spider.homepage, opts.status))
        except OSError as error:
            refuse(f"{args[1]}: {error.strerror}")
        except (ArgumentError, CassetteError) as error:
            refuse(error)
        try:
            outcomes = [self._read(spider, page, opts) for page in pages]
            sys.stdout.flush()
        except BrokenPipeError:
            # the reader, such as head, has seen enough; Python's own flush at exit must not fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        last = next((outcome for outcome in outcomes if not outcome.startswith(("ok", "empty"))), outcomes[0])
        print(f"outcome: {last}", file=sys.stderr)
        self.exitcode = 0 if last in ("ok", "empty") else 1

    def _read(self, spider: BoardSpider, page: Response, opts: argparse.Namespace) -> str:
        from jobspiders.bases.reading import read_response
        from jobspiders.middlewares.blocks import detect_block

        block = detect_block(
            status=page.status, url=page.url, headers=text_headers(page.headers), body=page.body
        )
        if block is not None:
            print(f"evidence: {block.evidence}", file=sys.stderr)
            return f"blocked ({block.vendor})"
        reading = read_response(spider, page)
        for posting in reading.postings:
            write(posting, raw=not opts.no_raw)
        report(reading)
        return reading.outcome


def saved_pages(path: Path, url: str, status: int) -> Iterator[Response]:
    """The page in a file, or each response of a cassette (betamax JSON, VCR YAML).

    Raises OSError and CassetteError.
    """
    from scrapy.http import Headers
    from scrapy.responsetypes import responsetypes

    from jobspiders.middlewares.cassettes import response_of
    from jobspiders.parsing.cassette import read_interactions

    body = path.read_bytes()
    recorded = cassette_in(path, body)
    if recorded is not None:
        yield from map(response_of, read_interactions(recorded, path))
        return
    headers = Headers({"Content-Type": "application/json"} if body.lstrip()[:1] in (b"{", b"[") else {})
    kind = responsetypes.from_args(headers=headers, url=url, filename=str(path), body=body)
    yield kind(url=url, status=status, headers=headers, body=body)


def cassette_in(path: Path, body: bytes) -> Any:
    """The decoded cassette that a file is; None for any other file."""
    import orjson
    import yaml

    from jobspiders.parsing.cassette import CassetteError

    if b"http_interactions" not in body[:200]:
        return None
    try:
        return yaml.safe_load(body) if path.suffix in (".yml", ".yaml") else orjson.loads(body)
    except (yaml.YAMLError, orjson.JSONDecodeError) as error:
        raise CassetteError(f"{path} is no cassette: {str(error).splitlines()[0]}") from None


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


def report(reading: PageReading) -> None:
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


def text_headers(headers: Headers) -> dict[str, str]:
    """Headers as text, the last value of each."""
    found = headers.to_unicode_dict()
    return {str(name): str(found[name]) for name in found}
