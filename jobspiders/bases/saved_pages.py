"""What a board reads in a saved file, and how it ended: as in a crawl, but for all that saving does to a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.url import url_is_from_any_domain

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.reading import PageReading, read_response
from jobspiders.items import ClosedPosting, JobPosting, RejectedPosting
from jobspiders.middlewares.blocks import detect_block
from jobspiders.middlewares.page_state import PageState, page_state
from jobspiders.parsing.saved import Answer, answers_in, answers_inside

#: Documents inside others that are tried.
MOST_TRIED = 500
_DEPTH = 6
_ADDRESSES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rb"<!-- saved from url=\(\d+\)(\S+)",
        rb"<link\b(?=[^>]*\brel=[\"']?canonical)[^>]*\bhref=[\"']?([^\"'\s>]+)",
        rb"<meta\b(?=[^>]*\bproperty=[\"']?og:url)[^>]*\bcontent=[\"']?([^\"'\s>]+)",
    )
)
_STATES = {
    PageState.EMPTY: ("failed", "the body is empty"),
    PageState.TRUNCATED: ("failed", "the body is cut off"),
    PageState.APP_SHELL: ("layout_changed", "an app shell, whose postings come by script"),
}


@dataclass(slots=True)
class SavedReading:
    """What one saved answer gave. The outcome names the vendor of a block."""

    outcome: str
    evidence: str | None = None
    postings: list[JobPosting] = field(default_factory=list)
    rejected: list[RejectedPosting] = field(default_factory=list)
    closed: list[ClosedPosting] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


def read_saved(spider: BoardSpider, body: bytes, url: str | None, status: int = 200) -> list[SavedReading]:
    """The readings of the answers in a file; ``url`` is the page's address (default: the board's).

    Raises CassetteError.
    """
    url = f"https://{url}" if url and "://" not in url else url
    return [_reading(spider, answer, url, status) for answer in answers_in(body)] or [
        SavedReading("failed", "the file holds no answer")
    ]


def whole_outcome(readings: list[SavedReading]) -> str:
    """The outcome of all answers of a file: the first that is no success.

    What says nothing to the board, such as the other requests in a browser's record, counts only where no
    answer does.
    """
    outcomes = [reading.outcome for reading in readings]
    if "ok" in outcomes:
        outcomes = [outcome for outcome in outcomes if outcome != "layout_changed"]
    return next((outcome for outcome in outcomes if outcome not in ("ok", "empty")), outcomes[0])


def response_of(answer: Answer, url: str, status: int = 200) -> Response:
    """A saved answer as Scrapy would have made it."""
    given = {name: values for name, values in answer.headers.items() if name.lower() != "content-type"}
    kind = next((values for name, values in answer.headers.items() if name.lower() == "content-type"), None)
    if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        kind = ["application/json"]
    headers = Headers(given | ({"Content-Type": kind} if kind else {}))
    made = responsetypes.from_args(
        headers=headers, url=url, filename="page.html" if not kind else None, body=answer.body
    )
    return made(url=url, status=answer.status or status, headers=headers, body=answer.body)


def own_address(spider: BoardSpider, body: bytes) -> str | None:
    """The address that a page gives for itself, or the browser that saved it, where it is one of the board's."""
    start = body[:200_000]
    for pattern in _ADDRESSES:
        match = pattern.search(start)
        if match is None:
            continue
        url = html.unescape(match[1].decode("utf-8", "replace").strip())
        domains = getattr(spider, "allowed_domains", None)
        if url.startswith(("http://", "https://")) and (not domains or url_is_from_any_domain(url, domains)):
            return url
    return None


def _reading(spider: BoardSpider, answer: Answer, url: str | None, status: int) -> SavedReading:
    url = answer.url or url or own_address(spider, answer.body)
    response = response_of(answer, url or spider.homepage, status)
    block = detect_block(
        status=response.status, url=response.url, headers=_text_headers(response.headers), body=response.body
    )
    if block is not None:
        return SavedReading(f"blocked ({block.vendor})", block.evidence)
    reading = read_response(spider, response)
    if reading.outcome in ("ok", "empty") or reading.sound:
        return _told(reading, response)
    inner = list(_inner(spider, answer, url, status))
    if inner:
        return _joined(inner)
    return _told(reading, response)


def _told(reading: PageReading, response: Response) -> SavedReading:
    """The reading with what is known of a page that gave nothing."""
    outcome, evidence = str(reading.outcome), reading.evidence
    if outcome == "layout_changed" and not reading.sound:
        outcome, evidence = _STATES.get(page_state(body=response.body, url=response.url), (outcome, evidence))
    if outcome == "blocked":
        outcome = "blocked (unknown)"
    return SavedReading(
        outcome, evidence, reading.postings, reading.rejected, reading.closed, reading.requests
    )


def _inner(spider: BoardSpider, answer: Answer, url: str | None, status: int) -> Iterator[PageReading]:
    """The readings of the documents inside one that makes no sense as it is."""
    waiting, tried = [(each, 1) for each in reversed(answers_inside(answer))], 0
    while waiting and tried < MOST_TRIED:
        candidate, depth = waiting.pop()
        tried += 1
        reading = read_response(
            spider, response_of(candidate, candidate.url or url or spider.homepage, status)
        )
        # an empty list is one of anything, an empty page is the board's
        if (reading.outcome == "ok" and reading.sound) or (
            reading.outcome == "empty" and candidate.body[:1] == b"<"
        ):
            yield reading
        elif depth < _DEPTH:
            waiting += [(each, depth + 1) for each in reversed(answers_inside(candidate))]


def _joined(readings: list[PageReading]) -> SavedReading:
    """Several readings as one, each posting once."""
    found: dict[str, JobPosting] = {}
    for reading in readings:
        for posting in reading.postings:
            found.setdefault(posting.external_id or posting.url, posting)
    return SavedReading(
        "ok" if found or any(reading.closed for reading in readings) else "empty",
        None,
        list(found.values()),
        [row for reading in readings for row in reading.rejected],
        [row for reading in readings for row in reading.closed],
        [row for reading in readings for row in reading.requests],
    )


def _text_headers(headers: Headers) -> dict[str, str]:
    """Headers as text, the last value of each."""
    found = headers.to_unicode_dict()
    return {str(name): str(found[name]) for name in found}
