"""The answers in a saved file, whatever saved it: compressed, in another encoding, with its HTTP head, in an archive
of exchanges (HAR, WARC, cassettes of betamax and VCR, MHTML), as a viewer shows it, or inside another document.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import email
import email.policy
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from jobspiders.parsing.cassette import CassetteError
from jobspiders.parsing.compression import decompressed
from jobspiders.parsing.embedded import javascript_object, loads
from jobspiders.parsing.record import Record
from jobspiders.parsing.warc import is_warc, records

_LAYERS = 5
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_HEAD = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})[^\r\n]*\r?\n((?:[\w-]+:[^\r\n]*\r?\n)*)\r?\n")
_COMMENTS = re.compile(rb"(?:\s*//[^\n]*\n)+(?=\s*[{\[])")
_FENCE = re.compile(rb"\A\s*```[a-z]*\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
#: What servers put before JSON so that no page can load it as a script, and what makes it a script on purpose.
_GUARD = re.compile(rb"\A\s*(?:\)\]\}',?|for ?\(;;\);|while ?\(1\);|\{\}&&)\s*(?=[{\[])")
_CALL = re.compile(rb"\A\s*(?:/\*\*/)?\s*[\w$.]+\s*\(\s*(?=[{\[])")
_ASSIGNED = re.compile(
    rb"\A\s*(?:export\s+default|(?:(?:export\s+)?(?:const|let|var)\s+)?[\w$.\[\]\"']+\s*(?::[^=\n]+)?=)\s*(?=[{\[])"
)
_SOURCE_LINES = re.compile(r'<td class="line-content">(.*?)</td>', re.DOTALL)
_SOURCE_TAGS = re.compile(r"<[^>]*>")
_XML_SOURCE = re.compile(
    rb'<div id="webkit-xml-viewer-source-xml"[^>]*>(.*?)</div>\s*(?:<div[^>]*class="(?:header|pretty)|</body|\Z)',
    re.DOTALL,
)
#: An object with more keys is a record and keeps no documents under names of its own.
_MOST_KEYS = 12
#: Under what a document may be kept together with what is known of it.
_BODIES = (
    "body", "html", "content", "response", "text", "data", "json", "payload", "result", "results", "page",
    "raw", "source", "page_source", "raw_html", "rawHtml", "responseBody", "response_body", "jsonBody", "value",
)  # fmt: skip
#: Media types of what a board can have said; the scripts, styles and pictures of a page are others.
_DOCUMENT = re.compile("json|html|xml|text/plain|^$")
_URLS = ("url", "uri", "finalUrl", "final_url", "sourceUrl", "source_url", "request_url")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a site. What the file does not tell of it is None or empty."""

    body: bytes
    url: str | None = None
    status: int | None = None
    headers: Mapping[str, list[str]] = field(default_factory=dict)


def answers_in(body: bytes) -> list[Answer]:
    """The answers that a file holds by its form: one for a plain page, several for an archive of exchanges.

    Raises CassetteError for an archive that cannot be read.
    """
    return list(_unpacked(Answer(body), 0))


def answers_inside(answer: Answer) -> list[Answer]:
    """What may be the answer where a JSON document only tells of it: a text or value inside, outer ones first.

    Asked for documents that make no sense as they are; what is found still has to make sense.
    """
    try:
        value = loads(answer.body)
    except ValueError:
        return []
    return [
        replace(answer, body=inner.body, url=inner.url or answer.url) for inner in _inside(value, None, 0)
    ]


def _unpacked(answer: Answer, depth: int) -> Iterator[Answer]:
    body = _as_utf8(decompressed(answer.body))
    answer = replace(answer, body=body)
    if depth >= _LAYERS:
        yield answer
        return
    start = body[:4000].lstrip()
    head = _HEAD.match(body[:64_000].lstrip()) if start[:5] == b"HTTP/" else None
    if head is not None:
        yield from _unpacked(_without_head(answer, head), depth + 1)
    elif is_warc(start):
        for archived in _archived(body):
            yield from _unpacked(archived, depth + 1)
    elif _is_mhtml(start):
        yield from _parts_of_mail(answer)
    elif (exchanges := _exchanges(body, start)) is not None:
        for exchange in exchanges:
            yield from _unpacked(exchange, depth + 1)
    elif (shown := _shown(body, start)) is not None:
        yield from _unpacked(replace(answer, body=shown), depth + 1)
    else:
        yield answer


