"""`scrapy explain URL [URL]`: why two postings are one job or not."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from jobspiders.commands.refusal import refuse
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import StorageError


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "URL [URL]"

    def short_desc(self) -> str:
        return "Say why postings are one job or not"

    def long_desc(self) -> str:
        return (
            "Compare the stored posting with this url or apply_url with that of a second one, or with every other "
            "posting of its job, and print the score and the reasons."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.storage import database
        from jobspiders.storage.explanation import explain

        if len(args) not in (1, 2):
            refuse("name the address of one posting or two: scrapy explain URL [URL]")
        assert self.settings is not None
        config = StorageConfig.from_settings(self.settings)
        try:
            lines = explain(
                database.resolve(config.url, config.home), args[0], args[1] if len(args) > 1 else None
            )
        except StorageError as error:
            print(f"scrapy explain: {error}", file=sys.stderr)
            self.exitcode = 1
        else:
            print("\n".join(lines))
