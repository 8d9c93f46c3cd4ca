"""Whether a version works, asked of its own code in processes of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from jobspiders.deployment.code_version import CodeVersion

RUNNER = "jobspiders.deployment.runner"
#: Seconds for each command.
PATIENCE = 180.0


class DeploymentError(Exception):
    """A version cannot be deployed; the message is one line."""


def check_version(code: CodeVersion, environment: Mapping[str, str], cases: Path | None = None) -> list[str]:
    """Run `scrapy list` and `scrapy selfcheck`; the spiders. Raises DeploymentError.

    ``cases``: a directory of recorded pages, whose crawls must give what they are known to give.
    """
    spiders = _run(code, environment, "list", "-s", "LOG_ENABLED=0").split()
    if not spiders:
        raise DeploymentError("it has no spiders")
    _run(code, environment, "selfcheck", *([str(cases)] if cases else []))
    return spiders


def _run(code: CodeVersion, environment: Mapping[str, str], command: str, *words: str) -> str:
    try:
        done = subprocess.run(
            code.command(RUNNER, command, *words),
            env=code.environment(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DeploymentError(f"`scrapy {command}` took more than {PATIENCE:g} seconds") from None
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise DeploymentError(
            f"`scrapy {command}` fails: {lines[-1] if lines else f'exit code {done.returncode}'}"
        )
    return done.stdout
