"""A posting that was read in several places, put together."""

from __future__ import annotations

import re
from dataclasses import fields
from operator import attrgetter

from jobspiders.items import JobPosting

#: Fields in which the first-hand page never gives way, because they identify the posting.
_IDENTITY = frozenset({"board", "external_id"})
_NAMES = tuple(spec.name for spec in fields(JobPosting))
_VALUES = attrgetter(*_NAMES)
_YEAR_OR_TIMESTAMP = re.compile(r"\d{4}")


def completed(primary: JobPosting, fallback: JobPosting) -> JobPosting:
    """``primary`` with what it leaves open taken from ``fallback``; the latter keeps the identity it has.

    A date gives way to a more exact one: "a week ago" to a day. ``raw`` payloads are kept side
    by side as ``{"detail": ..., "listing": ...}``.
    """
    for name, mine, other in zip(_NAMES, _VALUES(primary), _VALUES(fallback), strict=True):
        if mine is None and other is None:
            # as most are
            continue
        if name == "raw":
            if mine is not None and other is not None:
                primary.raw = {"detail": mine, "listing": other}
            elif mine is None:
                primary.raw = other
        elif name == "date_posted" and other not in (None, "") and _is_vague(mine):
            primary.date_posted = other
        elif (name in _IDENTITY and other) or mine in (None, "", []):
            setattr(primary, name, other)
    return primary


def _is_vague(date: object) -> bool:
    return isinstance(date, str) and _YEAR_OR_TIMESTAMP.search(date) is None
