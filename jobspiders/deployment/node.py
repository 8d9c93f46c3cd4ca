"""What the components of one Scrapyd process share: its configuration, its database, its name in the cluster."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import psycopg
from scrapy.settings import Settings
from scrapyd.config import Config
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool

from jobspiders.deployment.running_jobs import RunningJobs
from jobspiders.deployment.scrapyd_config import SETTINGS_MODULE, settle
from jobspiders.storage import database
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import StorageError
from jobspiders.storage.scrapyd_eggs import Eggs
from jobspiders.storage.scrapyd_jobs import JobQueue
from jobspiders.storage.scrapyd_nodes import Nodes
from jobspiders.storage.steady_connection import SteadyConnection

logger = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

#: What the database can do to a call.
DATABASE_ERRORS = (psycopg.Error, StorageError)


class Node:
    """One start of a node. ``instance`` tells it from its earlier starts."""

    _of: WeakKeyDictionary[Config, Node] = WeakKeyDictionary()

    def __init__(self, config: Config) -> None:
        settings = Settings()
        settings.setmodule(SETTINGS_MODULE, priority="project")
        self.storage = StorageConfig.from_settings(settings)
        self.config = settle(config, self.storage.home)
        self.instance = uuid.uuid4()
        self.connection = SteadyConnection(self.storage)
        self.queue = JobQueue(self.connection)
        self.nodes = Nodes(self.connection)
        self.eggs = Eggs(self.connection)
        self.running = RunningJobs(self.config.state_dir / "running")
        #: The descriptor that keeps others out of its directory.
        self.lock: int | None = None
        #: Set when the node is being stopped: whoever waits for the database gives up.
        self.closing = threading.Event()
        self._threads: ThreadPool | None = None

    @classmethod
    def of(cls, config: Config) -> Node:
        """The node of that configuration, the same for all components. Raises ConfigurationError."""
        if config not in cls._of:
            cls._of[config] = cls(config)
        return cls._of[config]

    @property
    def name(self) -> str:
        """Its name among the nodes."""
        return self.config.name

    def in_background(
        self, function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Deferred[Result]:
        """Run ``function`` in the one thread that waits for the database, after what was asked for before."""
        # the import installs a reactor, which is for the process to choose
        from twisted.internet import reactor as found

        reactor: Any = found
        if self._threads is None:
            self._threads = ThreadPool(minthreads=1, maxthreads=1, name="database")
            self._threads.start()
            reactor.addSystemEventTrigger("after", "shutdown", self._threads.stop)
        return deferToThreadPool(reactor, self._threads, function, *args, **kwargs)

    def one_line(self, error: BaseException) -> str:
        """What a database error says, without a password."""
        if isinstance(error, StorageError):
            return str(error)
        return database.one_line(error, self.storage.url or "")


def child_environment(node: Node) -> dict[str, str]:
    """The environment of processes that a node starts: they know its home, and not its password."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPYD_")}
    environment["JOBSPIDERS_HOME"] = str(node.storage.home)
    if node.storage.url:
        environment["DATABASE_URL"] = node.storage.url
    return environment
