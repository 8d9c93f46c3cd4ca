"""Starts Scrapy for Scrapyd: `python -m jobspiders.deployment.runner crawl ...`, from the code of one version.

Which version is decided by who starts it (PYTHONPATH); here the process only learns not to outlive its Scrapyd.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: Environment variable with the process id of whoever must not be outlived.
PARENT = "JOBSPIDERS_PARENT"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the system send SIGTERM when the parent dies, also by kill -9. Only Linux can; elsewhere nothing."""
    expected = os.environ.pop(PARENT, "")
    if not sys.platform.startswith("linux") or not expected.isdecimal():
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != int(expected):
        # it died before it could be said
        raise SystemExit(128 + signal.SIGTERM)


def main() -> None:
    """Run the Scrapy command of the process's arguments."""
    end_with_parent()
    from scrapy.cmdline import execute

    execute()


if __name__ == "__main__":
    main()
