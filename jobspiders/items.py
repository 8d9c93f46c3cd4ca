"""What flows from the spiders to the database. Names follow schema.org JobPosting in snake case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

Workplace = Literal["onsite", "hybrid", "remote"]
SalaryUnit = Literal["hour", "day", "week", "month", "year"]
SalarySource = Literal["stated", "text", "estimated"]
Source = Literal["api", "embedded", "jsonld", "html"]

#: What a board may give for a date; after normalisation it is an aware datetime or None.
DateValue: TypeAlias = datetime | str | int | float | None

EMPLOYMENT_TYPES = (
    "FULL_TIME",
    "PART_TIME",
    "CONTRACTOR",
    "TEMPORARY",
    "INTERN",
    "VOLUNTEER",
    "PER_DIEM",
    "OTHER",
)
SENIORITIES = (
    "intern",
    "entry",
    "junior",
    "mid",
    "senior",
    "staff",
    "principal",
    "lead",
    "manager",
    "director",
    "executive",
)
EDUCATIONS = ("highschool", "associate", "bachelor", "master", "phd_md")


@dataclass(slots=True)
class Location:
    """One place; ``text`` is what was written, ``country`` is ISO 3166-1 alpha-2."""

    text: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(slots=True)
class Salary:
    """Pay per ``unit`` in ``currency`` (ISO 4217); a single figure has ``min == max``.

    ``source`` is ``stated`` (a field of the board), ``text`` (read out of prose) or ``estimated`` (the
    board's own guess). ``text`` is the passage that was read.
    """

    min: float | None = None
    max: float | None = None
    currency: str | None = None
    unit: SalaryUnit | None = None
    annual_min: float | None = None
    annual_max: float | None = None
    source: SalarySource | None = None
    text: str | None = None


@dataclass(slots=True)
class Experience:
    """Years of experience asked for; ``max`` is None where no upper bound is written."""

    min: int | None = None
    max: int | None = None


@dataclass(slots=True)
class JobPosting:
    """One posting on one board.

    A spider fills what the board SAYS: text as text, numbers only where the board gives numbers. The
    pipelines fill the values beside the text and name those in ``derived``; they never overwrite a value
    that the board stated. Where only a part of a stated place is theirs, ``derived`` names it as
    ``locations[0].city``.
    """

    # identity
    board: str = ""
    external_id: str = ""
    url: str = ""
    apply_url: str | None = None
    requisition_id: str | None = None
    # said by the board
    title: str = ""
    company: str | None = None
    company_url: str | None = None
    company_logo: str | None = None
    location_text: str | None = None
    workplace_text: str | None = None
    salary_text: str | None = None
    employment_text: str | None = None
    description_html: str | None = None
    date_posted: DateValue = None
    valid_through: DateValue = None
    department: str | None = None
    team: str | None = None
    tags: list[str] = field(default_factory=list)
    # values
    description: str | None = None
    locations: list[Location] = field(default_factory=list)
    workplace: Workplace | None = None
    remote_countries: list[str] = field(default_factory=list)
    salary: Salary | None = None
    employment_types: list[str] = field(default_factory=list)
    seniority: str | None = None
    skills: list[str] = field(default_factory=list)
    experience: Experience | None = None
    education: str | None = None
    language: str | None = None
    quality: int | None = None
    # provenance
    crawl_id: str | None = None
    scope: str | None = None
    fetched_at: datetime | None = None
    source: Source | None = None
    derived: list[str] = field(default_factory=list)
    normaliser_version: int | None = None
    #: What the listing row said when the posting's own page was read; None where that was not read.
    listing_hash: str | None = None
    #: A hash of the list's row that is all there is of the posting, and of how it was read; None where there is more.
    row_hash: str | None = None
    raw: Any = None


@dataclass(slots=True)
class RejectedPosting:
    """A row of a board that is no valid posting, kept with the reason and its raw payload."""

    board: str = ""
    reason: str = ""
    external_id: str | None = None
    url: str | None = None
    scope: str | None = None
    crawl_id: str | None = None
    fetched_at: datetime | None = None
    raw: Any = None


@dataclass(slots=True)
class SeenPosting:
    """A listing row that says what it said when the posting's own page was last read: it is there, unchanged."""

    board: str = ""
    external_id: str = ""
    url: str | None = None
    scope: str | None = None
    crawl_id: str | None = None
    fetched_at: datetime | None = None


@dataclass(slots=True)
class SeenPostings:
    """Postings of one page whose rows say what they said when they were last read: they are there, unchanged.

    ``covered`` says of each of ``external_ids`` which fields it has, as ``storage.coverage`` writes it.
    """

    board: str = ""
    external_ids: list[str] = field(default_factory=list)
    covered: list[int] = field(default_factory=list)
    scope: str | None = None
    crawl_id: str | None = None
    fetched_at: datetime | None = None


@dataclass(slots=True)
class ClosedPosting:
    """Evidence that a posting is gone: its page answered 404 or 410, or says that it has expired."""

    board: str = ""
    external_id: str = ""
    reason: str = ""
    scope: str | None = None
    crawl_id: str | None = None
    fetched_at: datetime | None = None
