"""`python -m scrapyd` whose lines are counted: twistd ends itself by a signal, before coverage can write."""

from __future__ import annotations

import coverage
from scrapyd.__main__ import main
from twisted.application import app

_end = app._exitWithSignal


def save_and_end(signal: int) -> None:
    """Write what was measured, if anything is, and die as twistd does."""
    measured = coverage.Coverage.current()
    if measured is not None:
        measured.stop()
        measured.save()
    _end(signal)


if __name__ == "__main__":
    app._exitWithSignal = save_and_end
    main()
