"""Deployed versions of projects, kept in the database so that every node, also one that joins later, has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jobspiders.storage.database import Connection


@dataclass(frozen=True, slots=True)
class DeployedVersion:
    """One version; ``digest`` is the SHA-256 of its egg in hexadecimal."""

    version: str
    digest: str
    deployed_at: datetime


_PUT = """
INSERT INTO scrapyd_eggs (project, version, egg, digest, deployed_at)
VALUES (%s, %s, %s, %s, clock_timestamp())
ON CONFLICT (project, version) DO UPDATE SET egg = excluded.egg, digest = excluded.digest,
    deployed_at = excluded.deployed_at
"""
_VERSIONS = (
    "SELECT version, digest, deployed_at FROM scrapyd_eggs WHERE project = %s ORDER BY deployed_at, version"
)
_EGG = "SELECT egg FROM scrapyd_eggs WHERE project = %s AND version = %s AND digest = %s"
_PROJECTS = "SELECT DISTINCT project FROM scrapyd_eggs ORDER BY project"
_DELETE = "DELETE FROM scrapyd_eggs WHERE project = %s AND version = %s"
_DELETE_ALL = "DELETE FROM scrapyd_eggs WHERE project = %s"
_KEEP = """
DELETE FROM scrapyd_eggs e WHERE project = %(project)s AND version NOT IN (
    SELECT version FROM scrapyd_eggs WHERE project = %(project)s ORDER BY deployed_at DESC LIMIT %(keep)s
) AND NOT EXISTS (
    SELECT FROM scrapyd_jobs j WHERE j.project = e.project AND j.version = e.version AND j.state <> 'ended'
)
"""


class Eggs:
    """The table, over a connection that ``connected`` hands out. Methods may raise psycopg.Error and StorageError."""

    def __init__(self, connected: Callable[[], Connection]) -> None:
        self._connected = connected

    def put(self, project: str, version: str, egg: bytes) -> DeployedVersion:
        """Store an egg; its version is the newest, and so the default, from now on."""
        self._connected().execute(_PUT, [project, version, egg, hashlib.sha256(egg).hexdigest()])
        return self.versions(project)[-1]

    def versions(self, project: str) -> list[DeployedVersion]:
        """All versions in the order in which they were deployed."""
        return [DeployedVersion(*row) for row in self._connected().execute(_VERSIONS, [project])]

    def read(self, project: str, version: DeployedVersion) -> bytes | None:
        """The egg of a version; None where it was deleted or replaced meanwhile."""
        row = self._connected().execute(_EGG, [project, version.version, version.digest]).fetchone()
        return None if row is None else bytes(row[0])

    def projects(self) -> list[str]:
        """The projects that have versions."""
        return [str(row[0]) for row in self._connected().execute(_PROJECTS)]

    def delete(self, project: str, version: str | None = None) -> int:
        """Delete one version, or all; how many there were."""
        if version is None:
            return self._connected().execute(_DELETE_ALL, [project]).rowcount
        return self._connected().execute(_DELETE, [project, version]).rowcount

    def keep(self, project: str, newest: int) -> int:
        """Delete all but the newest versions, and those that jobs still name; how many went."""
        return self._connected().execute(_KEEP, {"project": project, "keep": newest}).rowcount
