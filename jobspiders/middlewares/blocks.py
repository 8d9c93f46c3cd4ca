"""Is this answer a refusal, and whose? Decided from status, headers, final URL and a look at the page.

Pure: no Scrapy engine, so saved pages can be judged too. What is compared, and why words alone do not decide, is
in `block_signatures`; what a page is that is no block (consent wall, app shell, cut off) is in `page_state`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ahocorasick_rs import BytesAhoCorasick
from scrapy.exceptions import IgnoreRequest

from jobspiders.middlewares.block_signatures import SIGNATURES, WALL_PHRASES, WIDGETS, Signature


@dataclass(frozen=True, slots=True)
class Block:
    """A refusal: `vendor` (lower case, "unknown" where none shows), `kind` and the evidence for both.

    Kinds: challenge, captcha, refused, login, rate_limit, consent.
    """

    vendor: str
    kind: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.vendor} {self.kind}: {self.evidence}"


class BlockedError(IgnoreRequest):
    """The site refused the request. Reaches retry, proxies, throttle, breaker and the spider's errback.

    An `IgnoreRequest`, so that a callback never sees the page and an unhandled one is no traceback.
    """

    def __init__(self, block: Block, *, url: str, status: int) -> None:
        super().__init__(f"blocked by {block.vendor} ({block.kind}): {block.evidence}")
        self.block = block
        self.vendor = block.vendor
        self.evidence = block.evidence
        self.url = url
        self.status = status


# Pages up to WHOLE bytes are searched whole; of larger ones the ends, where titles and vendors' scripts lie, unless
# those ends, or the title, give reason to look at up to DEEP bytes.
WHOLE = 16 * 1024
HEAD = 4 * 1024
TAIL = 1024
DEEP = 512 * 1024
WALL_TEXT = 1200
"""Visible characters up to which a page can be a captcha wall; a page with content has more."""

_MARKERS: tuple[str, ...] = tuple(
    sorted({marker for rule in SIGNATURES for marker in (*rule.all_of, *rule.any_of, *rule.none_of)})
)
_AUTOMATON = BytesAhoCorasick([marker.encode() for marker in _MARKERS])
_CLOUDFLARE_REFUSALS = {"1005", "1006", "1007", "1008", "1009", "1010", "1011", "1012", "1020", "1106"}
_CLOUDFLARE_CODE = re.compile(
    rb"cf-error-code[^>]*>\s*(\d{3,4})|data-translate=.error.[^>]*>[^<]*</span>\s*<span[^>]*>\s*(\d{3,4})"
    rb"|error code:?\s*(\d{3,4})|cf-error-(\d{4})|error reference number:\s*(\d{3,4})"
)
_SUSPECT_TITLE = re.compile(
    rb"just a moment|attention required|security|glassdoor|access (?:to this page|denied)|denied|blocked|robot|captcha"
    rb"|verif|checkpoint|challenge|forbidden|interruption|sign up|login|sign in|one moment|please wait|human|firewall"
    rb"|checking|before you continue|403|405|429|503|amazon|unusual|\bbot\b"
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.DOTALL)
_TEXT_NOISE = re.compile(rb"<(script|style|svg|template)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL)
_FENCE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:```[a-z]*\s*)?")


def detect_block(
    *, status: int = 200, url: str = "", headers: Mapping[str, str] | None = None, body: bytes | str = b""
) -> Block | None:
    """The block that this answer is, or None. `url` is the final one; a saved page has status 200 and no headers."""
    known = {name.lower(): value.lower() for name, value in headers.items()} if headers else {}
    block = _from_status_and_headers(status, known) or _from_url(url)
    if block is not None:
        return block
    content = body.encode("utf-8", "replace") if isinstance(body, str) else body
    block = _from_body(content, status, known)
    if block is not None:
        return block
    if status == 403:
        server = known.get("server", "")
        return Block("unknown", "refused", "status 403" + (f", server {server}" if server else ""))
    return None


def _from_status_and_headers(status: int, headers: Mapping[str, str]) -> Block | None:
    if status == 999:
        return Block("linkedin", "refused", "status 999")
    if not headers:
        return None
    if (mitigated := headers.get("cf-mitigated")) is not None:
        return Block("cloudflare", "challenge", f"header cf-mitigated: {mitigated}")
    if (action := headers.get("x-amzn-waf-action")) is not None:
        return Block(
            "aws-waf",
            "captcha" if action == "captcha" else "challenge",
            f"header x-amzn-waf-action: {action}",
        )
    if (mitigated := headers.get("x-vercel-mitigated")) is not None:
        return Block("vercel", "challenge", f"header x-vercel-mitigated: {mitigated}")
    if status < 400:
        return None
    for header, vendor in (
        ("x-kpsdk-ct", "kasada"),
        ("x-sucuri-block", "sucuri"),
        ("x-dd-b", "datadome"),
        ("x-datadome", "datadome"),
        ("x-px-block", "perimeterx"),
        ("x-distil-cs", "imperva"),
        ("x-reblaze-protection", "reblaze"),
    ):
        if header in headers and status in (401, 403, 405, 406, 416, 418, 429, 503):
            return Block(vendor, "challenge", f"status {status} with header {header}")
    if status == 403 and "akamaighost" in headers.get("server", ""):
        return Block("akamai", "refused", "status 403 from AkamaiGHost")
    if status == 403 and headers.get("server", "").startswith("awselb"):
        return Block("aws-waf", "refused", "status 403 from the AWS load balancer itself")
    return None


_WALL_ADDRESSES: tuple[tuple[str, re.Pattern[str], str, str], ...] = tuple(
    (host, re.compile(path), vendor, kind)
    for host, path, vendor, kind in (
        (
            "linkedin.com",
            r"/(?:authwall|uas/login|signup|login|checkpoint|m/login|reg/join)\b",
            "linkedin",
            "login",
        ),
        ("google.", r"/sorry/", "google", "captcha"),
        ("consent.google.", r"", "google", "consent"),
        ("consent.youtube.", r"", "google", "consent"),
        ("captcha-delivery.com", r"", "datadome", "captcha"),
        ("perfdrive.com", r"", "radware", "captcha"),
        ("amazon.", r"/errors/validateCaptcha", "amazon", "captcha"),
        ("cloudflareaccess.com", r"/cdn-cgi/access/login", "cloudflare", "login"),
        ("", r"/cdn-cgi/access/login", "cloudflare", "login"),
        ("", r"/cdn-cgi/(?:challenge-platform/h|l/chk_)", "cloudflare", "challenge"),
        ("", r"/_Incapsula_Resource", "imperva", "challenge"),
        ("", r"/distil_r_(?:captcha|blocked)", "imperva", "captcha"),
        ("", r"/showcaptcha\b", "yandex", "captcha"),
        ("", r"/_____tmd_____/", "alibaba", "captcha"),
        ("queue-it.net", r"", "queue-it", "rate_limit"),
    )
)


def _from_url(url: str) -> Block | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    for wanted, path, vendor, kind in _WALL_ADDRESSES:
        if wanted and not (
            host.startswith(wanted) or f".{wanted}" in f".{host}"
            if wanted.endswith(".")
            else _below(host, wanted)
        ):
            continue
        if path.match(parts.path):
            return Block(vendor, kind, f"final address {host}{parts.path[:60]}")
    return None


def _below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _from_body(body: bytes, status: int, headers: Mapping[str, str]) -> Block | None:
    start = _FENCE.match(body[:64])
    offset = start.end() if start else 0
    size = len(body) - offset
    if size < 8:
        return None
    head = body[offset : offset + HEAD].lower()
    if head[:1] in b"{[":
        return _from_json(head, size, status)
    looked_at = _window(body, offset, size, head, status)
    if looked_at is None:
        return None
    page = _Page(looked_at, size, status)
    for rule in SIGNATURES:
        if page.fits(rule):
            return Block(rule.vendor, rule.kind, page.evidence(rule))
    return _cloudflare_error(page) or _captcha_wall(page)


def _window(body: bytes, offset: int, size: int, head: bytes, status: int) -> bytes | None:
    """What of the page is searched, in lower case; None for a large page that shows nothing of a block."""
    if size <= WHOLE:
        return body[offset:].lower()
    title = _TITLE.search(head)
    suspicious = status >= 400 or title is None or _SUSPECT_TITLE.search(title[1]) is not None
    if size <= DEEP and suspicious:
        return body[offset : offset + DEEP].lower() if _worth_it(body, status, title) else None
    ends = head + body[-TAIL:].lower()
    return body[offset : offset + DEEP].lower() if _AUTOMATON.find_matches_as_indexes(ends) else None


def _worth_it(body: bytes, status: int, title: re.Match[bytes] | None) -> bool:
    """A page without a title near its top is searched whole only for a reason: that is the costly part."""
    if status >= 400 or title is not None:
        return True
    return any(
        marker in body
        for marker in (b"_cf_chl_opt", b"aptcha", b"auth_wall", b"ccess denied", b"ccess Denied")
    )


class _Page:
    """The searched part of a page: which markers are on it, its title and its visible text, each worked out once."""

    def __init__(self, content: bytes, size: int, status: int) -> None:
        self.content = content
        self.size = size
        self.status = status
        found = _AUTOMATON.find_matches_as_indexes(content, overlapping=True)
        self.markers = {_MARKERS[index] for index, _, _ in found}
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Visible text, lower case, white space collapsed."""
        if self._text is None:
            bare = _TEXT_NOISE.sub(b" ", self.content).decode("utf-8", "replace")
            self._text = " ".join(html.unescape(bare).lower().replace("’", "'").split())
        return self._text

    @property
    def title(self) -> str:
        match = _TITLE.search(self.content)
        return " ".join(match[1].decode("utf-8", "replace").split()) if match else ""

    def fits(self, rule: Signature) -> bool:
        """Whether the page is what the rule describes; the text is worked out only when all else fits."""
        return (
            all(marker in self.markers for marker in rule.all_of)
            and (not rule.any_of or any(marker in self.markers for marker in rule.any_of))
            and not any(marker in self.markers for marker in rule.none_of)
            and (rule.max_bytes is None or self.size <= rule.max_bytes)
            and (not rule.refused_only or self.status >= 400)
            and (rule.max_text is None or len(self.text) <= rule.max_text)
        )

    def evidence(self, rule: Signature) -> str:
        seen: Iterable[str] = (*rule.all_of, *(marker for marker in rule.any_of if marker in self.markers))
        parts = [f"'{marker}'" for marker in list(seen)[:3]]
        return f"{' and '.join(parts)} on a page of {self.size} bytes"


