"""Which processes a node has started, on disk: after a kill -9 the next start finds those that live on."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import psutil

logger = logging.getLogger(__name__)

#: Seconds by which the start of a process may seem to differ when it is asked for twice.
_CLOCK_TOLERANCE = 2.0


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A process of a job; ``created`` is its start in seconds since the epoch."""

    pid: int
    created: float
    project: str
    spider: str
    job_id: str


class RunningJobs:
    """One small file per process below ``directory``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def note(self, pid: int, project: str, spider: str, job_id: str) -> None:
        """Remember a process that has just been started. Raises OSError."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.Error:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        made = self._path(pid).with_suffix(".new")
        made.write_bytes(orjson.dumps(asdict(RunningJob(pid, created, project, spider, job_id))))
        made.replace(self._path(pid))

    def forget(self, pid: int | None) -> None:
        """The process has ended."""
        if pid is not None:
            self._path(pid).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[RunningJob]:
        for path in sorted(self.directory.glob("*.json")):
            try:
                yield RunningJob(**orjson.loads(path.read_bytes()))
            except (OSError, TypeError, ValueError):
                path.unlink(missing_ok=True)

    def end_orphans(self, patience: float) -> list[RunningJob]:
        """End processes that an earlier start of the node left, in good order if they do so in ``patience`` seconds.

        Those that lived are returned; afterwards none is on record. Waits.
        """
        found: list[tuple[RunningJob, psutil.Process]] = []
        for job in list(self):
            process = _alive(job)
            if process is not None:
                with contextlib.suppress(psutil.Error):
                    process.terminate()
                    found.append((job, process))
            else:
                self.forget(job.pid)
        _, stubborn = psutil.wait_procs([process for _, process in found], timeout=patience)
        for process in stubborn:
            logger.warning("Process %d did not end in %g seconds and is killed", process.pid, patience)
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(stubborn, timeout=10)
        for job, _ in found:
            self.forget(job.pid)
        return [job for job, _ in found]

    def _path(self, pid: int) -> Path:
        return self.directory / f"{pid}.json"


def _alive(job: RunningJob) -> psutil.Process | None:
    """The process of that record, not one that got its number later."""
    try:
        process = psutil.Process(job.pid)
        if (
            process.status() == psutil.STATUS_ZOMBIE
            or abs(process.create_time() - job.created) > _CLOCK_TOLERANCE
        ):
            return None
    except psutil.Error:
        return None
    return process
