"""Is this answer a refusal, and whose? Decided from status, headers, final URL and a look at the page.

Pure: no Scrapy engine, so saved pages can be judged too. What is compared, and why words alone do not decide,
is in `block_signatures`; pages that are no block but hold no data either are in `page_state`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick
from scrapy.exceptions import IgnoreRequest

from jobspiders.middlewares.block_envelope import (
    REFUSING,
    from_status_and_headers,
    from_url,
    vendor_of_refusal,
)
from jobspiders.middlewares.block_phrases import (
    RATE_PHRASES,
    REFUSAL_PHRASES,
    WALL_PHRASES,
    WEAK_WALL_PHRASES,
    WIDGETS,
)
from jobspiders.middlewares.block_signatures import SIGNATURES, Signature
from jobspiders.middlewares.page_text import as_utf8, strip_wrapping, visible_text
from jobspiders.parsing.literals import holds


@dataclass(frozen=True, slots=True)
class Block:
    """A refusal: `vendor` (lower case, "unknown" where none shows), `kind` and the evidence for both.

    Kinds: challenge (a script to pass), captcha (a person to pass), refused, login, rate_limit, consent.
    """

    vendor: str
    kind: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.vendor} {self.kind}: {self.evidence}"


class BlockedError(IgnoreRequest):
    """The site refused the request. Reaches retry, proxies, throttle, breaker and the spider's errback.

    An `IgnoreRequest`, so that a callback never sees the page and one without an errback logs no traceback.
    """

    def __init__(self, block: Block, *, url: str, status: int) -> None:
        super().__init__(f"blocked by {block.vendor} ({block.kind}): {block.evidence}")
        self.block = block
        self.vendor = block.vendor
        self.evidence = block.evidence
        self.url = url
        self.status = status
        self.outcome = "throttled" if block.kind == "rate_limit" else "blocked"


# Block pages are small. Up to WHOLE bytes a page is searched whole; up to MIDDLE its ends, and whole where a
# captcha is on it; above that only where the title gives reason.
WHOLE = 8 * 1024
MIDDLE = 64 * 1024
DEEP = 512 * 1024
HEAD = 2 * 1024
TAIL = 512
TITLE_WITHIN = 16 * 1024
WALL_TEXT = 1200
"""Visible characters up to which a page can be a captcha wall; a page with content has more."""
NOTE_TEXT = 700
"""Visible characters up to which a page can be nothing but a refusal in words."""

_SIGNATURE_MARKERS = {marker for rule in SIGNATURES for marker in (*rule.all_of, *rule.any_of, *rule.none_of)}
_MARKERS = tuple(
    sorted({*_SIGNATURE_MARKERS, *WALL_PHRASES, *WEAK_WALL_PHRASES, *REFUSAL_PHRASES, *RATE_PHRASES})
)
_AUTOMATON = BytesAhoCorasick([marker.encode() for marker in _MARKERS])
_BY_FIRST_MARKER: dict[str, list[int]] = {}
for _number, _rule in enumerate(SIGNATURES):
    _BY_FIRST_MARKER.setdefault(_rule.all_of[0], []).append(_number)
# What stands near the start of the walls that are large.
_LARGE_WALLS = (
    b"_cf_chl_opt",
    b'content="auth_wall_',
    b"urn:li:page:auth_wall_",
    b'content="d_checkpoint_lg',
)
_CLOUDFLARE_REFUSALS = frozenset(
    ("1005", "1006", "1007", "1008", "1009", "1010", "1011", "1012", "1020", "1106")
)
_CLOUDFLARE_CODE = re.compile(
    rb"cf-error-code[^>]*>\s*(\d{3,4})|data-translate=.error.[^>]*>[^<]*</span>\s*<span[^>]*>\s*(\d{3,4})"
    rb"|error code:?\s*(\d{3,4})|cf-error-(\d{4})|error reference number:\s*(\d{3,4})"
)
_HEADING = re.compile(rb"<h[1-3]\b[^>]{0,200}>([^<]{1,120})")
_BARE_TITLE = re.compile(rb"(?:[\w-]+\.)+\w+|https?://\S*|")
_SUSPECT_TITLE = re.compile(
    rb"(?:just a moment|attention required|one moment|one more step|please wait|security (?:\||check|verif|-)"
    rb"|access (?:denied|to this)|denied|forbidden|error|blocked|are you"
    rb"|(?:ro)?bot (?:check|verif|detected|challenge|or\b)|(?:ro)?bot\W*$|captcha"
    rb"|verif(?!ication (?:\w+ )?(?:engineer|manager|specialist|officer|lead))"
    rb"|human(?! (?:resources?|capital|factors|rights|relations))"
    rb"|checking|pardon|request (?:rejected|blocked|unsuccessful)|vercel|before you continue"
    rb"|(?:403|405|429|503)\b|hcaptcha|recaptcha|challenge|sign (?:in|up) \||log ?in\b|linkedin)"
)


def detect_block(
    *,
    status: int = 200,
    url: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes | str = b"",
) -> Block | None:
    """The block that this answer is, or None. `url` is the final one; a saved page has status 200.

    A 429 or 503 without a vendor's mark is no block but a plea to slow down; a 403 is one even without.
    """
    known = {name.lower(): value.lower() for name, value in headers.items()} if headers else {}
    found = from_status_and_headers(status, known) or from_url(url)
    if found is not None:
        return Block(*found)
    content = as_utf8(body)
    block = _from_body(content, status)
    if block is None or block.vendor == "unknown":
        found = vendor_of_refusal(status, known, content)
        if found is not None and (block is None or found[0] != "unknown"):
            return Block(*found)
    return block


def _from_body(body: bytes, status: int) -> Block | None:
    offset = strip_wrapping(body)
    size = len(body) - offset
    if size < 8:
        return None
    if body[offset : offset + 1] in (b"{", b"["):
        return _from_json(body[offset : offset + HEAD].lower(), size) if size <= 8000 else None
    page = _page(body, offset, size, status)
    if page is None:
        return None
    for rule in page.candidates():
        if page.fits(rule):
            return Block(rule.vendor, rule.kind, page.evidence(rule))
    return _cloudflare_error(page) or _captcha_wall(page) or _refusal_in_words(page)


def _page(body: bytes, offset: int, size: int, status: int) -> _Page | None:
    """The page, where it is worth a search; None for one that shows nothing of a block."""
    if size <= WHOLE or (status >= 400 and size <= DEEP):
        return _Page(body[offset:], size, status)
    if size > DEEP:
        return None
    title = _early_title(body, offset)
    suspicious = title is not None and _SUSPECT_TITLE.match(title) is not None
    if not suspicious and size <= MIDDLE:
        ends = body[offset : offset + HEAD].lower() + body[-TAIL:].lower()
        suspicious = (
            holds(body, b"aptcha")
            or holds(body, b"turnstile")
            or (not title and b"<html" in ends)
            or not _SIGNATURE_MARKERS.isdisjoint(_markers_in(ends))
        )
    elif not suspicious:
        head = body[offset : offset + HEAD]
        suspicious = any(mark in head for mark in _LARGE_WALLS)
    if not suspicious and (title is None or len(title) < 40):
        suspicious = holds(body[offset : offset + 2 * MIDDLE], b"_cf_chl_opt")
    return _Page(body[offset:], size, status) if suspicious else None


def _markers_in(content: bytes) -> set[str]:
    return {_MARKERS[index] for index, _, _ in _AUTOMATON.find_matches_as_indexes(content, overlapping=True)}


def _early_title(body: bytes, offset: int) -> bytes | None:
    """The first title, lower case; None where the page has none near its start."""
    start_of_page = body[offset : offset + TITLE_WITHIN]
    for mark, end in ((b"<title", b"</title"), (b"<TITLE", b"</TITLE")):
        if holds(start_of_page, mark):
            at = body.find(mark, offset)
            start = body.find(b">", at, at + 200)
            stop = body.find(end, at, at + 600)
            return b" ".join(body[start + 1 : stop].split()).lower() if 0 <= start < stop else b""
    return None


class _Page:
    """A page under search, in lower case: which markers are on it, and its visible text, worked out once."""

    def __init__(self, content: bytes, size: int, status: int) -> None:
        content = content.lower().replace(b"\xe2\x80\x99", b"'").replace(b"&#39;", b"'")
        if size <= WHOLE:
            content = b" ".join(content.split())
        title = _early_title(content, 0)
        self.title = title or b""
        self.content = content if title is None else content + b"<title>" + title + b"</title>"
        self.size = size
        self.status = status
        self.markers = _markers_in(self.content)
        self._text: str | None = None

    @property
    def is_suspicious(self) -> bool:
        """Whether the title is one that refusals have."""
        return _SUSPECT_TITLE.match(self.title) is not None

    def heads(self, phrases: Iterable[str]) -> bool:
        """Whether a heading of the page says one of the phrases."""
        headings = b" ".join(_HEADING.findall(self.content))
        return any(phrase.encode() in headings for phrase in phrases)

    def is_about(self, phrase: str) -> bool:
        """Whether a phrase is what the page has to say, and not said in passing: of a page with a title of another
        kind its sentence has to begin about there."""
        if self.is_suspicious or self.status >= 400 or _BARE_TITLE.fullmatch(self.title):
            return True
        if phrase in WEAK_WALL_PHRASES:
            return self.heads([phrase])
        title = " ".join(self.title.decode("utf-8", "replace").split())
        text = self.text.removeprefix(title).lstrip().removeprefix(title).lstrip()
        return re.search(_SENTENCE + re.escape(phrase), text) is not None

    @property
    def text(self) -> str:
        """Visible text, lower case, white space collapsed."""
        if self._text is None:
            self._text = visible_text(self.content)
        return self._text

    def candidates(self) -> list[Signature]:
        """The signatures whose first marker is on the page, in their order."""
        numbers = {n for marker in self.markers for n in _BY_FIRST_MARKER.get(marker, ())}
        return [SIGNATURES[n] for n in sorted(numbers)]

    def fits(self, rule: Signature) -> bool:
        """Whether the page is what the rule describes; the text is worked out only when all else fits."""
        markers = self.markers
        return (
            all(marker in markers for marker in rule.all_of)
            and (not rule.any_of or any(marker in markers for marker in rule.any_of))
            and not any(marker in markers for marker in rule.none_of)
            and (rule.max_bytes is None or self.size <= rule.max_bytes)
            and (rule.max_text is None or len(self.text) <= rule.max_text)
        )

    def says(self, phrases: tuple[str, ...]) -> str | None:
        """The first of the phrases that a reader sees on the page."""
        if self.markers.isdisjoint(phrases):
            return None
        return next((phrase for phrase in phrases if phrase in self.markers and phrase in self.text), None)

    def evidence(self, rule: Signature) -> str:
        """The markers seen, at most three."""
        seen = [*rule.all_of, *(marker for marker in rule.any_of if marker in self.markers)]
        return f"{' and '.join(f'«{marker}»' for marker in seen[:3])} on a page of {self.size} bytes"


_FORBIDDEN_CODE = re.compile(rb'"error_code"\s*:\s*"(forbidden[^"]{0,40})"')
_CAPTCHA_FLAG = re.compile(
    rb'"(?:requires?_?captcha|captcha_?required|need_?captcha|show_?captcha)"\s*:\s*(?:true|1)'
    rb'|"(?:message|error|detail|reason|msg|status|code)"\s*:\s*"[^"]{0,40}captcha (?:is )?required'
)


def _from_json(head: bytes, size: int) -> Block | None:
    """APIs refuse in JSON, in a few bytes."""
    if b"captcha-delivery.com/" in head:
        return Block("datadome", "captcha", "JSON answer with a captcha-delivery.com address")
    if b'"appid"' in head and (b'"blockscript"' in head or b'"jsclientsrc"' in head):
        return Block("perimeterx", "captcha", "JSON answer with appId and blockScript")
    if code := _FORBIDDEN_CODE.search(head):
        return Block(
            "ziprecruiter", "refused", f"JSON answer with error_code {code[1].decode('ascii', 'replace')}"
        )
    if b"cloudflare" in head and (code := re.search(rb'"error_?code"\s*:\s*"?(1\d{3})', head)):
        kind = "rate_limit" if code[1] == b"1015" else "refused"
        return Block("cloudflare", kind, f"JSON answer with Cloudflare error {code[1].decode()}")
    if b"_incapsula_resource" in head or (b'"incidentid"' in head and b'"hostname"' in head):
        return Block("imperva", "refused", "JSON answer with an incident number")
    if b"cpr_chlge" in head or b"sec-cp-challenge" in head:
        return Block("akamai", "challenge", "JSON answer with sec-cp-challenge")
    if size < 600 and (flag := _CAPTCHA_FLAG.search(head)):
        return Block("captcha", "captcha", f"JSON answer with {flag[0].decode('ascii', 'replace')}")
    return None


def _cloudflare_error(page: _Page) -> Block | None:
    """Cloudflare numbers its error pages: some 1xxx are refusals, all 5xx are errors of the site."""
    content = page.content
    signed = b"cloudflare" in content and b"ray id" in content
    if not (
        content.startswith(b"error code:") or b"cf-error" in content or b"cf-wrapper" in content or signed
    ):
        return None
    match = _CLOUDFLARE_CODE.search(content)
    if match is None or len(page.text) > 4000:
        return None
    code = next(group for group in match.groups() if group).decode()
    if code == "1015":
        return Block("cloudflare", "rate_limit", "Cloudflare error 1015")
    if code in _CLOUDFLARE_REFUSALS:
        return Block("cloudflare", "refused", f"Cloudflare error {code}")
    return None


def _captcha_wall(page: _Page) -> Block | None:
    """A captcha widget on a page that says little but that one must pass it. A login form is none."""
    widget = next(((mark, vendor) for mark, vendor in WIDGETS if mark.encode() in page.content), None)
    if widget is None or b'type="password"' in page.content:
        return None
    mark, vendor = widget
    if mark == "captcha" and _OWN_CAPTCHA.search(page.content) is None:
        return None
    refused = page.status in (*REFUSING, 503)
    phrase = page.says(WALL_PHRASES)
    if phrase is None:
        weak = [words for words in WEAK_WALL_PHRASES if words in page.markers and words in page.text]
        told = page.is_suspicious or refused or not page.title or page.heads(weak)
        phrase = weak[0] if weak and told else None
    if phrase is None:
        if not refused or mark == "captcha":
            return None
        phrase = f"status {page.status}"
    if len(page.text) > WALL_TEXT:
        return None
    return Block(
        vendor, "captcha", f"«{mark}» and «{phrase}» on a page of {len(page.text)} visible characters"
    )


_OWN_CAPTCHA = re.compile(rb"""(?:id|name|class|src|action|href|title|alt)\s*=\s*["'][^"'>]{0,120}captcha""")
"""A captcha that is there and not only spoken of."""
_SENTENCE = (
    r"(?:^|[.!?:…|–—-] |\b(?:sorry|oops|error|denied|blocked|forbidden|notice),? )"
    r"(?:(?:your|this|the|we|you|have|has|been|are|was|were|is|our|systems?|detected|because|due|to|ip|address|request"
    r"|access|sorry) )*"
)


def _refusal_in_words(page: _Page) -> Block | None:
    if page.status >= 500 or page.size > WHOLE:
        return None
    for phrases, kind in ((REFUSAL_PHRASES, "refused"), (RATE_PHRASES, "rate_limit")):
        phrase = page.says(phrases) if kind == "refused" or page.status == 200 else None
        if phrase is not None and len(page.text) <= NOTE_TEXT and page.is_about(phrase):
            return Block("unknown", kind, f"«{phrase}» on a page of {len(page.text)} visible characters")
    return None
