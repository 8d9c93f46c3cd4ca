"""A posting as the row that COPY sends, and a row of ``postings`` as a posting. Pure.

A row is the values of COLUMNS as text: times are ISO 8601 in UTC, lists are joined by U+001F, structures are
JSON; ``fields`` gives them the types of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Literal

import orjson
import xxhash

from jobspiders.items import Experience, JobPosting, Location, Salary
from jobspiders.storage import encoding
from jobspiders.storage.content import content_hash
from jobspiders.storage.repair import number

Kind = Literal["text", "time", "list", "json", "float", "integer", "hash", "bigint"]

LIST_SEPARATOR = "\x1f"
#: Bytes of a text that goes into a B-tree (2,704 at most), with room for what stands beside it.
KEY_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ``postings`` that a posting fills."""

    name: str
    kind: Kind = "text"


COLUMNS: tuple[Column, ...] = (
    Column("board"),
    Column("external_id"),
    Column("url"),
    Column("apply_url"),
    Column("requisition_id"),
    Column("title"),
    Column("company"),
    Column("company_url"),
    Column("company_logo"),
    Column("location_text"),
    Column("workplace_text"),
    Column("salary_text"),
    Column("employment_text"),
    Column("description_html"),
    Column("date_posted", "time"),
    Column("valid_through", "time"),
    Column("department"),
    Column("team"),
    Column("tags", "list"),
    Column("description"),
    Column("locations", "json"),
    Column("country"),
    Column("countries", "list"),
    Column("workplace"),
    Column("remote_countries", "list"),
    Column("salary_min", "float"),
    Column("salary_max", "float"),
    Column("salary_currency"),
    Column("salary_unit"),
    Column("salary_annual_min", "float"),
    Column("salary_annual_max", "float"),
    Column("salary_source"),
    Column("salary_passage"),
    Column("employment_types", "list"),
    Column("seniority"),
    Column("skills", "list"),
    Column("experience_min", "integer"),
    Column("experience_max", "integer"),
    Column("education"),
    Column("language"),
    Column("quality", "integer"),
    Column("source"),
    Column("derived", "list"),
    Column("normaliser_version", "integer"),
    Column("listing_hash"),
    Column("row_hash"),
    Column("scope"),
    Column("last_seen", "time"),
    Column("content_hash", "hash"),
    Column("value_hash", "bigint"),
    Column("raw", "json"),
)
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
INDEX: dict[str, int] = {name: index for index, name in enumerate(NAMES)}
KINDS: dict[str, Kind] = {column.name: column.kind for column in COLUMNS}

#: What has a hash of its own, changes with every crawl, or is compared in another form.
_NOT_IN_VALUE_HASH = {
    *("url", "apply_url", "description_html", "date_posted", "valid_through", "description", "derived"),
    *(
        "normaliser_version",
        "listing_hash",
        "row_hash",
        "scope",
        "last_seen",
        "content_hash",
        "value_hash",
        "raw",
    ),
}
_hashed = itemgetter(*(INDEX[name] for name in NAMES if name not in _NOT_IN_VALUE_HASH))
_DATE_LENGTH = len("2026-01-31")
_INTEGER_LIMIT = 1 << 31
_PLACE = tuple(Location.__slots__)
_fields_of_place = attrgetter(*_PLACE)


def row_of(posting: JobPosting, seen: datetime) -> list[str | bytes | None]:
    """The row of ``posting``; ``seen`` counts where it has no fetched_at.

    Hot: half of its time is the content hash. Values of wrong types raise TypeError, ValueError or
    AttributeError or come out as they are: see ``repair``.
    """
    places = posting.locations
    codes = [place.country for place in places if place.country]
    pay = posting.salary
    years = posting.experience
    description = posting.description.encode() if posting.description else None
    if description is not None and b"\x00" in description:
        raise ValueError("NUL in text")
    row: list[Any] = [
        posting.board,
        posting.external_id,
        posting.url,
        posting.apply_url,
        posting.requisition_id,
        posting.title,
        posting.company,
        posting.company_url,
        posting.company_logo,
        posting.location_text,
        posting.workplace_text,
        posting.salary_text,
        posting.employment_text,
        posting.description_html,
        posting.date_posted and moment(posting.date_posted),
        posting.valid_through and moment(posting.valid_through),
        posting.department,
        posting.team,
        _list(posting.tags) if posting.tags else "",
        description,
        _places(places) if places else "[]",
        codes[0] if codes else None,
        _list(sorted(set(codes))) if codes else "",
        posting.workplace,
        _list(posting.remote_countries) if posting.remote_countries else "",
        *(_NO_SALARY if pay is None else _salary(pay)),
        _list(posting.employment_types) if posting.employment_types else "",
        posting.seniority,
        _list(posting.skills) if posting.skills else "",
        years and _integer(years.min),
        years and _integer(years.max),
        posting.education,
        posting.language,
        None if posting.quality is None else _integer(posting.quality),
        posting.source,
        _list(posting.derived) if posting.derived else "",
        None if posting.normaliser_version is None else _integer(posting.normaliser_version),
        posting.listing_hash,
        posting.row_hash,
        posting.scope and bounded(posting.scope),
        moment(posting.fetched_at or seen),
        content_hash(posting, description).hex(),
        None,
        None if posting.raw is None else encoding.dumps(posting.raw),
    ]
    row[_VALUE_HASH] = str(value_hash(row))
    return row


