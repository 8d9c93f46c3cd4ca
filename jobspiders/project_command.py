"""What the commands that crawl nothing have in common; among the commands Scrapy would take it for one itself."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from jobspiders.storage.config import StorageConfig


class ProjectCommand(ScrapyCommand):
    """Needs the project, but no reactor and no log: what it has to say is its output."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        raise NotImplementedError

    def fail(self, error: object, exitcode: int = 1) -> None:
        """Say in one line on standard error what went wrong; the process goes on to its end."""
        print(f"scrapy {type(self).__module__.rpartition('.')[2]}: {error}", file=sys.stderr)
        self.exitcode = exitcode

    @property
    def storage(self) -> StorageConfig:
        """The settings of the database."""
        assert self.settings is not None
        return StorageConfig.from_settings(self.settings)

    def database_url(self) -> str:
        """The address of the database, the embedded one started. Raises StorageError."""
        # the drivers load only where they are needed, since Scrapy imports every command
        from jobspiders.storage import database

        return database.resolve(self.storage.url, self.storage.home)

    def current_database(self) -> str:
        """The same, with the tables brought up to date. Raises StorageError."""
        from jobspiders.storage import schema

        url = self.database_url()
        schema.ensure_current(url)
        return url
