"""Blots passwords, tokens and keys out of text that people will see: logs, alerts, error messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

MASK = "***"

#: Settings and environment variables whose values are secrets, and those whose values hold one somewhere.
_SECRET_NAME = re.compile(r"(PASSWORD|PASSWD|TOKEN|SECRET|CREDENTIALS?|_KEY|_PASS)$")
_HOLDING_NAME = re.compile(r"(DATABASE_URL|ALERT_URLS|PROXY|PROXIES|PROXY_LISTS?)$")
#: Scrapy's own settings of such names that hold none.
_HARMLESS = frozenset({"FTP_PASSWORD", "DUPEFILTER_KEY"})

#: A shorter secret is blotted out only where it stands alone: "db" in the middle of a word is no password.
_LEAST_ANYWHERE = 6
_LEAST = 3

_AUTHORITY = re.compile(r"(?<=://)[^\s/?#\"'<>]*@")
# what an unescaped slash in a password does to the rule above
_DATABASE = re.compile(
    r"\b((?:postgres(?:ql)?(?:\+\w+)?|mysql|redis|amqp|mailtos?|socks\d\w?)://)[^\s\"'<>]*@", re.IGNORECASE
)
_WEB = re.compile(r"\b(https?://)[^\s/:@\"'<>]+:(?!\d{1,5}(?:[/?#\s]|$))[^\s@\"'<>]*@", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/.-])[^/@\s:\"'=,(]+:[^/@\s\"']+@(?=(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d)")
_FOUR_PARTS = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}):[^\s:\"']+:[^\s\"',\]]+")
_WORDS = (
    r"passwords?|passwd|pwd|passphrase|secret|client_secret|(?:access_|refresh_|auth_|id_)?token|"
    r"(?:x-)?api[_-]?key|app[_-]?key|access[_-]?key|signature|sslpassword|pgpassword"
)
_PAIR = re.compile(
    rf"(?<![A-Za-z])((?:\w+_)?(?:{_WORDS})[\"']?\s*(?:=|:(?!/))\s*)"
    r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s\"'&;,)}\]<>]+)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(Basic|Bearer|Digest)(\s+)(?=[A-Za-z0-9+/=._~-]*[\d=._/+])[A-Za-z0-9+/=._~-]{6,}")
#: Cheap signs that a text may hold something for the patterns above.
_SUSPICIOUS = re.compile(r"@|=|:\d|(?i:pass|token|secret|key|pwd|signature|basic|bearer|digest)")


def mask(text: str) -> str:
    """``text`` without the credentials of any URL in it, and without values that are called a secret."""
    if not _SUSPICIOUS.search(text):
        return text
    text = _DATABASE.sub(rf"\1{MASK}@", text)
    text = _WEB.sub(rf"\1{MASK}@", text)
    text = _AUTHORITY.sub(f"{MASK}@", text)
    text = _BARE.sub(f"{MASK}@", text)
    text = _FOUR_PARTS.sub(rf"\1:{MASK}", text)
    text = _SCHEME.sub(rf"\1\2{MASK}", text)
    return _PAIR.sub(_masked_pair, text)


def _masked_pair(found: re.Match[str]) -> str:
    name, value = found.groups()
    quoted = value[0] if value[0] in "\"'" else ""
    return f"{name}{quoted}{MASK}{quoted}"


class Masker:
    """Masks also what is known to be secret, wherever it stands and however it is encoded."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms: set[str] = set()
        for secret in secrets:
            if len(secret) >= _LEAST:
                # as it is, as in a URL, and as repr() and JSON write it
                escaped = secret.encode("unicode_escape").decode().replace('"', '\\"')
                forms |= {
                    secret,
                    unquote(secret),
                    quote(secret, safe=""),
                    quote(secret),
                    repr(secret)[1:-1],
                    escaped,
                }
        known = sorted((form for form in forms if len(form) >= _LEAST), key=len, reverse=True)
        parts = [
            re.escape(form) if len(form) >= _LEAST_ANYWHERE else rf"(?<!\w){re.escape(form)}(?!\w)"
            for form in known
        ]
        self._known = re.compile("|".join(parts)) if parts else None

    def __call__(self, text: str) -> str:
        """``text`` without any secret."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return mask(text)


def may_hold_secret(name: str) -> bool:
    """Whether a setting or environment variable of that name is, or holds, a secret."""
    return bool(_SECRET_NAME.search(name.upper()) or _HOLDING_NAME.search(name.upper()))


def secrets_of(*sources: Mapping[str, Any]) -> set[str]:
    """The secrets among settings and environment variables, by their names."""
    found: set[str] = set()
    for source in sources:
        for name, value in source.items():
            if name in _HARMLESS or not isinstance(name, str):
                continue
            if _SECRET_NAME.search(name.upper()):
                found |= {text for text in _texts(value) if len(text) >= _LEAST}
            elif _HOLDING_NAME.search(name.upper()):
                for text in _texts(value):
                    found |= secrets_in(text)
                    if name.upper() == "ALERT_URLS":
                        found |= _tokens_in(text)
    return found


def secrets_in(text: str) -> set[str]:
    """The passwords in a URL of a database, a proxy or an alert, or in a proxy's four parts, in any separation."""
    found: set[str] = set()
    for word in re.split(r"[\s,]+", text):
        _, scheme, rest = word.partition("://")
        if not scheme:
            parts = word.split(":")
            if len(parts) >= 4:
                found.add(":".join(parts[3:]))
            rest = word
        if "@" in rest:
            _, colon, password = rest.rpartition("@")[0].partition(":")
            found |= {password, unquote(password)} if colon else {rest.rpartition("@")[0]}
        for pair in _PAIR.finditer(word):
            found.add(pair.group(2).strip("\"'"))
    # user names that go without a password are tokens only where they look like one
    return {secret for secret in found if len(secret) >= _LEAST}


def _tokens_in(text: str) -> set[str]:
    """What services other than mail and plain HTTP have in the place of host and path: their keys."""
    found: set[str] = set()
    for word in re.split(r"[\s,]+", text):
        scheme, _, rest = word.partition("://")
        if scheme and not re.match(r"(mailto|json|xml|form|https?)s?$", scheme, re.IGNORECASE):
            found |= {part for part in re.split(r"[/?&=@]", rest) if len(part) >= 8}
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for item in value for text in _texts(item)]
    return []
