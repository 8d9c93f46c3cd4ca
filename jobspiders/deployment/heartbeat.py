"""Every few seconds a node says that it lives, and hears what became of its jobs."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, ensureDeferred
from twisted.internet.task import LoopingCall

from jobspiders import __version__
from jobspiders.deployment.job_process import JobProcess
from jobspiders.deployment.node import DATABASE_ERRORS
from jobspiders.storage.scrapyd_jobs import OwnedJob

if TYPE_CHECKING:
    from jobspiders.deployment.launcher import Launcher

logger = logging.getLogger(__name__)

#: Seconds between looks for what nobody needs any more, and after which a silent node is no node.
_TIDY_EVERY = 3600.0
_NODE_FORGOTTEN = 7 * 86400.0

Key = tuple[str, str]


class Heartbeat:
    """Beats for one launcher. It never fails: without the database it waits for it."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._node = launcher.node
        self._loop = LoopingCall(self._beat)
        self._under_way: Deferred[None] | None = None
        self._steady_since: float | None = None
        self._tidied = 0.0
        self._missing: set[Key] = set()

    def start(self) -> None:
        """Beat now and from now on."""
        self._loop.start(self._node.config.heartbeat)

    async def stop(self) -> None:
        """Beat no more; the other nodes hear that this one is gone."""
        if self._loop.running:
            self._loop.stop()
        self._node.closing.set()
        try:
            await self._node.in_background(self._leave)
        except DATABASE_ERRORS as error:
            logger.error("The other nodes were not told: %s", self._node.one_line(error))

    def _beat(self) -> Deferred[None]:
        return ensureDeferred(self._tell_and_hear())

    async def _tell_and_hear(self) -> None:
        processes = {(process.project, process.job): process for process in self._launcher.processes.values()}
        busy = self._launcher.busy()
        try:
            owned = await self._node.in_background(self._ask, len(processes))
        except DATABASE_ERRORS as error:
            if self._steady_since is not None:
                logger.error("No heartbeat: %s", self._node.one_line(error))
            self._steady_since = None
            return
        for key, process in processes.items():
            if key not in owned and process.exit_code is None and process.signal is None:
                self._let_go(process)
        for key, job in owned.items():
            if job.cancel_signal and key in processes:
                self._cancel(processes[key], job.cancel_signal)
        missing = set(owned) - set(processes) - busy
        lost = missing & self._missing
        self._missing = missing - lost
        if lost:
            await self._node.in_background(self._return_lost, sorted(lost))

    def _let_go(self, process: JobProcess) -> None:
        """While this node was not heard of, the job went to another one."""
        if not process.disowned:
            process.disowned = True
            logger.error("Job %s is not this node's any more and is stopped", process.job)
            self._launcher.end(process, "TERM")

    def _cancel(self, process: JobProcess, signal: str) -> None:
        if not process.cancelled or signal == "KILL":
            process.cancelled = True
            self._launcher.end(process, signal)

    # --- in the thread of the database

    def _ask(self, running: int) -> dict[Key, OwnedJob]:
        node, config = self._node, self._node.config
        self._launcher.tell_again()
        node.nodes.beat(
            node.name,
            node.instance,
            address=config.address,
            slots=self._launcher.max_proc,
            running=running,
            version=__version__,
        )
        now = time.monotonic()
        if self._steady_since is None:
            self._steady_since = now
        # after the database was away all nodes look dead: give them time to say that they are not
        if now - self._steady_since >= config.dead_after:
            for job in node.queue.return_dead(config.dead_after, config.most_attempts):
                logger.warning("Job %s of a dead node is %s", job.job_id, job.state)
        if now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            node.queue.purge(config.jobs_kept)
            node.nodes.forget(_NODE_FORGOTTEN)
        self._launcher.notice_projects()
        return {(job.project, job.job_id): job for job in node.queue.owned(node.name, node.instance)}

    def _return_lost(self, lost: list[Key]) -> None:
        most = self._node.config.most_attempts
        for job in self._node.queue.return_lost(self._node.name, self._node.instance, lost, most):
            logger.warning("Job %s had no process; it is %s", job.job_id, job.state)

    def _leave(self) -> None:
        self._launcher.tell_again()
        self._node.nodes.leave(self._node.name, self._node.instance)
