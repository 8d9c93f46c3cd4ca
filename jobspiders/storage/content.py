"""What counts as a change of a posting. Pure.

A posting changes when what it SAYS changes. What our own reading made of the text (``derived``), when it was
seen or touched, tracking parameters, white space, and the order of places, tags and employment types do not
count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import xxhash

from jobspiders.items import JobPosting

#: The groups of fields that make the content, in the order in which they are hashed.
GROUPS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "company": ("company",),
    "apply_url": ("apply_url",),
    "requisition_id": ("requisition_id",),
    "location": ("location_text", "locations"),
    "workplace": ("workplace_text", "workplace"),
    "employment": ("employment_text", "employment_types"),
    "salary": ("salary_text", "salary"),
    "description": ("description",),
    "department": ("department",),
    "team": ("team",),
    "valid_through": ("valid_through",),
    "tags": ("tags",),
}

_OF_THE_DETAIL = frozenset({"description", "description_html", "raw", "listing_hash", "normaliser_version"})
_EMPTY: tuple[object, ...] = (None, "", [])
#: Values that our own reading of a description outweighs our reading of a title.
_READ_IN_DETAIL = frozenset({"skills", "experience", "education", "language", "quality"})
_WHITE = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_NO_BREAK_SPACE = b"\xc2\xa0"
_GENERAL_PUNCTUATION = b"\xe2\x80"
#: The third byte of U+2000 to U+200F and U+2028 to U+202F: spaces, zero-width characters, direction marks.
_INVISIBLE = frozenset((*range(0x80, 0x90), *range(0xA8, 0xB0)))
_LIST_SEPARATOR = re.compile(r"[;|•\n]")
_TRACKING = re.compile(
    r"^(utm_.*|.*clid|gh_src|lever-source|lever-origin|trk|trackingid|refid|ref|referer|referrer|src|source|"
    r"rx_.*|mc_.*|_ga|_gl|pk_.*|session.*|sid|jsessionid|ts|timestamp|t)$",
    re.IGNORECASE,
)


def content_hash(posting: JobPosting, description: bytes | None = None) -> bytes:
    """16 bytes that are equal for two postings that say the same.

    ``description`` is that of the posting in UTF-8, for whoever has it so already.
    """
    return xxhash.xxh3_128_digest(b"\x1f".join(content(posting, description)))


def content(posting: JobPosting, description: bytes | None = None) -> tuple[bytes, ...]:
    """What the posting says per group of GROUPS, in canonical form; empty where it says nothing."""
    if description is None:
        text = posting.description if posting.description is not None else posting.description_html
        description = _utf8(text)
    derived = posting.derived
    valid_through = posting.valid_through
    return (
        squeeze(posting.title),
        _squeeze_shared(posting.company),
        squeeze(stable_url(posting.apply_url)),
        squeeze(posting.requisition_id),
        _location(posting, "locations" in derived),
        _stated(posting.workplace_text, None if "workplace" in derived else posting.workplace),
        _stated(
            posting.employment_text,
            None if "employment_types" in derived else "\x1f".join(sorted(posting.employment_types)),
        ),
        _salary(posting, "salary" in derived),
        _without_space(description),
        _squeeze_shared(posting.department),
        _squeeze_shared(posting.team),
        # a board that only touches the time of day has not prolonged anything
        _date(valid_through) if isinstance(valid_through, datetime) else squeeze(valid_through),
        squeeze("\x1f".join(sorted(map(str, posting.tags)))) if posting.tags else b"",
    )


def changes(old: JobPosting, new: JobPosting) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` of what ``new`` says otherwise than ``old``; empty where nothing changed.

    Of a listing row (see ``is_listing_of``) what it does not state has not changed.
    """
    listing = is_listing_of(old, new)
    found: dict[str, list[Any]] = {}
    for (group, fields), before, after in zip(GROUPS.items(), content(old), content(new), strict=True):
        if before == after or (listing and not after):
            continue
        if listing and group == "description" and _is_excerpt(old, new):
            continue
        for name in fields:
            values = [getattr(old, name), getattr(new, name)]
            if values[0] != values[1]:
                found[name] = values
    return found


def is_partial(posting: JobPosting) -> bool:
    """Whether the posting came without its description."""
    return not posting.description and not posting.description_html


def is_listing_of(old: JobPosting, new: JobPosting) -> bool:
    """Whether ``new`` is only a listing row of the posting of which ``old`` is all.

    It has no description, or the posting's own page, which was read for ``old``, was not read for it.
    """
    if is_partial(new):
        return not is_partial(old)
    return new.listing_hash is None and old.listing_hash is not None


