"""A posting that was read in several places, put together."""

from __future__ import annotations

from dataclasses import fields

from jobspiders.items import JobPosting

#: Fields in which the first-hand page never gives way, because they identify the posting.
_IDENTITY = frozenset({"board", "external_id"})


def completed(primary: JobPosting, fallback: JobPosting) -> JobPosting:
    """``primary`` with what it leaves open taken from ``fallback``; the latter keeps the identity it has.

    ``raw`` payloads are kept side by side as ``{"detail": ..., "listing": ...}``.
    """
    for spec in fields(JobPosting):
        name = spec.name
        mine, other = getattr(primary, name), getattr(fallback, name)
        if name == "raw":
            if mine is not None and other is not None:
                primary.raw = {"detail": mine, "listing": other}
            elif mine is None:
                primary.raw = other
        elif (name in _IDENTITY and other) or mine in (None, "", []):
            setattr(primary, name, other)
    return primary
