"""What matching knows of a posting: some 700 bytes that are stored beside it and say all that decides."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from xxhash import xxh3_64_intdigest

from jobspiders.items import JobPosting
from jobspiders.matching.ats import IDS_IN_ADDRESSES, of_board, resolve
from jobspiders.matching.company import company_stem
from jobspiders.matching.place import pack_places, read_places
from jobspiders.matching.signature import Signature
from jobspiders.matching.title import read_title
from jobspiders.normalise.company import company_key

_REMOTE = ("remote", "home office", "homeoffice", "telework", "teletrabajo", "télétravail", "work from home")
_NOT_IN_REQUISITION = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Fingerprint:
    """What of a posting decides, in the form in which it is stored; every field is a column.

    ``ats``: addresses ``platform:tenant:id``, separated by blanks. ``places``: as ``pack_places`` writes them.
    ``posted``: days since 1970. ``apply_hash``: hash of the apply address, signed 64 bits. ``salary_min`` and
    ``salary_max`` are per year.
    """

    board: str
    external_id: str
    ats: str = ""
    company: str = ""
    title: str = ""
    ranks: str = ""
    places: str = ""
    remote: bool = False
    requisition: str = ""
    apply_hash: int | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    currency: str | None = None
    posted: int | None = None
    language: str | None = None
    letters: int = 0
    sketch: bytes = b""


@dataclass(slots=True)
class Candidate:
    """A posting in the matching: its fingerprint, and what changes during its life.

    ``id`` is the caller's own and grows with time (a database key): of jobs that merge, the one with the
    oldest posting survives. ``job_id`` is the job it belongs to so far; a new posting has the one it would have
    alone. ``first_seen`` and ``closed`` are days since 1970, ``closed`` None while the posting is open.
    """

    id: int
    job_id: Hashable
    fingerprint: Fingerprint
    first_seen: int | None = None
    closed: int | None = None


def _day(moment: object) -> int | None:
    return int(moment.timestamp() // 86_400) if isinstance(moment, datetime) else None


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


#: One crawl meets few companies, many times.
_company = lru_cache(maxsize=2048)(company_key)


def _ats(posting: JobPosting, company: str) -> str:
    own = of_board(posting.board, posting.scope, posting.external_id, company)
    if own is not None and own.platform in IDS_IN_ADDRESSES:
        return str(own)
    found = [own, resolve(posting.url), resolve(posting.apply_url)]
    by_identity = {each.identity: str(each) for each in found if each is not None}
    return " ".join(by_identity.values())


def _is_remote(posting: JobPosting) -> bool:
    if posting.workplace is not None:
        return posting.workplace == "remote"
    said = f"{posting.title} {posting.location_text} {posting.workplace_text}".casefold()
    return any(words in said for words in _REMOTE)


def read_fingerprint(posting: JobPosting, signature: Signature) -> Fingerprint:
    """The fingerprint of a normalised posting; ``signature`` is that of its description."""
    company = _company(posting.company)
    title = read_title(posting.title)
    salary = posting.salary
    if salary is not None and (salary.source == "estimated" or salary.annual_min is None):
        salary = None
    apply_url = posting.apply_url
    if apply_url:
        apply_url = apply_url.split("#", 1)[0].rstrip("/").casefold()
    return Fingerprint(
        board=posting.board,
        external_id=posting.external_id,
        ats=_ats(posting, company_stem(company)),
        company=company,
        title=title.words,
        ranks=title.ranks,
        places=pack_places(read_places(posting.locations, posting.location_text)),
        remote=_is_remote(posting),
        requisition=_NOT_IN_REQUISITION.sub("", posting.requisition_id).casefold()
        if posting.requisition_id
        else "",
        apply_hash=_signed(xxh3_64_intdigest(apply_url.encode())) if apply_url else None,
        salary_min=salary.annual_min if salary else None,
        salary_max=(salary.annual_max or salary.annual_min) if salary else None,
        currency=salary.currency if salary else None,
        posted=_day(posting.date_posted),
        language=posting.language,
        letters=signature.letters,
        sketch=signature.sketch,
    )
