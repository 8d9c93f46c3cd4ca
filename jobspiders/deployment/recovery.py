"""What a node does before it takes jobs: it puts in order what its earlier start left, killed or not."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import shutil
import time
import uuid
from pathlib import Path

from jobspiders import __version__
from jobspiders.deployment.node import DATABASE_ERRORS, Node
from jobspiders.deployment.scrapyd_config import ConfigurationError
from jobspiders.storage.leftovers import drain_leftovers
from jobspiders.storage.scrapyd_jobs import ReturnedJob

logger = logging.getLogger(__name__)

#: Seconds between attempts to reach the database.
_RETRY = 3.0


def lock_directory(directory: Path) -> int:
    """Hold a node's directory for as long as this process lives. Raises ConfigurationError where another does."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / "node.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigurationError(
            f"another Scrapyd works in {directory}: stop it, or give this one a JOBSPIDERS_HOME of its own"
        ) from None
    return descriptor


def recover(node: Node, slots: int) -> list[ReturnedJob]:
    """End orphans, take back unfinished jobs, store what journals hold; waits for the database.

    Returns the jobs that turned out to be over. Raises ConfigurationError where another node has this name.
    """
    for orphan in node.running.end_orphans(node.config.stop_timeout):
        logger.warning(
            "Process %d of job %s had outlived its Scrapyd and was ended", orphan.pid, orphan.job_id
        )
    warned = False
    while not node.closing.is_set():
        try:
            return _put_in_order(node, slots)
        except DATABASE_ERRORS as error:
            if not warned:
                logger.error("No job is taken before the database answers: %s", node.one_line(error))
                warned = True
            node.closing.wait(_RETRY)
    return []


def _put_in_order(node: Node, slots: int) -> list[ReturnedJob]:
    _claim_name(node)
    config = node.config
    node.nodes.beat(
        node.name, node.instance, address=config.address, slots=slots, running=0, version=__version__
    )
    returned = node.queue.return_earlier(node.name, node.instance, config.most_attempts)
    for job in returned:
        logger.warning("Job %s of the last start of this node is %s", job.job_id, job.state)
    drain_journals(node)
    _remove_directories_of_ended_jobs(node)
    return [job for job in returned if job.state == "ended"]


def drain_journals(node: Node) -> None:
    """Store what dead crawls of this home left. Raises what the database raises."""
    stored = asyncio.run(drain_leftovers(node.storage, node.connection.url))
    if stored:
        logger.info("Stored %d records of crawls that had not ended", stored)


def _claim_name(node: Node) -> None:
    """Wait until whoever had this node's name is silent; the last start in this directory is."""
    remembered = node.config.state_dir / "instance"
    patience = 2.5 * node.config.heartbeat
    deadline = time.monotonic() + patience
    while (rival := node.nodes.rival(node.name, node.instance)) is not None:
        instance, silent = rival
        if instance == _read_instance(remembered) or silent >= patience:
            break
        if time.monotonic() >= deadline:
            raise ConfigurationError(
                f"another node named {node.name} is alive: give each its own node_name (or SCRAPYD_NODE_NAME)"
            )
        node.closing.wait(0.5)
    remembered.write_text(str(node.instance))


def _read_instance(path: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID(path.read_text().strip())
    except (OSError, ValueError):
        return None


def _remove_directories_of_ended_jobs(node: Node) -> None:
    for directory in node.config.jobs_dir.glob("*/*/*"):
        project, job_id = directory.parts[-3], directory.parts[-1]
        state = node.queue.state(project, job_id)
        if state is not None and state.state == "ended":
            shutil.rmtree(directory, ignore_errors=True)
