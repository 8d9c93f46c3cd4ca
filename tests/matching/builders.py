"""Postings for tests of matching, with what a test says and plain values for the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jobspiders.items import JobPosting, Location
from jobspiders.matching.fingerprint import Candidate, read_fingerprint
from jobspiders.matching.signature import sign

#: An invented description of some 2,700 letters; every sentence differs from every other.
TEXT = " ".join(
    f"The {thing} of line {number} is {verb} by {who} before the {when} shift."
    for number, (thing, verb, who, when) in enumerate(
        (
            (thing, verb, who, when)
            for thing in ("boiler", "conveyor", "crane", "filter", "press")
            for verb in ("checked", "cleaned", "logged")
            for who, when in (("a fitter", "early"), ("the foreman", "late"), ("an apprentice", "night"))
        ),
        start=11,
    )
)
OTHER_TEXT = " ".join(
    f"Campaign {number} asks {who} about {what} and reports {where} every {when}."
    for number, (who, what, where, when) in enumerate(
        (
            (who, what, where, when)
            for who in ("readers", "buyers", "visitors", "sponsors", "editors")
            for what in ("prices", "covers", "fonts")
            for where, when in (("to Oslo", "Monday"), ("in writing", "month"), ("by phone", "quarter"))
        ),
        start=300,
    )
)
LEEDS = Location("Leeds, United Kingdom", "Leeds", "England", "GB")
BATH = Location("Bath, United Kingdom", "Bath", "England", "GB")
ENGLAND = Location("England", None, "England", "GB")


def posting(**said: Any) -> JobPosting:
    """A posting of a fitter's job at an invented mill."""
    values: dict[str, Any] = {
        "board": "indeed",
        "external_id": "1",
        "url": "https://board.example/1",
        "title": "Maintenance Fitter",
        "company": "Harrow Mill",
        "locations": [LEEDS],
        "description": TEXT,
        "date_posted": datetime(2026, 3, 2, tzinfo=UTC),
    }
    return JobPosting(**{**values, **said})


_count = 0


def candidate(*, closed: int | None = None, first_seen: int | None = None, **said: Any) -> Candidate:
    """What matching knows of ``posting(**said)``, in a job of its own."""
    global _count
    _count += 1
    made = posting(**said)
    return Candidate(
        id=_count,
        job_id=_count,
        fingerprint=read_fingerprint(made, sign(made.description)),
        first_seen=first_seen,
        closed=closed,
    )
