"""A posting whose values have wrong types or hold what PostgreSQL does not store, made storable. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jobspiders.items import Experience, JobPosting, Location, Salary
from jobspiders.storage import encoding

_INFINITY = float("inf")
_LISTS = ("tags", "remote_countries", "employment_types", "skills", "derived")
_REQUIRED = ("board", "external_id", "url", "title")
_TIMES = ("date_posted", "valid_through", "fetched_at")
_OTHERS = ("locations", "salary", "experience", "quality", "normaliser_version", "raw")
_TEXTS = tuple(name for name in JobPosting.__slots__ if name not in {*_LISTS, *_TIMES, *_OTHERS})


def repaired(posting: JobPosting) -> JobPosting:
    """A copy in which texts are clean texts, lists hold texts, and what has a wrong type is None or empty."""
    values: dict[str, Any] = {name: getattr(posting, name) for name in JobPosting.__slots__}
    for name in _TEXTS:
        values[name] = _text(values[name])
    for name in _REQUIRED:
        values[name] = values[name] or ""
    for name in _LISTS:
        given = values[name]
        given = [given] if isinstance(given, str) else given if isinstance(given, Iterable) else ()
        values[name] = [text for text in map(_text, given) if text]
    for name in _TIMES:
        if not isinstance(values[name], datetime):
            values[name] = None
    places = values["locations"] if isinstance(values["locations"], list) else []
    values["locations"] = [_place(place) for place in places if isinstance(place, Location)]
    values["salary"] = _pay(values["salary"]) if isinstance(values["salary"], Salary) else None
    if not isinstance(values["experience"], Experience):
        values["experience"] = None
    return JobPosting(**values)


def _place(place: Location) -> Location:
    return Location(
        _text(place.text),
        _text(place.city),
        _text(place.region),
        _text(place.country),
        number(place.latitude),
        number(place.longitude),
    )


def _pay(pay: Salary) -> Salary:
    values: dict[str, Any] = {name: getattr(pay, name) for name in Salary.__slots__}
    for name, value in values.items():
        values[name] = number(value) if name.endswith(("min", "max")) else _text(value)
    return Salary(**values)


def number(value: Any) -> float | None:
    """``value`` where it is a finite number; not of text, and not of a bool."""
    if value.__class__ is float or value.__class__ is int:
        try:
            return float(value) if -_INFINITY < value < _INFINITY else None
        except OverflowError:
            return None
    return None


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        value = encoding.dumps(value).decode() if isinstance(value, dict | list) else str(value)
    return encoding.clean(value) or None
