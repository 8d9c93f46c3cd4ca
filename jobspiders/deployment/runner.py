"""Starts Scrapy for Scrapyd: `python -m jobspiders.deployment.runner crawl ...`, from the code of one version.

Which version is decided by who starts it (PYTHONPATH); here the process only learns not to outlive its Scrapyd.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys

#: Environment variable with the process id of whoever must not be outlived.
PARENT = "JOBSPIDERS_PARENT"
#: Environment variable with settings of every job of the node, as JSON: keys of boards are nothing for the list of
#: processes, which all users of a machine see, or for Scrapyd's log.
JOB_SETTINGS = "JOBSPIDERS_JOB_SETTINGS"
_PR_SET_PDEATHSIG = 1
# loaded here: between fork and exec nothing may be
_LIBRARY = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def end_with_parent() -> None:
    """Have the system send this process SIGTERM when its parent dies, also by kill -9. Only Linux can."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def main() -> None:
    """Run the Scrapy command of the process's arguments."""
    parent = os.environ.pop(PARENT, "")
    end_with_parent()
    if _LIBRARY is not None and parent.isdecimal() and os.getppid() != int(parent):
        # it died before it could be said
        raise SystemExit(128 + signal.SIGTERM)
    from scrapy.cmdline import execute

    execute(with_settings(sys.argv, os.environ.pop(JOB_SETTINGS, "{}")))


def with_settings(words: list[str], settings: str) -> list[str]:
    """``words`` of a Scrapy command with these settings (JSON) before its own, which win."""
    options = [word for name, value in json.loads(settings).items() for word in ("-s", f"{name}={value}")]
    return [*words[:2], *options, *words[2:]]


if __name__ == "__main__":
    main()
