"""`scrapy record BOARD CASE`: crawl live and keep the exchange as a cassette for tests."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import BaseRunSpiderCommand
from scrapy.settings import Settings
from scrapy.utils.conf import closest_scrapy_cfg

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.refusal import check_board, refuse

if TYPE_CHECKING:
    from jobspiders.bases.board import BoardSpider
    from jobspiders.bases.replay import Replay


class Command(BaseRunSpiderCommand):
    requires_project = True

    def syntax(self) -> str:
        return "BOARD CASE [-a NAME=VALUE ...] [--replay]"

    def short_desc(self) -> str:
        return "Crawl live and save the exchange as a cassette for tests"

    def long_desc(self) -> str:
        return (
            "Crawl a board and save the exchange in tests/boards/BOARD/CASE: cassette.json (betamax; cookies and "
            "keys scrubbed), case.json (arguments, time, outcomes) and expected.jsonl. With --replay nothing is "
            "fetched: the expectation is made anew from the cassette that is there."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--replay", action="store_true", help="make the expectation anew, fetching nothing"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        super().process_options(args, opts)
        if len(args) != 2:
            refuse("name a board and a case, such as: scrapy record remoteok crawl")
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        try:
            check_board(args[0], loader.list())
            opts.spider = loader.load(args[0])
            opts.folder = cases_folder() / args[0] / args[1]
            opts.meta = read_meta(opts.folder) if opts.replay else {"arguments": opts.spargs}
            opts.spider.check_arguments(opts.meta["arguments"])
            if not opts.replay:
                opts.spider.check_settings(self.settings)
        except ArgumentError as error:
            refuse(error)
        except OSError as error:
            refuse(f"nothing to replay: {error}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.bases.board import BoardSpider
        from jobspiders.parsing.cassette import CassetteError

        spider, folder, meta = opts.spider, opts.folder, opts.meta
        assert issubclass(spider, BoardSpider)
        if not opts.replay:
            meta["now"] = datetime.now(UTC).isoformat(timespec="seconds")
            self._crawl(spider, folder, meta)
        try:
            replayed = replay_case(spider, folder, meta)
        except CassetteError as error:
            refuse(f"nothing to replay: {error}")
        write_case(folder, meta, replayed)
        outcomes = ", ".join(f"{scope}: {outcome}" for scope, outcome in replayed.outcomes.items())
        print(f"{folder}: {len(replayed.postings)} postings; {outcomes}")
        print(
            "Read it before you commit it: other people's pages, names and addresses do not belong in a repository."
        )

    def _crawl(self, spider: type[BoardSpider], folder: Path, meta: dict[str, Any]) -> None:
        assert self.crawler_process is not None
        settings = self.crawler_process.settings
        settings.setdict(recording_settings(folder / "cassette.json", meta["now"]), priority="cmdline")
        self.crawler_process.crawl(spider, **meta["arguments"])
        self.crawler_process.start()


def cases_folder() -> Path:
    """Where the project keeps its recorded cases."""
    return Path(closest_scrapy_cfg()).parent / "tests" / "boards"


def cassette_settings(cassette: Path) -> dict[str, Any]:
    """Settings of a crawl whose exchanges go through a cassette."""
    return {
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_STORAGE": "jobspiders.middlewares.cassettes.CassetteStorage",
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.DummyPolicy",
        "CASSETTE": str(cassette),
    }


def recording_settings(cassette: Path, now: str) -> dict[str, Any]:
    """Settings of a crawl that is recorded and not stored; uncompressed, so that a cassette can be read."""
    return cassette_settings(cassette) | {
        "CASSETTE_RECORD": True,
        "COMPRESSION_ENABLED": False,
        "STORAGE_ENABLED": False,
        "CONDITIONAL_REQUESTS_ENABLED": False,
        "CRAWL_CLOCK": now,
    }


def replaying_settings(cassette: Path, now: str) -> dict[str, Any]:
    """Settings of a crawl that is replayed and stored; a request without a recording fails."""
    return cassette_settings(cassette) | {
        "HTTPCACHE_IGNORE_MISSING": True,
        # a replay reads what was recorded, however often
        "WATERMARK_FULL_DAYS": 0,
        "CRAWL_CLOCK": now,
    }


def read_meta(folder: Path) -> dict[str, Any]:
    """A case's arguments, time and outcomes. Raises OSError."""
    import orjson

    meta: dict[str, Any] = orjson.loads((folder / "case.json").read_bytes())
    return meta


def replay_case(spider: type[BoardSpider], folder: Path, meta: dict[str, Any]) -> Replay:
    """The crawl of a case, replayed without an engine. Raises CassetteError."""
    from jobspiders.bases.replay import replay
    from jobspiders.middlewares.cassettes import CassetteStorage

    storage = CassetteStorage(Settings({"CASSETTE": str(folder / "cassette.json")}))
    crawling = spider(**meta["arguments"])
    crawling.frozen_now = datetime.fromisoformat(meta["now"])
    crawling.keys = {name: meta.get("settings", {}).get(name, "") for name in spider.required_settings}
    storage.open_spider(crawling)
    return replay(crawling, lambda request: storage.retrieve_response(crawling, request))


def write_case(folder: Path, meta: dict[str, Any], replayed: Replay) -> None:
    """Write what a case expects."""
    import orjson

    from jobspiders.bases.replay import expectation

    meta = {**meta, "outcomes": replayed.outcomes}
    if replayed.missing:
        meta["missing"] = [request.url for request in replayed.missing]
    (folder / "case.json").write_bytes(
        orjson.dumps(meta, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    lines = (orjson.dumps(expectation(posting), option=options) for posting in replayed.postings)
    (folder / "expected.jsonl").write_bytes(b"".join(lines))
