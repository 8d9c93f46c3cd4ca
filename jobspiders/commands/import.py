"""`scrapy import FILE.jsonl`: postings from a file through the same pipelines as a crawl's."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from jobspiders.commands.crawl import is_good, summary
from jobspiders.commands.refusal import check_database, refuse


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "FILE.jsonl [options]"

    def short_desc(self) -> str:
        return "Store postings from a JSON Lines file"

    def long_desc(self) -> str:
        return (
            "Store postings from a JSON Lines file: an object a line, its keys the fields of a JobPosting. board, "
            "external_id, url and title are required; keys that are no field are kept in raw. The rows go through "
            "normalisation, validation and dedup like a crawl's."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if len(args) != 1:
            refuse("name one file, such as: scrapy import postings.jsonl")
        try:
            Path(args[0]).open("rb").close()
        except OSError as error:
            refuse(f"{args[0]}: {error.strerror}")
        check_database(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.bases.import_file import ImportSpider

        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler(ImportSpider)
        self.crawler_process.crawl(crawler, file=args[0])
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        print(summary([("import", stats)]))
        self.exitcode = int(self.crawler_process.bootstrap_failed or not is_good(stats))
