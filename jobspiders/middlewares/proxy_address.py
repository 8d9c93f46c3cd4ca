"""Proxy lists as people write them, and names for proxies that hold no credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_FOUR_PARTS = re.compile(r"^([^\s:@/]+):(\d{1,5}):([^\s:]+):(\S+)$")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@|(?<![\w/])[^/@\s:]+:[^/@\s]+@(?=[\w.-]+:\d)")


@dataclass(frozen=True, slots=True)
class ProxyAddress:
    """A proxy. `label` is what may be logged and stored; `url` may hold credentials and may not."""

    label: str
    url: str

    def __repr__(self) -> str:
        return f"ProxyAddress({self.label})"


def parse_proxies(lines: Iterable[str]) -> tuple[list[ProxyAddress], list[int]]:
    """The proxies of a list, and the numbers (from 1) of the lines that are none.

    A line is `http://user:password@host:port`, with or without scheme and credentials, or
    `host:port:user:password`; what follows a # and empty lines are left out. A proxy listed twice counts once;
    one host with several credentials is several proxies, told apart by a number in the label.
    """
    found: dict[str, ProxyAddress] = {}
    bad: list[int] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        text = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not text:
            continue
        parsed = _parse(text)
        if parsed is None:
            bad.append(number)
            continue
        host, url = parsed
        if url not in found:
            seen[host] = seen.get(host, 0) + 1
            label = host if seen[host] == 1 else f"{host}#{seen[host]}"
            found[url] = ProxyAddress(label, url)
    return list(found.values()), bad


def mask(text: str) -> str:
    """The text with the credentials of any URL in it blotted out."""
    return _CREDENTIALS.sub("***@", text)


def _parse(text: str) -> tuple[str, str] | None:
    if four := _FOUR_PARTS.match(text):
        host, port, user, password = four.groups()
        text = f"http://{quote(user, safe='')}:{quote(password, safe='')}@{host}:{port}"
    elif "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        port_number = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_number:
        return None
    if parts.path not in ("", "/") or parts.query:
        return None
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    host = f"{name}:{port_number}"
    credentials = ""
    if parts.username is not None:
        credentials = quote(unquote(parts.username), safe="")
        if parts.password is not None:
            credentials += ":" + quote(unquote(parts.password), safe="")
        credentials += "@"
    return host, f"{parts.scheme}://{credentials}{host}"
