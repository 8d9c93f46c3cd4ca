"""Scrapyd's launcher: jobs from the shared queue, each with a JOBDIR; none is lost with a process, node or database."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapyd.config import Config
from scrapyd.exceptions import ScrapydError
from scrapyd.interfaces import IEggStorage, IEnvironment, IPoller
from scrapyd.launcher import Launcher as ScrapydLauncher
from twisted.internet.defer import Deferred, DeferredList, ensureDeferred
from twisted.python.failure import Failure

from jobspiders.deployment.code_version import CodeVersion
from jobspiders.deployment.egg_storage import SharedEggStorage
from jobspiders.deployment.heartbeat import Heartbeat, Key
from jobspiders.deployment.job_end import Again, after_exit
from jobspiders.deployment.job_process import JobProcess, crawl_arguments, job_environment, past_process
from jobspiders.deployment.node import DATABASE_ERRORS, Node, child_environment
from jobspiders.deployment.plain_names import RefusedError
from jobspiders.deployment.poller import SharedQueuePoller
from jobspiders.deployment.recovery import drain_journals, recover
from jobspiders.deployment.runner import JOB_SETTINGS
from jobspiders.deployment.scrapyd_config import ConfigurationError
from jobspiders.deployment.version_checks import VersionChecks
from jobspiders.storage.scrapyd_jobs import QueuedJob, finish_reason

logger = logging.getLogger(__name__)

#: What keeps a job from starting: its version is gone, its files cannot be made, its words cannot be passed on.
_START_ERRORS = (*DATABASE_ERRORS, OSError, ValueError, ScrapydError, RefusedError)


class Launcher(ScrapydLauncher):  # type: ignore[misc]  # Scrapyd is untyped
    """Runs at most max_proc jobs at once. ``processes`` maps slots to what runs in them."""

    def __init__(self, config: Config, app: Any) -> None:
        super().__init__(config, app)
        self.node = Node.of(config)
        self.checks = VersionChecks(lambda: child_environment(self.node))
        self._settings_modules: dict[str, str] = dict(config.items("settings", default=[]))
        self._stopping = False
        self._starting: set[Key] = set()
        self._untold: list[tuple[Key, Callable[[], None]]] = []
        self._heartbeat = Heartbeat(self)

    @property
    def poller(self) -> SharedQueuePoller:
        """Where jobs come from."""
        return self.app.getComponent(IPoller)  # type: ignore[no-any-return]  # Scrapyd is untyped

    @property
    def eggs(self) -> SharedEggStorage:
        """Where code comes from."""
        return self.app.getComponent(IEggStorage)  # type: ignore[no-any-return]  # Scrapyd is untyped

    def code(self, project: str, version: str | None) -> CodeVersion:
        """The code of a version (None: the default). Raises RefusedError where it is not deployed."""
        settings_module = self._settings_modules.get(project, f"{project}.settings")
        found = self.eggs.path(project, version)
        if found is not None:
            return CodeVersion(found[0], found[1], settings_module)
        if version is not None:
            raise RefusedError(f"version '{version}' not found")
        if project not in self._settings_modules:
            raise RefusedError(f"project '{project}' not found")
        return CodeVersion(None, None, settings_module)

    # --- life of the node

    def startService(self) -> None:
        """Put in order what an earlier start left, then open the slots."""
        logger.info("Node %s starts with %d slots", self.node.name, self.max_proc)
        self.poller.give_back = self._give_back_unstarted
        ensureDeferred(self._start()).addErrback(self._give_up)

    def _give_up(self, failure: Failure) -> None:
        if isinstance(failure.value, ConfigurationError):
            logger.critical("%s", failure.getErrorMessage())
        else:
            logger.critical("The node cannot start: %s", failure.getTraceback())
        _reactor().stop()

    async def _start(self) -> None:
        for past in await self.node.in_background(recover, self.node, self.max_proc):
            self.finished.add(
                past_process(past.project, past.spider, past.job_id, past.started_at, past.ended_at)
            )
        if self._stopping:
            return
        self._heartbeat.start()
        for slot in range(self.max_proc):
            self._get_message(slot)

    def stopService(self) -> Deferred[Any]:
        """End the jobs in good order; they go back to the queue and go on where they were."""
        self._stopping = True
        self.poller.stop()
        return ensureDeferred(self._stop())

    async def _stop(self) -> None:
        waiting = list(self.processes.values())
        for process in waiting:
            self.end(process, "TERM")
        await DeferredList([process.settled for process in waiting])
        await self._heartbeat.stop()
        self.checks.close()

    def end(self, process: JobProcess, signal: str) -> None:
        """Send a signal; where it has not ended the process in stop_timeout, KILL does."""
        process.send(signal)
        late = _reactor().callLater(self.node.config.stop_timeout, process.send, "KILL")
        process.settled.addCallback(lambda _: late.cancel() if late.active() else None)

    def busy(self) -> set[Key]:
        """Jobs that have no process now and are this node's all the same."""
        return self._starting | {key for key, _ in self._untold}

    def notice_projects(self) -> None:
        """See projects that were deployed through other nodes. In the thread of the database."""
        if not set(self.node.eggs.projects()) <= set(self.poller.queues):
            self.poller.update_projects()

    # --- life of a job

    def _get_message(self, slot: int) -> None:
        # what goes wrong with one job must not cost the slot
        self.poller.next().addCallback(self._spawn_process, slot)

    def _spawn_process(self, job: QueuedJob, slot: int) -> None:
        ensureDeferred(self._run(job, slot)).addErrback(self._lost_slot, slot)

    async def _run(self, job: QueuedJob, slot: int) -> None:
        key = (job.project, job.job_id)
        self._starting.add(key)
        try:
            code = await self.node.in_background(self.code, job.project, job.version)
            if self._stopping:
                self._give_back_unstarted(job)
                return
            process = self._process(job, code)
            self._launch(process, slot)
        except _START_ERRORS as error:
            reason = self.node.one_line(error) if isinstance(error, DATABASE_ERRORS) else str(error)
            logger.error("Job %s of %s cannot be started: %s", job.job_id, job.project, reason)
            refused = isinstance(error, RefusedError | ValueError | ScrapydError)
            await self._tell(key, lambda: self._not_started(job, refused=refused))
            self._get_message(slot)
            return
        finally:
            self._starting.discard(key)
        await process.deferred
        self.node.running.forget(process.pid)
        await self._tell(key, lambda: self._settle(process))
        self._vacate(slot, process)

    def _process(self, job: QueuedJob, code: CodeVersion) -> JobProcess:
        scrapyd = self.app.getComponent(IEnvironment)
        names = {"_project": job.project, "_spider": job.spider, "_job": job.job_id}
        own: dict[str, str] = scrapyd.get_settings(names)
        settings = {**job.settings, "NODE_NAME": self.node.name, **own}
        environment = job_environment(code.environment(child_environment(self.node)), job, code.name)
        environment[JOB_SETTINGS] = json.dumps(self.node.config.job_settings)
        words = code.command(self.runner, *crawl_arguments(job, settings))
        return JobProcess(job, Path(settings["JOBDIR"]), words, environment)

    def _launch(self, process: JobProcess, slot: int) -> None:
        _reactor().spawnProcess(process, process.args[0], args=process.args, env=process.env)
        self.processes[slot] = process
        try:
            self.node.running.note(process.pid, process.project, process.spider, process.job)
        except OSError as error:
            logger.error("Process %d of job %s is not on record: %s", process.pid, process.job, error)

    def _vacate(self, slot: int, process: JobProcess) -> None:
        self.processes.pop(slot, None)
        process.settled.callback(None)
        if not self._stopping:
            self._get_message(slot)

    def _lost_slot(self, failure: Failure, slot: int) -> None:
        logger.error("Slot %d failed: %s", slot, failure.getTraceback())
        process = self.processes.pop(slot, None)
        if process is not None and not process.settled.called:
            process.settled.callback(None)
        if not self._stopping:
            self._get_message(slot)

    # --- what the queue is told; these run in the thread of the database

    async def _tell(self, key: Key, told: Callable[[], None]) -> None:
        """Do it now or, where the database is away, when it is back."""
        try:
            await self.node.in_background(told)
        except DATABASE_ERRORS as error:
            logger.error("The queue will be told later: %s", self.node.one_line(error))
            self._untold.append((key, told))

    def tell_again(self) -> None:
        """Tell what could not be told. Raises what the database raises."""
        while self._untold:
            self._untold[0][1]()
            del self._untold[0]

    def _settle(self, process: JobProcess) -> None:
        node, job = self.node, process.queued
        process.end_time = process.end_time or datetime.now()
        reason = finish_reason(node.connection(), job.job_id)
        end = after_exit(
            exit_code=process.exit_code,
            signal=process.signal,
            finish_reason=reason,
            cancelled=process.cancelled,
            stopping=self._stopping,
        )
        if isinstance(end, Again):
            state = node.queue.give_back(
                job.project,
                job.job_id,
                node.instance,
                delay=end.delay,
                counted=end.counted,
                most_attempts=node.config.most_attempts,
            )
            if state == "pending":
                logger.warning(
                    "Job %s ended before its crawl did (%s); it goes back to the queue",
                    job.job_id,
                    reason or f"signal {process.signal}, exit code {process.exit_code}",
                )
                return
            result = "died" if state else None
        else:
            result = (
                end.result if node.queue.end(job.project, job.job_id, node.instance, end.result) else None
            )
        if result is None:
            # another node has it by now; the directory may be that one's too
            return
        logger.info("Job %s of %s: %s", job.job_id, job.spider, result)
        shutil.rmtree(process.job_directory, ignore_errors=True)
        _reactor().callFromThread(self.finished.add, process)
        if process.signal is not None:
            drain_journals(node)

    def _not_started(self, job: QueuedJob, *, refused: bool) -> None:
        queue, instance = self.node.queue, self.node.instance
        if refused:
            queue.end(job.project, job.job_id, instance, "refused")
        else:
            most = self.node.config.most_attempts
            queue.give_back(job.project, job.job_id, instance, delay=15.0, most_attempts=most)

    def _give_back_unstarted(self, job: QueuedJob) -> None:
        most = self.node.config.most_attempts

        def told() -> None:
            self.node.queue.give_back(
                job.project, job.job_id, self.node.instance, counted=False, most_attempts=most
            )

        ensureDeferred(self._tell((job.project, job.job_id), told))


def _reactor() -> Any:
    # the import installs a reactor, which is for the process to choose
    from twisted.internet import reactor

    return reactor
