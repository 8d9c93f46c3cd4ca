"""Postings out of a JSON Lines file instead of pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from jobspiders.bases.arguments import argument
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.scopes import Scope
from jobspiders.items import (
    EMPLOYMENT_TYPES,
    Experience,
    JobPosting,
    Location,
    RejectedPosting,
    Salary,
    SalarySource,
    SalaryUnit,
    Source,
    Workplace,
)
from jobspiders.parsing.embedded import loads
from jobspiders.parsing.record import Record, as_text

_TEXTS = frozenset(spec.name for spec in fields(JobPosting) if spec.type in ("str", "str | None"))
_LISTS = frozenset({"tags", "remote_countries", "employment_types", "skills"})
_CHOICES = {"workplace": get_args(Workplace), "source": get_args(Source)}
#: What a database gives a posting when it is stored; in a file it belongs to another database.
_OURS = frozenset({"crawl_id", "quality", "derived", "listing_hash", "row_hash", "normaliser_version"})


@dataclass(frozen=True)
class ImportArguments(BoardArguments):
    """Which file to read."""

    file: Path | None = argument("JSON Lines file of postings", required=True)


class ImportSpider(BoardSpider):
    """Sends the rows of a file through the pipelines, as if each had been crawled."""

    name = "import"
    kind = "file"
    homepage = "https://jsonlines.org"
    arguments_type = ImportArguments
    arguments: ImportArguments

    async def start(self) -> AsyncIterator[Any]:
        assert self.arguments.file is not None
        scope = self.ledger.open(str(self.arguments.file), complete=False)
        scope.pages += 1
        for item in read_rows(self.arguments.file, self.now()):
            scope.rows += 1
            scope.postings += isinstance(item, JobPosting)
            yield item

    def scopes(self) -> Iterator[Scope]:
        return iter(())


def read_rows(path: Path, now: datetime) -> Iterator[JobPosting | RejectedPosting]:
    """The postings of a file; a line that is no JSON object is a rejected row. Raises OSError."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip(b"\xef\xbb\xbf \t\r\n"):
                continue
            try:
                row = loads(line)
            except ValueError:
                row = line.decode("utf-8", "replace")
            if isinstance(row, dict):
                yield posting_from_row(row, now)
            else:
                yield RejectedPosting(
                    board="import", reason=f"no JSON object: line {number}", fetched_at=now, raw=row
                )


def posting_from_row(row: Mapping[str, Any], now: datetime) -> JobPosting:
    """A posting from an object whose keys are JobPosting's fields; keys that are no field go to ``raw``."""
    data = Record(dict(row))
    posting = JobPosting(board="import", fetched_at=now)
    for name in _TEXTS - _OURS:
        text = as_text(row.get(name))
        if text is not None:
            setattr(posting, name, text)
    for name in _LISTS:
        setattr(posting, name, data.texts(name))
    posting.employment_types = [kind for kind in posting.employment_types if kind in EMPLOYMENT_TYPES]
    for name, choices in _CHOICES.items():
        setattr(posting, name, choice if (choice := row.get(name)) in choices else None)
    posting.date_posted, posting.valid_through = row.get("date_posted"), row.get("valid_through")
    posting.locations = [_location(place) for place in data.records("locations")]
    posting.salary = _salary(data.record("salary"))
    experience = data.record("experience")
    posting.experience = (
        Experience(experience.integer("min"), experience.integer("max")) if experience else None
    )
    posting.fetched_at = _moment(row.get("fetched_at")) or now
    known = {spec.name for spec in fields(JobPosting)}
    extra = {name: value for name, value in row.items() if name not in known}
    given = row.get("raw")
    posting.raw = {**given, **extra} if isinstance(given, dict) else (extra or given)
    return posting


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _location(place: Record) -> Location:
    return Location(
        **place.fields({name: name for name in ("text", "city", "region", "country")}),
        latitude=place.number("latitude"),
        longitude=place.number("longitude"),
    )


def _salary(pay: Record) -> Salary | None:
    low, high = pay.number("min"), pay.number("max")
    if low is None and high is None:
        return None
    unit, source = pay.text("unit"), pay.text("source")
    return Salary(
        low,
        high,
        pay.text("currency"),
        unit if unit in get_args(SalaryUnit) else None,  # type: ignore[arg-type]  # one of its values
        source=source if source in get_args(SalarySource) else "stated",  # type: ignore[arg-type]  # likewise
        text=pay.text("text"),
    )
