"""Web services about deployed code: addversion.json, delversion.json, listspiders.json and their like."""

from __future__ import annotations

import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from scrapyd.exceptions import EggNotFoundError, ProjectNotFoundError
from twisted.internet.threads import deferToThread

from jobspiders.deployment.code_version import CodeVersion
from jobspiders.deployment.deployment_check import DeploymentError, check_version
from jobspiders.deployment.json_service import Answer, Form, JsonService
from jobspiders.deployment.node import child_environment
from jobspiders.deployment.plain_names import RefusedError


class AddVersion(JsonService):
    """Takes an egg in, after it has shown in a process of its own that it works; then it is the default."""

    binary = ("egg",)

    async def post(self, form: Form) -> Answer:
        project, version = form.name("project"), form.name("version")
        eggs = form.fields.pop("egg", [])
        egg = eggs[0].encode("latin-1") if eggs else b""
        if not zipfile.is_zipfile(BytesIO(egg)):
            raise RefusedError("egg is not a ZIP file (if using curl, use egg=@path not egg=path)")
        spiders = await deferToThread(self._checked, egg, project, version)
        await self.node.in_background(self.launcher.eggs.put, BytesIO(egg), project, version)
        await self.node.in_background(self.root.update_projects)
        return {"project": project, "version": version, "spiders": len(spiders)}

    def _checked(self, egg: bytes, project: str, version: str) -> list[str]:
        with tempfile.TemporaryDirectory(prefix="jobspiders-deploy-") as directory:
            path = Path(directory) / f"{project}-{version}.egg"
            path.write_bytes(egg)
            code = CodeVersion(version, path, f"{project}.settings")
            try:
                return check_version(code, child_environment(self.node))
            except DeploymentError as error:
                raise RefusedError(f"version '{version}' is not taken: {error}") from None


class DeleteVersion(JsonService):
    """Deletes one version; the one deployed before it becomes the default."""

    async def post(self, form: Form) -> Answer:
        project, version = form.name("project"), form.name("version")
        await self.node.in_background(self._delete, project, version)
        return {}

    def _delete(self, project: str, version: str | None) -> None:
        try:
            self.launcher.eggs.delete(project, version)
        except ProjectNotFoundError:
            raise RefusedError(f"project '{project}' not found") from None
        except EggNotFoundError:
            raise RefusedError(f"version '{version}' not found") from None
        self.root.update_projects()


class DeleteProject(DeleteVersion):
    """Deletes all versions."""

    async def post(self, form: Form) -> Answer:
        await self.node.in_background(self._delete, form.name("project"), None)
        return {}


class ListProjects(JsonService):
    """The projects that can be scheduled."""

    async def get(self, form: Form) -> Answer:
        return {"projects": list(self.root.poller.queues)}


class ListVersions(JsonService):
    """The versions of a project in the order of their deployment, the default last."""

    async def get(self, form: Form) -> Answer:
        project = form.name("project")
        return {"versions": await self.node.in_background(self.launcher.eggs.list, project)}


class ListSpiders(JsonService):
    """The spiders of a version."""

    async def get(self, form: Form) -> Answer:
        project, version = self.project(form.name("project")), form.optional_name("_version")
        code = await self.node.in_background(self.launcher.code, project, version)
        return {"spiders": await deferToThread(self.launcher.checks.spiders, code)}
