"""A whole crawl of recorded pages without an engine: requests in, responses out, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.request import fingerprint
from twisted.python.failure import Failure

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.scopes import Outcome
from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting

#: More requests than any recorded case has: a spider that asks for more goes round in circles.
REQUEST_LIMIT = 500


@dataclass(slots=True)
class Replay:
    """What a crawl of recorded pages gave, as the spider yielded it: nothing is normalised."""

    postings: list[JobPosting] = field(default_factory=list)
    rejected: list[RejectedPosting] = field(default_factory=list)
    closed: list[ClosedPosting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    missing: list[Request] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def replay(spider: BoardSpider, respond: Callable[[Request], Response | None]) -> Replay:
    """Run a spider's callbacks over what ``respond`` has recorded for its requests.

    A request without a recording goes to its errback. Raises RuntimeError where the requests never end.
    """
    result = Replay()
    waiting = deque(spider.initial_requests())
    seen: set[bytes] = set()
    while waiting:
        request = waiting.popleft()
        if not request.dont_filter and fingerprint(request) in seen:
            continue
        seen.add(fingerprint(request))
        result.requests.append(request)
        if len(result.requests) > REQUEST_LIMIT:
            raise RuntimeError(
                f"{spider.name} made more than {REQUEST_LIMIT} requests; the last is {request.url}"
            )
        response = respond(request)
        if response is None:
            result.missing.append(request)
            failure = Failure(IgnoreRequest("not recorded"))  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]  # as Scrapy does
            outputs = request.errback(failure) if request.errback else ()
        else:
            response = response.replace(request=request, url=request.url)
            assert request.callback is not None
            outputs = request.callback(response, **request.cb_kwargs)
        for output in outputs:
            if isinstance(output, Request):
                waiting.append(output)
            elif isinstance(output, JobPosting):
                result.postings.append(output)
            elif isinstance(output, RejectedPosting):
                result.rejected.append(output)
            elif isinstance(output, ClosedPosting):
                result.closed.append(output)
    for scope in spider.ledger:
        result.outcomes[scope.key], _ = scope.outcome(finished=True)
    return result


#: What differs from run to run or only repeats the page, and so is no part of what a case expects.
_UNEXPECTED = frozenset(
    {"raw", "fetched_at", "crawl_id", "listing_hash", "row_hash", "derived", "normaliser_version"}
)


def expectation(posting: JobPosting) -> dict[str, Any]:
    """A posting as the expected file of a case has it: every field that says something."""
    given = {name: value for name, value in asdict(posting).items() if name not in _UNEXPECTED}
    return {name: _plain(value) for name, value in given.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