def value_hash(row: Sequence[Any]) -> int:
    """A signed 64-bit hash of what is stored besides the content: derived values, path, date posted.

    Where it alone differs the row is rewritten, but the posting has not changed.
    """
    posted = row[_DATE_POSTED]
    parts = (*_hashed(row), row[_URL].partition("?")[0], posted and posted[:_DATE_LENGTH])
    digest = xxhash.xxh3_64_intdigest(orjson.dumps(parts))
    return digest - (1 << 64) if digest >= 1 << 63 else digest


def posting_of(values: Mapping[str, Any]) -> JobPosting:
    """The posting of a row of ``postings`` as psycopg reads it: arrays, structures and times as Python's."""
    plain: dict[str, Any] = {name: values[name] for name in (*_PLAIN, "raw") if name in values}
    plain |= {name: list(values.get(name) or ()) for name in _LISTS}
    pay = {name: values.get(f"salary_{name}") for name in _SALARY}
    if any(value is not None for value in pay.values()):
        plain["salary"] = Salary(text=pay.pop("passage"), **pay)
    experience = (values.get("experience_min"), values.get("experience_max"))
    if experience != (None, None):
        plain["experience"] = Experience(*experience)
    crawl_id = values.get("last_crawl_id")
    return JobPosting(
        **plain,
        locations=[Location(**place) for place in values.get("locations") or ()],
        crawl_id=None if crawl_id is None else str(crawl_id),
        fetched_at=values.get("last_seen"),
    )


def moment(value: Any) -> str | None:
    """An aware datetime (a naive one is taken for UTC) as ISO 8601 in UTC; None for all else."""
    return _moment(value) if isinstance(value, datetime) else None


@lru_cache(maxsize=2048)
def _moment(value: datetime) -> str | None:
    try:
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    except OverflowError:
        return None


def bounded(key: str | None) -> str | None:
    """``key`` cut to what an index holds; a hash in place of the rest keeps different keys apart."""
    if key is None or len(key) * 4 <= KEY_LIMIT or len(data := key.encode()) <= KEY_LIMIT:
        return key
    return f"{data[:200].decode('utf-8', 'ignore')}…{xxhash.xxh3_128_hexdigest(data)}"


def _list(values: Sequence[str]) -> str:
    joined = LIST_SEPARATOR.join(values)
    if joined.count(LIST_SEPARATOR) >= len(values):
        return LIST_SEPARATOR.join(value.replace(LIST_SEPARATOR, " ") for value in values)
    return joined


def _places(places: Sequence[Location]) -> str:
    try:
        return f"[{','.join([_place_kept(*_fields_of_place(place)) for place in places])}]"
    except TypeError:
        # a value that is no key, such as a list
        return encoding.dumps([_stated(*_fields_of_place(place)) for place in places]).decode()


@lru_cache(maxsize=512, typed=True)
def _place_kept(*values: Any) -> str:
    return encoding.dumps(_stated(*values)).decode()


def _stated(*values: Any) -> dict[str, Any]:
    return {name: value for name, value in zip(_PLACE, values, strict=True) if value is not None}


def _salary(pay: Salary) -> tuple[Any, ...]:
    return (
        _float(pay.min),
        _float(pay.max),
        pay.currency,
        pay.unit,
        _float(pay.annual_min),
        _float(pay.annual_max),
        pay.source,
        pay.text,
    )


def _float(value: Any) -> str | None:
    found = number(value)
    return None if found is None else repr(found)


def _integer(value: Any) -> str | None:
    if value.__class__ is int and -_INTEGER_LIMIT < value < _INTEGER_LIMIT:
        return str(value)
    found = number(value)
    return None if found is None or abs(found) >= _INTEGER_LIMIT else str(int(found))


_URL = INDEX["url"]
_DATE_POSTED = INDEX["date_posted"]
_VALUE_HASH = INDEX["value_hash"]
_SALARY = ("min", "max", "currency", "unit", "annual_min", "annual_max", "source", "passage")
_NO_SALARY = (None,) * len(_SALARY)
_LISTS = tuple(column.name for column in COLUMNS if column.kind == "list" and column.name != "countries")
_PLAIN = tuple(
    name for name in JobPosting.__slots__ if name in INDEX and name not in {*_LISTS, "locations", "raw"}
)