def _is_excerpt(old: JobPosting, new: JobPosting) -> bool:
    """Whether ``new`` has no description, or one so short that it may be a piece of that of ``old``."""
    name = "description" if old.description else "description_html"
    text, whole = getattr(new, name) or "", getattr(old, name) or ""
    return not text or 2 * len(text) < len(whole)


def merged(old: JobPosting, new: JobPosting) -> JobPosting:
    """What ``new``, a listing row, says, and for what it does not state what ``old`` says.

    The listing row vouches for nothing but itself, so the hash by which its detail page may be skipped and
    the raw record stay those of ``old``, and so does what we read out of its description.
    """
    values: dict[str, Any] = {}
    taken = set()
    kept = {"listing_hash", "raw", "quality"}
    if _is_excerpt(old, new):
        kept |= _OF_THE_DETAIL | (_READ_IN_DETAIL & set(new.derived))
    if (
        "salary" in new.derived
        and not new.salary_text
        and ("salary" not in old.derived or kept > _OF_THE_DETAIL)
    ):
        kept.add("salary")
    for name in JobPosting.__slots__:
        value, known = getattr(new, name), getattr(old, name)
        if value in _EMPTY or (name in kept and known not in _EMPTY):
            value = known
            taken.add(name)
        values[name] = value
    # what is stored now, no row says alone
    values["row_hash"] = None
    values["derived"] = sorted(
        {name for name in new.derived if _field(name) not in taken}
        | {name for name in old.derived if _field(name) in taken}
    )
    return JobPosting(**values)


def _field(derived: str) -> str:
    """The field that an entry of ``derived`` such as ``locations[0].city`` is a part of."""
    return derived.partition("[")[0]


def stable_url(url: str | None) -> str | None:
    """``url`` without fragment and tracking parameters, the others in a fixed order."""
    if not url:
        return url
    address, _, query = url.partition("#")[0].partition("?")
    if not query:
        return address
    pairs = sorted(pair for pair in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(pair[0]))
    return f"{address}?{urlencode(pairs)}" if pairs else address


def squeeze(value: Any) -> bytes:
    """The text of ``value`` in UTF-8 without white space and invisible characters."""
    return _without_space(_utf8(value))


def _squeeze_shared(value: Any) -> bytes:
    """``squeeze`` for what many postings of a crawl have in common."""
    return _squeeze_kept(value) if value.__class__ is str else squeeze(value)


@lru_cache(maxsize=512)
def _squeeze_kept(text: str) -> bytes:
    return squeeze(text)


def _utf8(value: Any) -> bytes:
    if not value:
        return b"" if value is None or value == "" else str(value).encode()
    return (value if isinstance(value, str) else str(value)).encode("utf-8", "replace")


def _without_space(text: bytes) -> bytes:
    data = text.translate(None, _WHITE)
    if not data.isascii():
        if b"\xa0" in data:
            data = data.replace(_NO_BREAK_SPACE, b"")
        first, *pieces = data.split(_GENERAL_PUNCTUATION)
        if any(piece[0] in _INVISIBLE for piece in pieces):
            rest = (piece[1:] if piece[0] in _INVISIBLE else _GENERAL_PUNCTUATION + piece for piece in pieces)
            data = first + b"".join(rest)
    return data


def _location(posting: JobPosting, derived: bool) -> bytes:
    if posting.location_text:
        return _places_in(posting.location_text)
    if derived:
        return b""
    return _places(
        place.text or ",".join(filter(None, (place.city, place.region, place.country)))
        for place in posting.locations
    )


@lru_cache(maxsize=512)
def _places_in(text: str) -> bytes:
    return _places(_LIST_SEPARATOR.split(text))


def _places(texts: Iterable[str]) -> bytes:
    return b"\x1f".join(sorted(filter(None, map(squeeze, texts))))


def _stated(text: str | None, value: str | None) -> bytes:
    return _squeeze_shared(text) or _squeeze_shared(value)


def _salary(posting: JobPosting, derived: bool) -> bytes:
    said = squeeze(posting.salary_text)
    pay = posting.salary
    if pay is None or derived:
        return said
    return said + b"\x1f" + orjson.dumps([_number(pay.min), _number(pay.max), pay.currency, pay.unit])


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _date(moment: datetime) -> bytes:
    try:
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except OverflowError:
        return b""
    return moment.date().isoformat().encode()
