"""Errors that an answer tells of in words although its HTTP status does not, as saved pages and lax servers do."""

from __future__ import annotations

import re

from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record

_STATUS_KEYS = ("status", "statusCode", "status_code", "code", "httpStatus", "errorCode", "error_code")
_MESSAGE_KEYS = (
    "error", "message", "errors", "detail", "title", "error_description", "reason", "msg", "exception",
    "description", "fault",
)  # fmt: skip
#: What a status is called, in the words of servers and frameworks.
_WORDS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (status, re.compile(words, re.IGNORECASE))
    for status, words in (
        (404, r"not[ _-]?found|no such|does(?: not|n.t) exist|unknown (?:company|account|tenant|board|resource)"
              r"|can.?t be found|could(?: not|n.t) find|nicht gefunden|introuvable|no encontrad|non trovata"
              r"|niet gevonden|não encontrad"),
        (410, r"\bgone\b|no longer (?:available|exists|active)"),
        (429, r"too many requests|rate[ _-]?limit|throttl|quota|usage limit"),
        (503, r"service (?:temporarily )?unavailable|maintenance|overloaded|temporarily (?:down|unavailable)"
              r"|backend fetch failed|wartungsarbeiten"),
        (502, r"bad gateway"),
        (504, r"gateway time-?out"),
        (401, r"unauthori[sz]ed|authentication|not authenticated|invalid (?:api[ _-]?)?(?:key|token|credentials)"
              r"|authori[sz]ation failed|missing (?:api[ _-]?)?(?:key|token)"),
        (403, r"forbidden|access denied|permission"),
        (500, r"internal (?:server )?error|application error|server error|something went wrong"),
        (400, r"bad request|invalid (?:request|parameter|argument)"),
    )
)  # fmt: skip
_TITLE = re.compile(
    r"^\W*(?:(?:http )?(?:error|status|fehler|erreur)\W{0,3})?([45]\d\d)\b(?! ?(?:jobs?|open|stellen|offres))",
    re.I,
)
_LONGEST_TITLE = 80
#: More visible text than this is a page that has something to say.
_LONGEST_TEXT = 3000


def told_status(page: Page) -> int | None:
    """The HTTP status of the error that a page without postings tells of; None where it tells of none."""
    if page.json is not None:
        return _of_json(page.json)
    if not page.body.strip():
        return None
    start = page.text.lstrip("\ufeff \t\r\n")[:200]
    if start[:1] != "<":
        return _of_text(start) if len(page.body) < 400 else None
    if "<html" not in page.text[:2000].lower() and "<title" not in page.text[:4000].lower():
        return _of_xml(page)
    headings = (page.text_of("title"), page.text_of("h1"), page.text_of("h2"))
    for heading in headings:
        if heading is None or len(heading) > _LONGEST_TITLE:
            continue
        found = _TITLE.match(heading)
        if found is not None:
            return int(found[1])
        told = _of_text(heading)
        if told is not None and len(page.html.body.text() if page.html.body else "") < _LONGEST_TEXT:
            return told
    return None


def _of_json(value: object, depth: int = 0) -> int | None:
    if isinstance(value, list):
        return _of_json(value[0], depth) if len(value) == 1 and depth < 3 else None
    record = Record(value)
    if not isinstance(value, dict):
        return None
    inner = next(
        (value[key] for key in ("error", "errors", "fault") if isinstance(value.get(key), dict | list)), None
    )
    told = _of_json(inner, depth + 1) if inner is not None and depth < 3 else None
    if told is not None:
        return told
    for key in _STATUS_KEYS:
        number = record.integer(key)
        if number is not None and 400 <= number <= 599:
            return number
    is_error = record.get("ok") is False or record.get("success") is False or depth > 0
    texts = [text for key in _MESSAGE_KEYS for text in record.texts(key)]
    texts += [text for key in _STATUS_KEYS if (text := record.text(key)) and not text.isdigit()]
    if not (is_error or len(value) <= 6):
        return None
    return next(
        (status for text in texts if (status := _of_text(text)) is not None),
        500 if is_error and texts else None,
    )


def _of_text(text: str) -> int | None:
    return next((status for status, words in _WORDS if words.search(text)), None)


def _of_xml(page: Page) -> int | None:
    """An error document such as object stores and gateways give."""
    found = re.search(
        r"<(?:code|message|faultstring|error|title)>([^<]{3,200})</", page.text[:3000], re.IGNORECASE
    )
    if found is None or len(page.body) > 5000:
        return None
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found[1])
    return _of_text(text)
