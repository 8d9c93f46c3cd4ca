"""Scrapyd's spider queue of one project, shared by all nodes of the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from scrapyd.config import Config
from scrapyd.interfaces import ISpiderQueue
from zope.interface import implementer

from jobspiders.deployment.node import Node
from jobspiders.storage.scrapyd_jobs import QueuedJob

Message = dict[str, Any]


@implementer(ISpiderQueue)
class SharedSpiderQueue:
    """What Scrapyd's pages and services read; our own launcher and services take and add whole jobs."""

    def __init__(self, config: Config, project: str) -> None:
        self._node = Node.of(config)
        self._project = project

    def add(self, name: str, priority: float = 0.0, **spider_args: Any) -> None:
        """Queue a job as Scrapyd's scheduler hands it over: spider arguments among its own keys."""
        given = dict(spider_args)
        self.add_job(
            QueuedJob(
                project=self._project,
                job_id=given.pop("_job", None) or uuid.uuid4().hex,
                spider=name,
                settings=given.pop("settings", {}),
                version=given.pop("_version", None),
                priority=priority,
                arguments={key: str(value) for key, value in given.items()},
            )
        )

    def add_job(self, job: QueuedJob) -> bool:
        """Queue ``job``; False where there is one of that id."""
        return self._node.queue.add(job)

    def take(self) -> QueuedJob | None:
        """The next job, to be run by this node."""
        return self._node.queue.take(self._project, self._node.name, self._node.instance)

    def pop(self) -> Message | None:
        """As ``take``, in Scrapyd's form."""
        job = self.take()
        return None if job is None else message(job)

    def list(self) -> list[Message]:
        """The jobs that wait on any node."""
        return [message(job) for job in self._node.queue.pending(self._project)]

    def count(self) -> int:
        """How many jobs wait."""
        return self._node.queue.count(self._project)

    def remove(self, func: Callable[[Message], bool]) -> int:
        """Cancel the waiting jobs for which ``func`` is true; how many."""
        jobs = self._node.queue.pending(self._project)
        return self._node.queue.cancel_pending(
            self._project, [job.job_id for job in jobs if func(message(job))]
        )

    def clear(self) -> None:
        """Cancel all waiting jobs."""
        self.remove(lambda _: True)


def message(job: QueuedJob) -> Message:
    """A job as Scrapyd has it; its own keys win over arguments of the same name."""
    own: Message = {"name": job.spider, "_job": job.job_id, "settings": dict(job.settings)}
    if job.version is not None:
        own["_version"] = job.version
    return {**job.arguments, **own}
