"""`scrapy down`: stops what `scrapy up` started."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.deployment.scrapyd_config import ConfigurationError
from jobspiders.project_command import ProjectCommand
from jobspiders.storage.errors import StorageError

if TYPE_CHECKING:
    from jobspiders.deployment.deployment_config import DeploymentConfig
    from jobspiders.deployment.run_state import RunState

#: Seconds beyond those of the jobs, for the journal, the console and the database.
_MARGIN = 90.0


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Stop what `scrapy up` started"

    def long_desc(self) -> str:
        return (
            "Stop the schedules, scrapydweb, Scrapyd and the embedded database in this order. Crawls that run "
            "end in good order and go on where they were after the next `scrapy up`."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.deployment.deployment_config import DeploymentConfig
        from jobspiders.deployment.run_state import RunState
        from jobspiders.storage import embedded

        if args:
            refuse(f"unexpected {args[0]!r}")
        assert self.settings is not None
        try:
            config = DeploymentConfig.from_settings(self.settings)
        except ConfigurationError as error:
            refuse(error)
        run = RunState(config.run)
        if run.is_held():
            self.exitcode = _stop(config, run)
            return
        for line in run.clear_stale(config.stop_timeout):
            print(line, file=sys.stderr)
        try:
            stopped = config.storage.url is None and embedded.stop(config.home)
        except StorageError as error:
            refuse(error)
        print("nothing was running" + (" but the embedded database, which is stopped" if stopped else ""))


def _stop(config: DeploymentConfig, run: RunState) -> int:
    pid = run.supervisor_pid()
    if pid is None:
        print(f"scrapy down: no process id in {run.pid_file}", file=sys.stderr)
        return 1
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError:
        print(f"scrapy down: process {pid} belongs to another user", file=sys.stderr)
        return 1
    deadline = time.monotonic() + config.stop_timeout + _MARGIN
    while run.is_held():
        if time.monotonic() > deadline:
            print(
                f"scrapy down: process {pid} has not ended (log: {config.home / 'logs' / 'supervisor.log'})",
                file=sys.stderr,
            )
            return 1
        time.sleep(0.1)
    print("stopped")
    return 0
