"""`scrapy deploy`: the code of this directory becomes what all Scrapyd nodes run."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jobspiders.commands.refusal import refuse
from jobspiders.deployment.code_version import CodeVersion
from jobspiders.deployment.plain_names import RefusedError, plain_name
from jobspiders.deployment.scrapyd_config import PROJECT, SETTINGS_MODULE, ConfigurationError
from jobspiders.project_command import ProjectCommand

if TYPE_CHECKING:
    from jobspiders.deployment.deployment_config import DeploymentConfig
    from jobspiders.deployment.egg import Version

#: Seconds for Scrapyd to take the egg and check it once more where it will run.
_UPLOAD_TIMEOUT = 600.0


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[--url URL] [--name VERSION] [--build-only FILE]"

    def short_desc(self) -> str:
        return "Build this project's egg, check it, and make it what Scrapyd runs"

    def long_desc(self) -> str:
        return (
            "Build the egg of this directory, run `scrapy list` and `scrapy selfcheck` with the recorded cases "
            "from it, and upload it to one Scrapyd, which checks it again; from then on it is the default version "
            "on all nodes. The version is the package's with the commit, or the digest of its files where there "
            "is no git. Jobs that run go on with the code that they began with; deploying an old commit goes back."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="Scrapyd's address, by default this machine's")
        parser.add_argument("--name", help="name of the version")
        parser.add_argument(
            "--build-only", metavar="FILE", help="write the checked egg to FILE and upload nothing"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from jobspiders.deployment.deployment_check import DeploymentError
        from jobspiders.deployment.deployment_config import DeploymentConfig
        from jobspiders.deployment.egg import Version, build, version_of
        from jobspiders.deployment.passwords import PasswordError, load
        from jobspiders.deployment.scrapyd_client import ScrapydClient, ScrapydError

        if args:
            refuse(f"unexpected {args[0]!r}")
        assert self.settings is not None
        try:
            config = DeploymentConfig.from_settings(self.settings)
            version = version_of(config.project)
            if opts.name:
                version = Version(plain_name("--name", opts.name), version.origin)
            if not opts.build_only:
                client = ScrapydClient(
                    opts.url or config.scrapyd_url, load(config.home, config.credentials).scrapyd
                )
                # what would fail after a minute's work fails now
                client.get("daemonstatus.json")
            print(f"version {version.name} ({version.origin})", flush=True)
            with tempfile.TemporaryDirectory(prefix="jobspiders-deploy-") as directory:
                egg = build(config.project, Path(directory))
                spiders = _check(config, version, egg)
                if opts.build_only:
                    Path(opts.build_only).write_bytes(egg.read_bytes())
                    print(f"{opts.build_only}: {spiders} spiders, checked")
                    return
                client.post(
                    "addversion.json",
                    {"project": PROJECT, "version": version.name},
                    files={"egg": egg.read_bytes()},
                    timeout=_UPLOAD_TIMEOUT,
                )
        except (ConfigurationError, DeploymentError, PasswordError, RefusedError, ScrapydError) as error:
            refuse(error)
        except OSError as error:
            refuse(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        print(f"{PROJECT} {version.name}: {spiders} spiders, checked, the default version of all nodes now")


def _check(config: DeploymentConfig, version: Version, egg: Path) -> int:
    """How many spiders the egg has, after everything that can be checked was. Raises DeploymentError."""
    from jobspiders.deployment.deployment_check import check_version

    cases = config.project / "tests" / "boards"
    code = CodeVersion(version.name, egg, SETTINGS_MODULE)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPYD")}
    return len(check_version(code, environment, cases if cases.is_dir() else None))
