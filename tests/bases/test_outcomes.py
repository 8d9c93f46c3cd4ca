"""What a status or an exception says of a page."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from jobspiders.bases.outcomes import failure_outcome, status_outcome


def test_status_outcomes_of_pages_that_may_be_read() -> None:
    assert status_outcome(200, frozenset({404})) is None
    assert status_outcome(422, frozenset({422})) == "not_found"


def failure(error: Exception) -> Failure:
    return Failure(error)  # type: ignore[no-untyped-call]


def test_failures_name_their_outcome() -> None:
    class Refused(IgnoreRequest):
        vendor = "example"

    class Held(IgnoreRequest):
        outcome = "throttled"

    assert failure_outcome(failure(Refused("no")))[0] == "blocked"
    assert failure_outcome(failure(Held("later")))[0] == "throttled"
    assert failure_outcome(failure(IgnoreRequest("Forbidden by robots.txt")))[0] == "blocked"
    assert failure_outcome(failure(TimeoutError("slow"))) == ("failed", "TimeoutError: slow")
