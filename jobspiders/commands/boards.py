"""`scrapy boards`: every board, its arguments, sources and terms."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from jobspiders.bases.arguments import ArgumentError, describe
from jobspiders.commands.refusal import check_board, refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.bases.board import BoardSpider


@dataclass(frozen=True)
class Board:
    """What the list says of one board."""

    name: str
    kind: str
    homepage: str
    arguments: list[str]
    required: list[str]
    sources: dict[str, list[str]]
    robots: str
    terms: str
    last_crawl: str | None


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[BOARD] [--json]"

    def short_desc(self) -> str:
        return "List the boards, or all about one of them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        import orjson
        from scrapy.spiderloader import get_spider_loader

        from jobspiders.bases.board import BoardSpider

        if len(args) > 1:
            refuse("name at most one board")
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        if args:
            try:
                check_board(args[0], loader.list())
            except ArgumentError as error:
                refuse(error)
        last = self._last_crawls()
        boards = [describe_board(loader.load(name), last.get(name)) for name in sorted(args or loader.list())]
        if opts.json:
            for board in boards:
                print(orjson.dumps(asdict(board)).decode())
        elif args:
            spider = loader.load(args[0])
            assert issubclass(spider, BoardSpider)
            print(details(boards[0], spider))
        else:
            print(table(boards))

    def _last_crawls(self) -> Mapping[str, str]:
        """The last crawl of each board in words; nothing where there is no database yet."""
        # the database drivers load only here, since every command imports this module
        from jobspiders.storage.config import StorageConfig
        from jobspiders.storage.crawls import last_crawls
        from jobspiders.storage.errors import StorageError

        assert self.settings is not None
        try:
            rows = last_crawls(StorageConfig.from_settings(self.settings))
        except StorageError:
            return {}
        return {row.board: f"{row.started_at:%Y-%m-%d %H:%M} {row.outcome or 'running'}" for row in rows}


def describe_board(spider: type[Any], last_crawl: str | None) -> Board:
    """A board as the list has it."""
    from jobspiders.bases.board import BoardSpider

    assert issubclass(spider, BoardSpider)
    arguments = describe(spider.arguments_type)
    return Board(
        name=spider.name,
        kind=spider.kind,
        homepage=spider.homepage,
        arguments=[argument.name for argument in arguments],
        required=[argument.name for argument in arguments if argument.required],
        sources={stage: list(found) for stage in ("listing", "detail") if (found := spider.sources(stage))},
        robots=spider.robots,
        terms=spider.terms,
        last_crawl=last_crawl,
    )


def table(boards: list[Board]) -> str:
    """The boards in columns; arguments that every board takes are named once, below."""
    from jobspiders.bases.board_arguments import BoardArguments

    common = {argument.name for argument in describe(BoardArguments)}
    rows = [("board", "kind", "own arguments", "sources", "robots.txt", "last crawl", "terms")]
    for board in boards:
        own = [
            name + ("!" if name in board.required else "") for name in board.arguments if name not in common
        ]
        own += [name + "!" for name in board.required if name in common]
        sources = ",".join(dict.fromkeys(source for found in board.sources.values() for source in found))
        rows.append(
            (
                board.name,
                board.kind,
                " ".join(own),
                sources,
                board.robots,
                board.last_crawl or "never",
                board.terms,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[6]))
        for row in rows
    ]
    names = " ".join(argument.name for argument in describe(BoardArguments))
    return "\n".join(
        [*(line.rstrip() for line in lines), "", f"{len(boards)} boards. All take: {names}. (!: required)"]
    )


def details(board: Board, spider: type[BoardSpider]) -> str:
    """All about one board."""
    lines = [f"{board.name}: {board.kind}, {board.homepage}"]
    lines += [f"  {stage} from {', '.join(found)}" for stage, found in board.sources.items()]
    lines += [f"  robots.txt: {board.robots}", f"  last crawl: {board.last_crawl or 'never'}"]
    lines += [f"  terms: {board.terms}"] if board.terms else []
    native = ", ".join(sorted(spider.native_filters)) or "none"
    lines += [
        f"  filters of the board's own: {native}; all others are applied after normalisation",
        "  arguments:",
    ]
    for argument in describe(spider.arguments_type):
        lines.append(f"    {argument.name:<20} {argument.help}{' (required)' if argument.required else ''}")
    return "\n".join(lines)
