"""What becomes of a job whose process has ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass

#: The crawl command's exit code for arguments and settings that it refuses.
REFUSED = 2
#: Ends of a crawl that were not its own doing: it goes on from its JOBDIR after so many seconds.
_RESUMED_AFTER = {
    "shutdown": 1.0,
    "killed": 1.0,
    "memusage_exceeded": 5.0,
    "jobdir": 15.0,
    "database": 30.0,
    "journal_full": 60.0,
}
#: A process that ended badly before its crawl began: the code, the machine or the database, none of it for long.
_BEGUN_AGAIN_AFTER = 15.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The job is over; ``result`` is its last word."""

    result: str


@dataclass(frozen=True, slots=True)
class Again:
    """The job goes back to the queue for at least ``delay`` seconds; ``counted``: as one of its attempts."""

    delay: float
    counted: bool = True


def after_exit(
    *,
    exit_code: int | None,
    signal: int | None,
    finish_reason: str | None,
    cancelled: bool = False,
    stopping: bool = False,
) -> Ended | Again:
    """Decide by how the process ended and what the newest crawl of the job says (None: nothing, or not its end).

    ``stopping``: the node is being stopped, and ended the job itself.
    """
    if finish_reason == "finished":
        return Ended("finished")
    if cancelled:
        return Ended("cancelled")
    if stopping:
        return Again(0.0, counted=False)
    if signal is not None:
        return Again(_RESUMED_AFTER["killed"])
    if exit_code == REFUSED:
        return Ended("refused")
    if finish_reason is None:
        return Ended("finished") if exit_code == 0 else Again(_BEGUN_AGAIN_AFTER)
    if finish_reason in _RESUMED_AFTER:
        return Again(_RESUMED_AFTER[finish_reason])
    return Ended(finish_reason)
