"""What status, headers and final address of an answer say about a block, without a look at the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

Found = tuple[str, str, str]
"""Vendor, kind and evidence."""

_DECIDING_HEADERS = (
    ("cf-mitigated", "cloudflare", "challenge"),
    ("x-amzn-waf-action", "aws-waf", "challenge"),
    ("x-vercel-mitigated", "vercel", "challenge"),
)
# These stand on good answers too, so they only name the vendor of a refused one.
_NAMING_HEADERS = (
    ("x-kpsdk-ct", "kasada"),
    ("x-sucuri-block", "sucuri"),
    ("x-dd-b", "datadome"),
    ("x-datadome", "datadome"),
    ("x-px-block", "perimeterx"),
    ("x-distil-cs", "imperva"),
    ("x-iinfo", "imperva"),
)
RELEVANT_HEADERS = frozenset(
    name.encode()
    for name in ("server", *(row[0] for row in _DECIDING_HEADERS), *(row[0] for row in _NAMING_HEADERS))
)
"""Lower-case names of the headers that `detect_block` looks at."""
REFUSING = frozenset((401, 403, 405, 406, 418, 429))


def from_status_and_headers(status: int, headers: Mapping[str, str]) -> Found | None:
    """A block for sure, by status and headers alone. Header names are in lower case."""
    if status == 999:
        return ("linkedin", "refused", "status 999")
    for header, vendor, kind in _DECIDING_HEADERS:
        if value := headers.get(header):
            return (vendor, "captcha" if value == "captcha" else kind, f"header {header}: {value[:40]}")
    return None


def vendor_of_refusal(status: int, headers: Mapping[str, str]) -> Found | None:
    """Whose refusal a status is, where the page did not say; a 403 is one of somebody's in any case."""
    if status not in REFUSING:
        return None
    for header, vendor in _NAMING_HEADERS:
        if header in headers and (status == 403 or vendor != "imperva"):
            return (vendor, "refused", f"status {status} with header {header}")
    server = headers.get("server", "")
    if status == 403 and server.startswith(("akamaighost", "awselb")):
        vendor = "akamai" if server.startswith("akamai") else "aws-waf"
        return (vendor, "refused", f"status 403 made by {server[:40]} itself")
    if status == 403:
        return ("unknown", "refused", "status 403" + (f", server {server[:40]}" if server else ""))
    return None


# A host that ends in a dot stands for that name under any suffix, an empty one for all hosts.
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
        ("", r"/cdn-cgi/access/login", "cloudflare", "login"),
        ("", r"/cdn-cgi/(?:challenge-platform/h|l/chk_)", "cloudflare", "challenge"),
        ("", r"/_Incapsula_Resource", "imperva", "challenge"),
        ("", r"/distil_r_(?:captcha|blocked)", "imperva", "captcha"),
        ("", r"/showcaptcha\b", "yandex", "captcha"),
        ("", r"/_____tmd_____/", "alibaba", "captcha"),
        ("queue-it.net", r"", "queue-it", "rate_limit"),
    )
)


_WALL_HINT = re.compile(
    r"authwall|/login|/signup|/uas/|checkpoint|reg/join|/sorry/|//consent\.|captcha|Captcha|perfdrive|/cdn-cgi/"
    r"|_Incapsula_|distil_r_|_____tmd|queue-it"
)


def from_url(url: str) -> Found | None:
    """What the final address says."""
    if _WALL_HINT.search(url) is None:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    for wanted, path, vendor, kind in _WALL_ADDRESSES:
        if _is_host(host, wanted) and path.match(parts.path):
            return (vendor, kind, f"final address {host}{parts.path[:60]}")
    return None


def _is_host(host: str, wanted: str) -> bool:
    if wanted.endswith("."):
        return host.startswith(wanted) or f".{wanted}" in host
    return not wanted or host == wanted or host.endswith(f".{wanted}")
