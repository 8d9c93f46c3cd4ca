"""The process of one job, as Scrapyd's pages and services see it."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from scrapyd.launcher import ScrapyProcessProtocol
from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessTerminated
from twisted.python.failure import Failure

from jobspiders.storage.scrapyd_jobs import QueuedJob


class JobProcess(ScrapyProcessProtocol):  # type: ignore[misc]  # Scrapyd is untyped
    """``exit_code`` and ``signal`` are set when it has ended; ``deferred`` fires then, ``settled`` when the queue
    was told too.

    ``cancelled``: somebody asked for its end; ``disowned``: the job is not this node's any more.
    """

    def __init__(self, job: QueuedJob, job_directory: Path, args: list[str], env: dict[str, str]) -> None:
        super().__init__(job.project, job.spider, job.job_id, env, args)
        self.queued = job
        self.job_directory = job_directory
        self.cancelled = False
        self.disowned = False
        self.settled: Deferred[None] = Deferred()
        self.exit_code: int | None = None
        self.signal: int | None = None

    def send(self, signal: str) -> None:
        """Send INT, TERM or KILL; nothing where the process is gone."""
        if self.transport is not None and self.transport.pid is not None:
            self.transport.signalProcess(signal)

    def processEnded(self, status: Failure) -> None:
        """Twisted says that it has ended."""
        if isinstance(status.value, ProcessTerminated):
            self.exit_code = status.value.exitCode
            self.signal = status.value.signal
        else:
            self.exit_code = 0
        super().processEnded(status)


def past_process(
    project: str, spider: str, job_id: str, started_at: datetime | None, ended_at: datetime | None
) -> ScrapyProcessProtocol:
    """A job that ended while nobody watched, for Scrapyd's list of finished ones; local time, as it has them."""
    process = ScrapyProcessProtocol(project, spider, job_id, env={}, args=[])
    end = ended_at or started_at
    if end is not None:
        process.end_time = _local(end)
        process.start_time = _local(started_at or end)
    else:
        process.end_time = process.start_time
    return process


def _local(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None)


def crawl_arguments(job: QueuedJob, settings: dict[str, str]) -> list[str]:
    """The arguments of the crawl command."""
    words = ["crawl", job.spider]
    for name, value in settings.items():
        words += ["-s", f"{name}={value}"]
    for name, value in job.arguments.items():
        words += ["-a", f"{name}={value}"]
    return words


def job_environment(base: dict[str, str], job: QueuedJob, version: str | None) -> dict[str, str]:
    """``base`` with what a crawl is told about its job."""
    environment = {**base, "SCRAPY_JOB": job.job_id, "SCRAPY_PROJECT": job.project, "PYTHONUNBUFFERED": "1"}
    if version is not None:
        environment["SCRAPYD_EGG_VERSION"] = version
    # a terminal of whoever started Scrapyd is none of a job
    environment.setdefault("TERM", os.environ.get("TERM", "dumb"))
    return environment
