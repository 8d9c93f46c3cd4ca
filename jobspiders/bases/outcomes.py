"""What a status or an exception says of the page that was asked for. Pure."""

from __future__ import annotations

from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from jobspiders.bases.scopes import Outcome

ROBOTS_FORBID = "robots.txt forbids it (ROBOTSTXT_OBEY=False crawls all the same)"


def status_outcome(status: int, not_found: frozenset[int]) -> Outcome | None:
    """What a status says of a page: None for one that may be read."""
    if status in not_found:
        return "not_found"
    if status < 400:
        return None
    if status in (401, 403, 451, 999):
        return "blocked"
    if status in (429, 503):
        return "throttled"
    return "failed"


def failure_outcome(failure: Failure) -> tuple[Outcome, str]:
    """What an exception says of a request: our own errors carry ``outcome`` or ``vendor``."""
    error = failure.value
    outcome: Outcome | None = getattr(error, "outcome", "blocked" if hasattr(error, "vendor") else None)
    if outcome is not None:
        return outcome, str(error)
    if isinstance(error, HttpError):
        return status_outcome(error.response.status, frozenset({404, 410})) or "failed", str(error)
    if "robots.txt" in str(error):
        return "blocked", ROBOTS_FORBID
    return "failed", f"{type(error).__name__}: {error}".strip(": ")
