"""`scrapy selfcheck`: does this copy of the code work, with all that belongs to it."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from jobspiders.bases.arguments import ArgumentError, describe
from jobspiders.commands.record import read_meta, replay_case
from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from scrapy.spiderloader import SpiderLoaderProtocol

#: Settings that name components of ours and Scrapy's.
_COMPONENTS = (
    "ITEM_PIPELINES",
    "EXTENSIONS",
    "DOWNLOADER_MIDDLEWARES",
    "SPIDER_MIDDLEWARES",
    "DOWNLOAD_HANDLERS",
)


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[DIRECTORY]"

    def short_desc(self) -> str:
        return "Check that this copy of the code works"

    def long_desc(self) -> str:
        return (
            "Check that every spider and component loads, that the data files and migrations are there, and that "
            "texts are read as they should be. With a directory of recorded cases, such as tests/boards, each "
            "board's `crawl` case must also give exactly the postings that it is known to give. Touches neither "
            "network nor database. The exit code is 2, with one line, where something is wrong."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from scrapy.spiderloader import get_spider_loader

        if len(args) > 1:
            refuse("name at most one directory of cases")
        assert self.settings is not None
        logging.disable(logging.CRITICAL)
        loader = get_spider_loader(self.settings)
        wrong = next(
            (
                fault
                for faults in (
                    spider_faults(loader),
                    component_faults(self.settings),
                    data_faults(),
                    case_faults(loader, Path(args[0])) if args else (),
                )
                for fault in faults
            ),
            None,
        )
        if wrong is not None:
            refuse(wrong)
        print(f"{len(loader.list())} spiders work")


def spider_faults(loader: SpiderLoaderProtocol) -> Iterator[str]:
    """What keeps spiders from being boards."""
    from jobspiders.bases.board import BoardSpider

    if not loader.list():
        yield "there are no spiders"
    for name in loader.list():
        spider = loader.load(name)
        if not issubclass(spider, BoardSpider):
            yield f"{name} is no board"
        elif not describe(spider.arguments_type) or not spider.sources("listing"):
            yield f"{name} takes no arguments or reads no list"


def component_faults(settings: BaseSettings) -> Iterator[str]:
    """Components that cannot be loaded."""
    paths = [settings["SCHEDULER"], settings["SCHEDULER_PRIORITY_QUEUE"], settings["DUPEFILTER_CLASS"]]
    for name in _COMPONENTS:
        found: Mapping[Any, Any] = settings.getdict(name)
        paths += (
            found.values()
            if name == "DOWNLOAD_HANDLERS"
            else [path for path, order in found.items() if order]
        )
    for path in filter(None, paths):
        try:
            load_object(path)
        except (ImportError, NameError, ValueError, TypeError) as error:
            yield f"{path} cannot be loaded: {error}"


def data_faults() -> Iterator[str]:
    """Readings that fail where data files did not come along."""
    from jobspiders.normalise.location import parse_location
    from jobspiders.normalise.salary import parse_salary
    from jobspiders.normalise.seniority import parse_seniority
    from jobspiders.normalise.skills import find_skills
    from jobspiders.storage.schema import revisions

    salary = parse_salary("$120,000 - $150,000 a year")
    readings = {
        "salaries": salary is not None and salary.annual_max == 150_000,
        "places": parse_location("Berlin, Germany").country == "DE",
        "seniority": parse_seniority("Senior Data Engineer") == "senior",
        "skills": "Python" in find_skills("Experience with Python and PostgreSQL is a must."),
        "migrations": bool(revisions()),
    }
    yield from (
        f"{name} cannot be read: data files are missing" for name, good in readings.items() if not good
    )


def case_faults(loader: SpiderLoaderProtocol, directory: Path) -> Iterator[str]:
    """Recorded crawls that no longer give what they gave."""
    import orjson

    from jobspiders.bases.board import BoardSpider
    from jobspiders.bases.replay import expectation
    from jobspiders.parsing.cassette import CassetteError

    folders = sorted(path.parent for path in directory.glob("*/crawl/case.json"))
    if not folders:
        yield f"{directory} has no recorded cases"
    for folder in folders:
        spider = loader.load(folder.parent.name)
        assert issubclass(spider, BoardSpider)
        try:
            meta = read_meta(folder)
            replayed = replay_case(spider, folder, meta)
            expected = (folder / "expected.jsonl").read_bytes().splitlines()
        except (OSError, ValueError, ArgumentError, CassetteError) as error:
            yield f"{folder.parent.name}: {error}"
            continue
        given = [orjson.loads(orjson.dumps(expectation(posting))) for posting in replayed.postings]
        if replayed.outcomes != meta["outcomes"] or given != [orjson.loads(line) for line in expected]:
            yield f"{folder.parent.name}: its recorded crawl gives other postings than it is known to give"
