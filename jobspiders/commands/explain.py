"""`scrapy explain URL [URL]`: why two postings are one job or not."""

from __future__ import annotations

import argparse

from jobspiders.commands.refusal import refuse
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.errors import StorageError


class Command(ProjectCommand):
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
        from jobspiders.storage.explanation import explain

        if len(args) not in (1, 2):
            refuse("name the address of one posting or two: scrapy explain URL [URL]")
        try:
            lines = explain(self.database_url(), args[0], args[1] if len(args) > 1 else None)
        except StorageError as error:
            self.fail(error)
        else:
            print("\n".join(lines))
