"""Pages that are no refusal and yet hold nothing: shells, consent walls, logins, bodies that were cut off.

Pure. Asked when a page gave no postings, or before a browser is tried; not on every response.
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from jobspiders.middlewares.page_text import as_utf8, strip_wrapping, visible_text


class PageState(StrEnum):
    """What a page is. `CONTENT` says only that it is none of the others."""

    CONTENT = "content"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    APP_SHELL = "app_shell"
    CONSENT_WALL = "consent_wall"
    LOGIN = "login"


SHELL_TEXT = 200
"""Visible characters up to which a page with scripts is a shell; a menu and a footer are about as many."""
WALL_TEXT = 3000

_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|signon|sso|auth|authwall|account/login|users/sign_in|session/new)(?:[/.]|$)", re.I
)
_LOGIN_HOST = re.compile(r"^(?:login|signin|auth|accounts?|sso|id|idp|secure)\.", re.I)
_CONSENT_HOST = re.compile(r"^(?:consent|guce|privacy-?mgmt|cmp)\.", re.I)
_CONSENT_FORM = re.compile(rb'<form[^>]+action="[^"]*(?:consent|collectconsent|cookiewall|privacywall)', re.I)
_CONSENT_WORDS = re.compile(
    r"before you continue|bevor sie (?:fortfahren|zu google)|avant de continuer|antes de (?:ir|continuar)"
    r"|prima di continuare|voordat je verdergaat|zanim przejdziesz"
)
_POSTINGS_IN_SCRIPTS = re.compile(
    rb"JobPosting|job_?(?:listing|title|posting|results|cards)|\\?\"jobs?\\?\"\s*:\s*[\[{]|&quot;jobs?&quot;:",
    re.I,
)


def page_state(
    *, body: bytes | str, url: str = "", requested_url: str = "", expected_size: int | None = None
) -> PageState:
    """Judge a page that came with a success. `url` is the final address, `requested_url` the one asked for.

    `expected_size` is the Content-Length of a body that was not compressed, in bytes.
    """
    content = as_utf8(body)
    content = content[strip_wrapping(content) :]
    if not content.strip():
        return PageState.EMPTY
    if went_to_login(url, requested_url):
        return PageState.LOGIN
    if (expected_size is not None and len(content) < expected_size) or is_truncated(content):
        return PageState.TRUNCATED
    if b"<" not in content[:1024]:
        return PageState.CONTENT
    if _is_consent_wall(content, url):
        return PageState.CONSENT_WALL
    return PageState.APP_SHELL if is_app_shell(content) else PageState.CONTENT


def is_truncated(content: bytes) -> bool:
    """Whether a document stops in the middle: JSON not closed, HTML that ends in a tag, script or word."""
    start = content[:1024].lstrip().lower()
    end = content[-2048:].rstrip()
    if start[:1] in (b"{", b"["):
        return not end.endswith((b"}", b"]", b"```"))
    if start.startswith(b"<?xml"):
        return not end.endswith(b">")
    if not start.startswith((b"<!doctype html", b"<html")) or b"</html" in end.lower():
        return False
    lower = content.lower()
    return not end.endswith(b">") or lower.rfind(b"<script") > lower.rfind(b"</script")


def is_app_shell(content: bytes) -> bool:
    """Whether a page has scripts but next to no text, and no postings inside its scripts either."""
    lower = content[:2048].lower()
    if b"<html" not in lower and b"<!doctype" not in lower:
        return False
    if b"<script" not in content and b"<SCRIPT" not in content:
        return False
    return _POSTINGS_IN_SCRIPTS.search(content) is None and len(visible_text(content)) <= SHELL_TEXT


def went_to_login(url: str, requested_url: str) -> bool:
    """Whether a request was sent on to a login that is not what was asked for."""
    if not url or not requested_url or url == requested_url:
        return False
    now, before = urlsplit(url), urlsplit(requested_url)
    if _LOGIN_PATH.search(now.path) and not _LOGIN_PATH.search(before.path):
        return True
    return bool(
        now.netloc != before.netloc and _LOGIN_HOST.match(now.netloc) and not _LOGIN_HOST.match(before.netloc)
    )


def _is_consent_wall(content: bytes, url: str) -> bool:
    """Consent tools that lie over a page leave its text there; a wall has nothing but the question."""
    at_consent_host = (
        _CONSENT_HOST.match(urlsplit(url).netloc) if url.startswith("http") and "[" not in url else None
    )
    if at_consent_host is None and _CONSENT_FORM.search(content) is None:
        return False
    text = visible_text(content)
    return len(text) <= WALL_TEXT and (at_consent_host is not None or _CONSENT_WORDS.search(text) is not None)
