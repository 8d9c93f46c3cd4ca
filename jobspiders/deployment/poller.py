"""Takes jobs from the shared queue when this node has a free slot."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from scrapyd.config import Config
from scrapyd.interfaces import IPoller
from scrapyd.utils import get_spider_queues
from twisted.internet.defer import Deferred, ensureDeferred
from zope.interface import implementer

from jobspiders.deployment.node import DATABASE_ERRORS, Node
from jobspiders.deployment.spider_queue import SharedSpiderQueue
from jobspiders.storage.scrapyd_jobs import QueuedJob

logger = logging.getLogger(__name__)


@implementer(IPoller)
class SharedQueuePoller:
    """Asks the database in a thread: Scrapyd goes on answering when that is slow or away.

    ``give_back`` is called with a job that was taken while the node was already being stopped.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._node = Node.of(config)
        self._slots: deque[Deferred[QueuedJob]] = deque()
        self._asking = False
        self._stopped = False
        self._warned = False
        self.give_back: Callable[[QueuedJob], None] = lambda _: None
        self.queues: dict[str, SharedSpiderQueue] = {}
        self.update_projects()

    def update_projects(self) -> None:
        """Look which projects there are."""
        self.queues = get_spider_queues(self._config)

    def next(self) -> Deferred[QueuedJob]:
        """A slot is free; fires with its next job."""
        slot: Deferred[QueuedJob] = Deferred()
        self._slots.append(slot)
        self.poll()
        return slot

    def stop(self) -> None:
        """Take no more jobs."""
        self._stopped = True

    def poll(self) -> Deferred[None] | None:
        """Fill the free slots; called again and again, and never fails."""
        if self._asking or self._stopped or not self._slots:
            return None
        self._asking = True
        return ensureDeferred(self._fill())

    async def _fill(self) -> None:
        try:
            for queue in list(self.queues.values()):
                while self._slots and not self._stopped:
                    job = await self._node.in_background(queue.take)
                    if job is None:
                        break
                    self._hand_over(job)
            self._warned = False
        except DATABASE_ERRORS as error:
            if not self._warned:
                self._warned = True
                logger.error("No jobs can be taken from the queue: %s", self._node.one_line(error))
        finally:
            self._asking = False

    def _hand_over(self, job: QueuedJob) -> Any:
        if self._stopped:
            return self.give_back(job)
        return self._slots.popleft().callback(job)
