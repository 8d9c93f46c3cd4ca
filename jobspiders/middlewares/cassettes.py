"""Recorded exchanges behind Scrapy's HTTP cache: a replay goes through every middleware but the network."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from w3lib.url import canonicalize_url

from jobspiders.parsing.cassette import (
    Interaction,
    interaction,
    read_cassette,
    scrub_body,
    scrub_url,
    write_cassette,
)


class CassetteStorage:
    """Scrapy's HTTP cache on a cassette (setting CASSETTE): replayed, or written with CASSETTE_RECORD.

    The same request asked again gets the next recording of it, and the last one from then on.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.path = Path(settings["CASSETTE"])
        self.recording = settings.getbool("CASSETTE_RECORD")
        self._recorded: list[dict[str, Any]] = []
        self._interactions: dict[tuple[str, str, bytes], list[Interaction]] = defaultdict(list)
        self._played: dict[tuple[str, str, bytes], int] = defaultdict(int)

    def open_spider(self, spider: Spider) -> None:
        """Load the cassette to replay."""
        if not self.recording:
            for recorded in read_cassette(self.path):
                key = _key(recorded.method, recorded.url, recorded.request_body)
                self._interactions[key].append(recorded)

    def close_spider(self, spider: Spider) -> None:
        """Write what was recorded."""
        if self.recording:
            write_cassette(self.path, self._recorded)

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        """The recorded response to a request; None where there is none."""
        key = _key(request.method, request.url, request.body)
        found = self._interactions.get(key)
        if not found:
            return None
        place = self._played[key]
        self._played[key] += 1
        return response_of(found[min(place, len(found) - 1)])

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep an exchange for the cassette."""
        self._recorded.append(
            interaction(
                request.method,
                request.url,
                status=response.status,
                headers=_text_headers(response.headers),
                body=response.body,
                request_headers=_text_headers(request.headers),
                request_body=request.body,
                recorded_at=datetime.now(UTC),
            )
        )


def response_of(recorded: Interaction) -> Response:
    """A recorded response as Scrapy would have made it."""
    headers = Headers(dict(recorded.headers))
    kind = responsetypes.from_args(headers=headers, url=recorded.url, body=recorded.body)
    return kind(url=recorded.url, status=recorded.status, headers=headers, body=recorded.body)


def _key(method: str, url: str, body: bytes) -> tuple[str, str, bytes]:
    return method, canonicalize_url(scrub_url(url)), scrub_body(body)


def _text_headers(headers: Headers) -> dict[str, list[str]]:
    return {
        name.decode("latin-1"): [value.decode("latin-1") for value in values]
        for name, values in headers.items()
    }
