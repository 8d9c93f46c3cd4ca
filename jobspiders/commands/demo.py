"""`scrapy demo`: every board, crawled from the pages recorded with the project."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler

from jobspiders.commands.crawl import is_good, summary
from jobspiders.commands.record import cases_folder, read_meta, replaying_settings
from jobspiders.commands.refusal import refuse

NEXT = """
The database stays up; try:
  {scrapy} boards                                    every board and its arguments
  {scrapy} crawl greenhouse -a companies=stripe      crawl a live board
  {scrapy} export -o postings.csv                    all postings as CSV (or .jsonl, .parquet)
  {psql}
  {scrapy} db stop                                   stop the embedded server"""


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl every board from recorded pages into the database"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if not opts.loglevel:
            # a case that plays a failure warns of it, which is no news here
            assert self.settings is not None
            self.settings.set("LOG_LEVEL", "ERROR", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            refuse("demo takes no arguments")
        from jobspiders.storage import database, schema
        from jobspiders.storage.errors import StorageError

        assert self.crawler_process is not None and self.settings is not None
        cases = sorted(path.parent for path in cases_folder().glob("*/crawl/case.json"))
        if not cases:
            refuse(f"there are no recorded pages in {cases_folder()}")
        try:
            url = database.database_url(self.settings)
            schema.ensure_current(url)
        except StorageError as error:
            refuse(error)
        crawlers = [(folder.parent.name, self._crawl(folder)) for folder in cases]
        self.crawler_process.start()
        crawls = [(board, crawler.stats.get_stats() if crawler.stats else {}) for board, crawler in crawlers]
        print(summary(crawls))
        print(f"\n{ten_postings(url)}\n\ndatabase: {url}")
        print(NEXT.format(scrapy=".venv/bin/scrapy", psql=f"psql '{url}'"))
        self.exitcode = int(not all(is_good(stats) for _, stats in crawls))

    def _crawl(self, folder: Path) -> Crawler:
        assert self.crawler_process is not None and self.settings is not None
        meta = read_meta(folder)
        settings = self.settings.copy()
        settings.setdict(replaying_settings(folder / "cassette.json", meta["now"]), priority="cmdline")
        settings.setdict(meta.get("settings", {}), priority="cmdline")
        crawler = Crawler(self.crawler_process.spider_loader.load(folder.parent.name), settings)
        self.crawler_process.crawl(crawler, **meta["arguments"])
        return crawler


def ten_postings(url: str) -> str:
    """A table of ten postings, one of a board at a time."""
    from jobspiders.storage import database

    query = """
        SELECT board, title, company, location_text, salary_text, date_posted::date FROM (
            SELECT *, row_number() OVER (PARTITION BY board ORDER BY date_posted DESC NULLS LAST, id) AS place
            FROM postings WHERE closed_at IS NULL
        ) AS ranked ORDER BY place, board LIMIT 10"""
    with database.connect(url) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    rows = [("board", "title", "company", "place", "pay", "posted")]
    rows += [tuple("" if cell is None else str(cell)[:34] for cell in row) for row in found]  # type: ignore[misc]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