def _as_utf8(body: bytes) -> bytes:
    """The same text in UTF-8 where it is in UTF-16 or UTF-32, with or without a mark."""
    encoding = next((name for mark, name in _BOMS.items() if body.startswith(mark)), None)
    if encoding is None and body[:1] and b"\0" in body[:2]:
        encoding = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be" if body[:1] == b"\0" else None
    if encoding is None:
        return body
    return codecs.BOM_UTF8 + body.decode(encoding, "replace").lstrip("\ufeff").encode("utf-8", "replace")


def _without_head(answer: Answer, head: re.Match[bytes]) -> Answer:
    body = answer.body.lstrip()[head.end() :]
    headers: dict[str, list[str]] = {}
    for line in head.group(2).splitlines():
        name, _, value = line.decode("latin-1").partition(":")
        headers.setdefault(name.strip(), []).append(value.strip())
    lower = {name.lower(): values for name, values in headers.items()}
    if "chunked" in ",".join(lower.get("transfer-encoding", [])):
        body = _dechunked(body)
    dropped = ("transfer-encoding", "content-encoding", "content-length")
    kept = {name: values for name, values in headers.items() if name.lower() not in dropped}
    return replace(answer, body=body, status=int(head.group(1)), headers=kept)


def _dechunked(body: bytes) -> bytes:
    parts, at = [], 0
    while (line := re.compile(rb"([0-9a-fA-F]+)[^\r\n]*\r?\n").match(body, at)) is not None:
        size = int(line.group(1), 16)
        parts.append(body[line.end() : line.end() + size])
        at = line.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1
        if not size:
            break
    return b"".join(parts) or body


def _archived(body: bytes) -> Iterator[Answer]:
    """The documents of a web archive, without where they were moved to."""
    for record in records(body):
        answer = Answer(record.block, record.url)
        kind = record.headers.get("content-type", "")
        if record.kind == "response":
            head = _HEAD.match(record.block)
            if head is None or head.group(1).startswith(b"3"):
                continue
            answer = _without_head(answer, head)
            kind = next(
                (values[-1] for name, values in answer.headers.items() if name.lower() == "content-type"), ""
            )
        elif record.kind != "resource":
            continue
        if answer.body and _DOCUMENT.search(kind.lower()):
            yield answer


def _is_mhtml(start: bytes) -> bool:
    head = start[:2000].lower()
    return b"mime-version:" in head and b"multipart/related" in head and head[:1].isalpha()


