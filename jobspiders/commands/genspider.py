"""`scrapy genspider -t KIND NAME URL`: a new board with its reader and recorded cases, ready to be edited."""

from __future__ import annotations

import argparse
import importlib
import json
import keyword
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from jobspiders.bases.arguments import ArgumentError
from jobspiders.commands.record import cases_folder, replay_case, write_case
from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.bases.board import BoardSpider

#: The time of the invented cases, so that the same command writes the same files.
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
CONTENT_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
READERS = "jobspiders.parsing.boards"


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "-t KIND NAME URL | --list"

    def short_desc(self) -> str:
        return "Begin a new board: spider, reader and recorded cases"

    def long_desc(self) -> str:
        return (
            "Write a spider of a kind, the reader of its pages, and cases with invented pages and what is expected of "
            "them, so that `pytest tests/boards -k NAME` runs at once. Then make the three say what the board says. "
            "`--list` shows the kinds."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-t", "--template", metavar="KIND", help="kind of board, see --list")
        parser.add_argument("-l", "--list", action="store_true", help="list the kinds")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.bases.site_arguments import web_address

        assert self.settings is not None
        if opts.list:
            print("\n".join(f"{kind:<12}{told}" for kind, told in kinds().items()))
            return
        if len(args) != 2 or not opts.template:
            refuse(
                "name a kind, a board and its address: scrapy genspider -t search myboard https://myboard.example"
            )
        name, url = args
        try:
            if opts.template not in kinds():
                raise ArgumentError(f"there is no kind {opts.template!r}; there are {', '.join(kinds())}")
            address = web_address("URL", url)
            check_name(name, self.settings)
        except ArgumentError as error:
            refuse(error)
        written = generate(opts.template, name, address, self.settings)
        print("\n".join(str(path) for path in written))
        print(f"Edit them, then: pytest tests/boards -k {name}")


def templates() -> Traversable:
    """Where the templates are: a folder for each kind."""
    return resources.files("jobspiders").joinpath("templates")


def kinds() -> dict[str, str]:
    """The kinds of board, each with what it is for."""
    folders = sorted((each for each in templates().iterdir() if each.is_dir()), key=lambda each: each.name)
    cases = {
        each.name: each.joinpath("cases.yaml") for each in folders if each.joinpath("cases.yaml").is_file()
    }
    return {
        kind: file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ") for kind, file in cases.items()
    }


def check_name(name: str, settings: BaseSettings) -> None:
    """Raises ArgumentError for a name that is no name of a module or that is taken."""
    from scrapy.spiderloader import get_spider_loader

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ArgumentError(f"{name!r} is no name of a board: small letters, digits and _, a letter first")
    taken = [path for path in paths(name) if path.exists()]
    if name in get_spider_loader(settings).list() or taken:
        raise ArgumentError(f"there is a board {name!r} already{f': {taken[0]}' if taken else ''}")


def paths(name: str) -> tuple[Path, Path, Path]:
    """The spider, the reader and the folder of cases of a board."""
    spiders, readers = (Path(str(resources.files(package))) for package in ("jobspiders.spiders", READERS))
    return spiders / f"{name}.py", readers / f"{name}.py", cases_folder() / name


def generate(kind: str, name: str, url: str, settings: BaseSettings) -> list[Path]:
    """Write a board of this kind; the files and folders that were written."""
    import yaml
    from scrapy.spiderloader import get_spider_loader

    from jobspiders.bases.board import BoardSpider

    folder, values = templates().joinpath(kind), values_of(name, url)
    spider_file, reader_file, cases = paths(name)
    written = []
    for source, file in (("reader.py.tmpl", reader_file), ("spider.py.tmpl", spider_file)):
        if folder.joinpath(source).is_file():
            file.write_text(rendered(folder.joinpath(source), values), encoding="utf-8")
            written.append(file)
    importlib.invalidate_caches()
    spider = get_spider_loader(settings).load(name)
    assert issubclass(spider, BoardSpider)
    # some cases play a failure: that the spider warns of it is no news here
    logging.getLogger(name).addHandler(logging.NullHandler())
    examples: dict[str, dict[str, Any]] = yaml.safe_load(rendered(folder.joinpath("cases.yaml"), values))
    for case, example in examples.items():
        record(spider, cases / case, example)
    return [*reversed(written), *(cases / case for case in examples)]


def values_of(name: str, url: str) -> dict[str, str]:
    """What the templates' placeholders stand for."""
    parts = urlsplit(url)
    domain = (parts.hostname or "").removeprefix("www.")
    words = name.split("_")
    return {
        "name": name,
        "classname": "".join(word[:1].upper() + word[1:] for word in words) + "Spider",
        "title": " ".join(words).capitalize(),
        "homepage": f"https://{parts.netloc.rpartition('@')[2]}",
        "domain": domain,
        "pattern": re.escape(domain),
    }


def rendered(template: Traversable, values: Mapping[str, str]) -> str:
    """A template's text with its placeholders filled in."""
    return Template(template.read_text(encoding="utf-8")).substitute(values)


def record(spider: type[BoardSpider], folder: Path, example: Mapping[str, Any]) -> None:
    """Write an invented case: its pages as a cassette, and what a crawl of them gives."""
    from jobspiders.parsing.cassette import write_cassette

    write_cassette(folder / "cassette.json", [exchange(page) for page in example["pages"]])
    meta = {"arguments": example["arguments"], "now": NOW.isoformat()}
    write_case(folder, meta, replay_case(spider, folder, meta))


def exchange(page: Mapping[str, Any]) -> dict[str, Any]:
    """A page of a template's cases as a recorded exchange."""
    from jobspiders.parsing.cassette import interaction

    kind = next(kind for kind in CONTENT_TYPES if kind in page)
    body = json.dumps(page[kind], ensure_ascii=False) if kind == "json" else page[kind]
    return interaction(
        "GET",
        page["url"],
        status=page.get("status", 200),
        headers={"Content-Type": [CONTENT_TYPES[kind]]},
        body=body.encode(),
        recorded_at=NOW,
    )
