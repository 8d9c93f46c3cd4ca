"""What was erased on request and must not come back: digests of names, not the names. Pure.

Whoever knows an address or a company's name can ask whether it is kept out; what it was cannot be read from here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import orjson

from jobspiders.normalise.company import company_key
from jobspiders.storage.batch import Batch
from jobspiders.storage.content import stable_url
from jobspiders.storage.rows import INDEX
from jobspiders.storage.tuples import picker

_urls = picker((INDEX["url"], INDEX["apply_url"]))
#: Keys under which raw payloads name the company, lower case without underscores, and how deep they stand.
_NAMING = frozenset(
    {"company", "companyname", "employer", "employername", "hiringorganization", "organization"}
)
_DEPTH = 4

_key = lru_cache(maxsize=2048)(company_key)


class Named(StrEnum):
    """What a digest is made of."""

    POSTING = "posting"
    ADDRESS = "address"
    COMPANY = "company"


def _digest(kind: Named, value: str) -> bytes:
    text = f"{kind}\x1f{value}".encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=16, person=b"jobspiders").digest()


def posting_digest(board: str, external_id: str) -> bytes:
    """Of a posting by its identity."""
    return _digest(Named.POSTING, f"{board}\x1f{external_id}")


def address_digest(url: str) -> bytes:
    """Of an address, however it is tracked."""
    return _digest(Named.ADDRESS, plain_address(url))


def company_digest(name: str) -> bytes | None:
    """Of a company, however its legal form is written; None where ``name`` names none."""
    key = _key(name)
    return _digest(Named.COMPANY, key) if key else None


def plain_address(url: str) -> str:
    """``url`` without scheme, "www.", tracking parameters, fragment and closing slash."""
    text = stable_url(url.strip()) or ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    host = parts.netloc.rsplit("@", 1)[-1].casefold().removeprefix("www.")
    address = f"{host}{parts.path}".rstrip("/")
    return f"{address}?{parts.query}" if parts.query else address


def companies_in(raw: Any, depth: int = _DEPTH) -> Iterator[str]:
    """The names of companies in a raw payload."""
    if not isinstance(raw, dict | list) or not depth:
        return
    for key, value in raw.items() if isinstance(raw, dict) else enumerate(raw):
        if isinstance(key, str) and key.replace("_", "").casefold() in _NAMING:
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str):
                yield name
        yield from companies_in(value, depth - 1)


class Suppressions:
    """The digests of what is kept out."""

    def __init__(self, digests: Iterable[bytes] = ()) -> None:
        self._digests = frozenset(digests)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def covers(
        self, board: str, external_id: str | None, urls: Iterable[str | None], companies: Iterable[str | None]
    ) -> bool:
        """Whether a posting of that identity, with one of these addresses or companies, is kept out."""
        if external_id is not None and posting_digest(board, external_id) in self._digests:
            return True
        if any(url and address_digest(url) in self._digests for url in urls):
            return True
        return any(name and company_digest(name) in self._digests for name in companies)

    def withhold(self, batch: Batch) -> int:
        """Take what is kept out from ``batch`` and count it as rejected there; how much that was."""
        if not self:
            return 0
        kept_out = [
            (key, head.scope)
            for key, (head, row) in batch.postings.items()
            if self.covers(head.board, head.external_id, _urls(row), [head.company])
        ]
        for key, scope in kept_out:
            del batch.postings[key]
            batch.count(scope).rejected += 1
        rejected = []
        for each in batch.rejected:
            if self._covers_rejected(each):
                batch.count(each["scope"]).rejected += 1
            else:
                rejected.append(each)
        withheld = len(kept_out) + len(batch.rejected) - len(rejected)
        batch.rejected = rejected
        return withheld

    def _covers_rejected(self, row: dict[str, Any]) -> bool:
        companies = companies_in(orjson.loads(row["raw"])) if row["raw"] else ()
        return self.covers(row["board"], row["external_id"], [row["url"]], companies)
