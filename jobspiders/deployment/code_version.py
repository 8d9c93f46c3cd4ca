"""How to run the code of one version: what is deployed as an egg, or what is installed where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jobspiders.deployment.runner import PARENT

SETTINGS_VARIABLE = "SCRAPY_SETTINGS_MODULE"


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """``egg`` None stands for the installed code; ``name`` is None for it."""

    name: str | None
    egg: Path | None
    settings_module: str

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """``base`` with what makes a Python process find this code before any other."""
        environment = dict(base)
        environment[SETTINGS_VARIABLE] = self.settings_module
        environment[PARENT] = str(os.getpid())
        if self.egg is not None:
            # before the current directory and what is installed, which Scrapyd itself runs from
            environment["PYTHONSAFEPATH"] = "1"
            paths = [str(self.egg), *filter(None, [environment.get("PYTHONPATH")])]
            environment["PYTHONPATH"] = os.pathsep.join(paths)
        return environment

    @staticmethod
    def command(module: str, *arguments: str) -> list[str]:
        """The command that runs a module of this code in that environment."""
        return [sys.executable, "-m", module, *arguments]