def _from_json(head: bytes, size: int, status: int) -> Block | None:
    """APIs refuse in JSON; only a small answer is one."""
    if size > 8000:
        return None
    if b"captcha-delivery.com/" in head:
        return Block("datadome", "captcha", "JSON answer with a captcha-delivery.com address")
    if b'"appid"' in head and (b'"blockscript"' in head or b'"jsclientsrc"' in head) and b"px" in head:
        return Block("perimeterx", "captcha", "JSON answer with appId and blockScript")
    code = re.search(rb'"error_code"\s*:\s*"(forbidden[^"]{0,40})"', head)
    if code:
        return Block(
            "ziprecruiter", "refused", f"JSON answer with error_code {code[1].decode('ascii', 'replace')}"
        )
    if b"cloudflare" in head and re.search(rb'"error_?code"\s*:\s*"?(1\d{3})', head):
        return Block("cloudflare", "refused", "JSON error of Cloudflare's 1xxx kind")
    if b"_incapsula_resource" in head or b'"incidentid"' in head:
        return Block("imperva", "refused", "JSON answer with an incident number")
    if b"cpr_chlge" in head or b"sec-cp-challenge" in head or b'"sec-cp' in head:
        return Block("akamai", "challenge", "JSON answer with sec-cp-challenge")
    return None


def _cloudflare_error(page: _Page) -> Block | None:
    """Cloudflare numbers its error pages: 1xxx of some numbers are refusals, all 5xx are errors of the site."""
    content = page.content
    if not (b"cloudflare" in content or b"cf-error" in content or content.startswith(b"error code:")):
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
    """A captcha widget on a page that says little but that one must pass it."""
    if b"captcha" not in page.content and b"turnstile" not in page.content:
        return None
    if len(page.text) > WALL_TEXT:
        return None
    widget = next(((mark, vendor) for mark, vendor in WIDGETS if mark.encode() in page.content), None)
    if widget is None:
        return None
    phrase = next((phrase for phrase in WALL_PHRASES if phrase in page.text), None)
    if phrase is None:
        if page.status not in (401, 403, 405, 429, 503) or widget[0] == "captcha":
            return None
        phrase = f"status {page.status}"
    if b'type="password"' in page.content:
        return None
    return Block(
        widget[1], "captcha", f"'{widget[0]}' and '{phrase}' on a page of {len(page.text)} visible characters"
    )
