"""Scrapyd's egg storage: versions are in the database, and on the node's disk only for use."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from scrapyd.config import Config
from scrapyd.exceptions import EggNotFoundError, ProjectNotFoundError
from scrapyd.interfaces import IEggStorage
from zope.interface import implementer

from jobspiders.deployment.node import DATABASE_ERRORS, Node
from jobspiders.deployment.plain_names import plain_name

logger = logging.getLogger(__name__)


@implementer(IEggStorage)
class SharedEggStorage:
    """The default version is the one that was deployed last, whatever its name; deploying an old one goes back to it.

    A version that a node has used stays usable there while the database is away.
    """

    def __init__(self, config: Config) -> None:
        self._node = Node.of(config)
        self._directory = Path(config.get("eggs_dir"))

    def put(self, eggfile: BinaryIO, project: str, version: str) -> None:
        """Make an egg the default version of ``project``."""
        self._node.eggs.put(plain_name("project", project), plain_name("version", version), eggfile.read())
        self._node.eggs.keep(project, self._node.config.versions_kept)

    def get(self, project: str, version: str | None = None) -> tuple[str, BinaryIO] | tuple[None, None]:
        """Version and opened egg; (None, None) where there is none."""
        found = self.path(project, version)
        return (None, None) if found is None else (found[0], found[1].open("rb"))

    def path(self, project: str, version: str | None = None) -> tuple[str, Path] | None:
        """Version (None: the default) and file of an egg on this node's disk; None where there is none."""
        plain_name("project", project)
        try:
            versions = self._node.eggs.versions(project)
            wanted = [deployed for deployed in versions if version in (None, deployed.version)]
            if not wanted:
                return None
            deployed = wanted[-1]
            path = self._cached(project, deployed.version, deployed.digest)
            if not path.exists():
                egg = self._node.eggs.read(project, deployed)
                if egg is None:
                    return None
                self._write(path, egg)
            os.utime(path)
            return deployed.version, path
        except DATABASE_ERRORS as error:
            return self._last_used(project, version, error)

    def list_projects(self) -> list[str]:
        """The projects that were deployed."""
        try:
            return self._node.eggs.projects()
        except DATABASE_ERRORS as error:
            logger.warning("Deployed projects are those on disk: %s", self._node.one_line(error))
            return sorted(path.name for path in self._directory.glob("*") if path.is_dir())

    def delete(self, project: str, version: str | None = None) -> None:
        """Delete a version, or a project; raises Scrapyd's errors where there is none."""
        if self._node.eggs.delete(plain_name("project", project), version):
            return
        raise ProjectNotFoundError if version is None or not self.list(project) else EggNotFoundError

    def _cached(self, project: str, version: str, digest: str) -> Path:
        return self._directory / project / f"{plain_name('version', version)}-{digest[:16]}.egg"

    def _write(self, path: Path, egg: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.write_bytes(egg)
        made.replace(path)
        for old in sorted(path.parent.glob("*.egg"), key=_used)[: -2 * self._node.config.versions_kept]:
            with suppress(OSError):
                old.unlink()

    def _last_used(self, project: str, version: str | None, error: Exception) -> tuple[str, Path]:
        pattern = f"{version}-*.egg" if version else "*.egg"
        known = sorted((self._directory / project).glob(pattern), key=_used)
        if not known:
            raise error
        logger.warning("%s is used from disk: %s", known[-1].name, self._node.one_line(error))
        return known[-1].stem.rpartition("-")[0], known[-1]

    def list(self, project: str) -> list[str]:
        """The versions, the default last."""
        return [deployed.version for deployed in self._node.eggs.versions(plain_name("project", project))]


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
