"""Recorded exchanges in the form of betamax cassettes (https://betamax.readthedocs.io), secrets scrubbed."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SCRUBBED = "SCRUBBED"
_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "proxy-authorization", "authorization-key", "x-api-key"}
)
_FORM = re.compile(rb"[\w.%+=&*~-]+")
_TOKEN = re.compile(rb'("(?:access|refresh|id)_token"\s*:\s*)"[^"]*"')
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


def scrub_url(url: str) -> str:
    """The address with the values of secret parameters and any credentials replaced."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, SCRUBBED if _SECRET_PARAMETER.search(name) else value) for name, value in query]
    return urlunsplit(parts._replace(netloc=host, query=urlencode(kept) if kept else parts.query))


def scrub_body(body: bytes) -> bytes:
    """A body without the secrets of a form or the tokens of an answer."""
    if _FORM.fullmatch(body[:200]) and b"=" in body:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        if any(_SECRET_PARAMETER.search(name) for name, _ in pairs):
            kept = [(name, SCRUBBED if _SECRET_PARAMETER.search(name) else value) for name, value in pairs]
            return urlencode(kept).encode()
    return _TOKEN.sub(rb'\1"' + SCRUBBED.encode() + b'"', body) if b"_token" in body else body


def scrub_headers(headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Headers without cookies and credentials."""
    return {name: values for name, values in headers.items() if name.lower() not in _SECRET_HEADERS}


def read_cassette(path: Path) -> Iterator[Interaction]:
    """The interactions of a cassette file. Raises CassetteError."""
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CassetteError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise CassetteError(f"{path} is no cassette: {error}") from None
    yield from read_interactions(recorded, path)


def read_interactions(recorded: Any, path: Path) -> Iterator[Interaction]:
    """The interactions of a decoded cassette; ``path`` is for the message of a CassetteError."""
    try:
        for entry in recorded["http_interactions"]:
            request, response = entry["request"], entry["response"]
            yield Interaction(
                method=request["method"].upper(),
                url=request["uri"],
                request_body=_body(request["body"]),
                status=response["status"]["code"],
                headers={name: _values(values) for name, values in response["headers"].items()},
                body=_body(response["body"]),
            )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CassetteError(f"{path} is no cassette: {error!r}") from None


def write_cassette(path: Path, interactions: list[dict[str, Any]]) -> None:
    """Write interactions as ``interaction`` makes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cassette = {"http_interactions": interactions, "recorded_with": "betamax/0.9.0"}
    path.write_text(json.dumps(cassette, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def interaction(
    method: str,
    url: str,
    *,
    status: int = 200,
    headers: Mapping[str, list[str]] | None = None,
    body: bytes = b"",
    request_headers: Mapping[str, list[str]] | None = None,
    request_body: bytes = b"",
    recorded_at: datetime,
) -> dict[str, Any]:
    """An exchange in betamax's form, scrubbed."""
    reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    return {
        "request": {
            "method": method,
            "uri": scrub_url(url),
            "headers": scrub_headers(request_headers or {}),
            "body": _encoded(scrub_body(request_body)),
        },
        "response": {
            "status": {"code": status, "message": reason},
            "url": scrub_url(url),
            "headers": scrub_headers(headers or {}),
            "body": _encoded(scrub_body(body)),
        },
        "recorded_at": recorded_at.replace(tzinfo=None).isoformat(timespec="seconds"),
    }


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
