"""Recorded exchanges as betamax cassettes, behind Scrapy's HTTP cache.

A cassette is the JSON that betamax writes (https://betamax.readthedocs.io): interactions. Secrets
and cookies are scrubbed when an exchange is recorded. Replaying goes through every middleware but the network.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from w3lib.url import canonicalize_url

SCRUBBED = "SCRUBBED"
_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "proxy-authorization", "authorization-key", "x-api-key"}
)
_SECRET_PARAMETER = re.compile(
    r"(?:^|_)(?:key|token|secret|password|app_id|client_id|signature)$", re.IGNORECASE
)


class CassetteError(ValueError):
    """A cassette that cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One recorded request and its response."""

    method: str
    url: str
    request_body: bytes
    status: int
    headers: Mapping[str, list[str]]
    body: bytes

    def response(self) -> Response:
        """The recorded response as Scrapy would have made it."""
        headers = Headers(dict(self.headers))
        kind = responsetypes.from_args(headers=headers, url=self.url, body=self.body)
        return kind(url=self.url, status=self.status, headers=headers, body=self.body)


def scrub_url(url: str) -> str:
    """The address with the values of secret parameters and any credentials replaced."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, SCRUBBED if _SECRET_PARAMETER.search(name) else value) for name, value in query]
    return urlunsplit(parts._replace(netloc=host, query=urlencode(kept) if kept else parts.query))


def scrub_headers(headers: Mapping[bytes, list[bytes]]) -> dict[str, list[str]]:
    """Headers as text, without cookies and credentials."""
    named = ((name.decode("latin-1"), values) for name, values in headers.items())
    return {
        name: [value.decode("latin-1") for value in values]
        for name, values in named
        if name.lower() not in _SECRET_HEADERS
    }


def read_cassette(path: Path) -> Iterator[Interaction]:
    """The interactions of a cassette file. Raises CassetteError."""
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))["http_interactions"]
        for entry in recorded:
            request, response = entry["request"], entry["response"]
            yield Interaction(
                method=request["method"].upper(),
                url=request["uri"],
                request_body=_body(request["body"]),
                status=response["status"]["code"],
                headers={name: _values(values) for name, values in response["headers"].items()},
                body=_body(response["body"]),
            )
    except OSError as error:
        raise CassetteError(f"{path}: {error.strerror}") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CassetteError(f"{path} is no cassette: {error!r}") from None


def write_cassette(path: Path, interactions: list[dict[str, Any]]) -> None:
    """Write interactions as ``record_interaction`` makes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cassette = {"http_interactions": interactions, "recorded_with": "betamax/0.9.0"}
    path.write_text(json.dumps(cassette, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def record_interaction(request: Request, response: Response, *, at: datetime) -> dict[str, Any]:
    """An exchange in betamax's form, scrubbed."""
    reason = HTTPStatus(response.status).phrase if response.status in HTTPStatus._value2member_map_ else ""
    return {
        "request": {
            "method": request.method,
            "uri": scrub_url(request.url),
            "headers": scrub_headers(request.headers),
            "body": _encoded(request.body),
        },
        "response": {
            "status": {"code": response.status, "message": reason},
            "url": scrub_url(response.url),
            "headers": scrub_headers(response.headers),
            "body": _encoded(response.body),
        },
        "recorded_at": at.replace(tzinfo=None).isoformat(timespec="seconds"),
    }


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
            for interaction in read_cassette(self.path):
                key = _key(interaction.method, interaction.url, interaction.request_body)
                self._interactions[key].append(interaction)

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
        return found[min(place, len(found) - 1)].response()

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Keep an exchange for the cassette."""
        self._recorded.append(record_interaction(request, response, at=datetime.now(UTC)))


def _key(method: str, url: str, body: bytes) -> tuple[str, str, bytes]:
    return method, canonicalize_url(scrub_url(url)), body


def _values(values: Any) -> list[str]:
    return values if isinstance(values, list) else [values]


def _body(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if "base64_string" in body:
        try:
            return base64.b64decode(body["base64_string"])
        except binascii.Error as error:
            raise ValueError(f"damaged body ({error})") from None
    text: str = body["string"] or ""
    return text.encode(body.get("encoding") or "utf-8")


def _encoded(body: bytes) -> dict[str, str]:
    try:
        return {"encoding": "utf-8", "string": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"encoding": "", "base64_string": base64.b64encode(body).decode("ascii")}