def _parts_of_mail(answer: Answer) -> Iterator[Answer]:
    """The page that a browser saved as one file with its pictures."""
    message = email.message_from_bytes(answer.body, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/json", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            url = part.get("Content-Location") or message.get("Snapshot-Content-Location")
            if isinstance(content, bytes):
                yield replace(answer, body=content, url=str(url) if url else answer.url)
                return


def _exchanges(body: bytes, start: bytes) -> list[Answer] | None:
    """The answers of a HAR file or a cassette; None for any other document."""
    if start[:1] == b"{":
        if (
            b'"http_interactions"' not in start
            and b'"interactions"' not in start
            and b'"entries"' not in body
        ):
            return None
        try:
            value = loads(body)
        except ValueError as error:
            if b'"http_interactions"' in start[:200]:
                raise CassetteError(f"it is no cassette: {error}") from None
            return None
        entries = Record(value).items("log", "entries")
        if entries:
            return _har(entries)
        return _cassette(value)
    if re.search(rb"^(?:http_)?interactions:", start[:400], re.MULTILINE):
        try:
            return _cassette(yaml.load(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        except yaml.YAMLError as error:
            raise CassetteError(f"it is no cassette: {str(error).splitlines()[0]}") from None
    return None


def _cassette(value: Any) -> list[Answer] | None:
    """The responses of a cassette of betamax or VCR in any of its languages."""
    record = Record(value)
    for key in ("http_interactions", "interactions"):
        if isinstance(record.get(key), list):
            found = [_exchange(entry) for entry in record.records(key)]
            if any(answer is None for answer in found):
                raise CassetteError("it is no cassette: an interaction has no response")
            return [answer for answer in found if answer is not None]
    return None


def _exchange(entry: Record) -> Answer | None:
    """A request with its response, as cassettes keep them."""
    response = entry.record("response")
    body = _content(response.get("body"))
    if body is None:
        return None
    status = response.integer("status", "code") or response.integer("status_code") or response.integer("code")
    status = status or response.integer("status") or _leading_number(response.text("status"))
    headers = {
        name: value if isinstance(value, list) else [value]
        for name, value in (response.record("headers").value or {}).items()
        if isinstance(value, str | list)
    }
    dropped = ("transfer-encoding", "content-encoding", "content-length")
    kept = {
        name: [str(each) for each in values]
        for name, values in headers.items()
        if name.lower() not in dropped
    }
    url = entry.text("request", "uri") or entry.text("request", "url") or response.text("url")
    return Answer(body, url, status, kept)


def _content(body: Any) -> bytes | None:
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if isinstance(body, bytes):
        return body
    if not isinstance(body, dict):
        return None
    if isinstance(packed := body.get("base64_string"), str):
        try:
            return base64.b64decode(packed)
        except binascii.Error as error:
            raise CassetteError(f"it is no cassette: damaged body ({error})") from None
    text = body.get("string")
    if isinstance(text, bytes):
        return text
    if text is None:
        return b"" if "string" in body else None
    try:
        return str(text).encode(body.get("encoding") or "utf-8", "replace")
    except LookupError:
        return str(text).encode("utf-8", "replace")


def _leading_number(text: str | None) -> int | None:
    found = re.match(r"\d{3}\b", text or "")
    return int(found.group()) if found else None


def _har(entries: list[Any]) -> list[Answer]:
    """The documents of a browser's record, without its scripts, styles and pictures."""
    found = []
    for entry in (Record(each) for each in entries):
        content = entry.record("response", "content")
        text, kind = content.get("text"), (content.text("mimeType") or "").lower()
        if not isinstance(text, str) or not text or not _DOCUMENT.search(kind):
            continue
        body = text.encode("utf-8", "replace")
        if content.text("encoding") == "base64":
            try:
                body = base64.b64decode(text)
            except binascii.Error:
                continue
        headers = {"Content-Type": [kind]} if kind and "charset" not in kind else {}
        found.append(Answer(body, entry.text("request", "url"), entry.integer("response", "status"), headers))
    return found


def _shown(body: bytes, start: bytes) -> bytes | None:
    """A document out of what a viewer, a script or a writer put around it; None where nothing is around it."""
    if start[:1] in (b"{", b"[") and not start.startswith(b"{}&&"):
        return _lines(body)
    if start[:1] == b'"':
        try:
            text = loads(body)
        except ValueError:
            return None
        inner = text.lstrip() if isinstance(text, str) else ""
        return text.encode("utf-8", "replace") if inner[:1] in ("{", "[", "<") else None
    if start[:1] == b"<":
        if b'class="line-content"' in body[:20_000]:
            lines = _SOURCE_LINES.findall(body.decode("utf-8", "replace"))
            return html.unescape("\n".join(_SOURCE_TAGS.sub("", line) for line in lines)).encode()
        source = _XML_SOURCE.search(body) if b"webkit-xml-viewer-source-xml" in body else None
        return source.group(1).strip() if source else None
    if (fenced := _FENCE.match(body)) is not None:
        return fenced.group(1)
    if (comments := _COMMENTS.match(body)) is not None:
        return body[comments.end() :]
    if (guard := _GUARD.match(body)) is not None:
        return body[guard.end() :]
    if (around := _CALL.match(body) or _ASSIGNED.match(body)) is not None:
        value = javascript_object(body[around.end() :].decode("utf-8", "replace"))
        return None if value is None else json.dumps(value).encode()
    return None


def _lines(body: bytes) -> bytes | None:
    """Objects that stand a line each, as one list."""
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in lines):
        return None
    try:
        for line in lines:
            loads(line)
    except ValueError:
        return None
    return b"[" + b",".join(lines) + b"]"


def _inside(value: Any, url: str | None, depth: int) -> Iterator[Answer]:
    if depth > _LAYERS:
        return
    if isinstance(value, str):
        if value.lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "<") and len(value) > 1:
            yield Answer(value.encode("utf-8", "replace"), url)
            if value.lstrip()[:1] in ("{", "["):
                try:
                    yield from _inside(loads(value), url, depth + 1)
                except ValueError:
                    return
        return
    if isinstance(value, dict):
        own = next(
            (
                text
                for key in _URLS
                if (text := Record(value).text(key) or Record(value).text("request", key))
            ),
            None,
        )
        url = own if own is not None and own.startswith(("http://", "https://")) else url
        known = [value[key] for key in _BODIES if key in value]
        inner = known or (list(value.values()) if len(value) <= _MOST_KEYS else [])
    elif isinstance(value, list):
        inner = value[:1000]
    else:
        return
    for each in inner:
        if isinstance(each, dict | list) and each:
            yield Answer(json.dumps(each).encode(), url)
        yield from _inside(each, url, depth + 1)
