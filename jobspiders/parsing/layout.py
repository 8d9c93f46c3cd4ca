"""How a board's JSON is laid out, and the reading of it by that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jobspiders.items import JobPosting, Location
from jobspiders.parsing.mapped import mapped_posting
from jobspiders.parsing.place import distinct, place_in
from jobspiders.parsing.record import Record, rows_in
from jobspiders.parsing.sections import sections

#: Under what an answer or a posting may be put by who saved it.
WRAPPERS = (
    "data",
    "_embedded",
    "jobBoardWithTeams",
    "jobPosting",
    "posting",
    "jobBoard",
    "response",
    "body",
    "result",
    "results",
    "payload",
    "json",
    "offer",
    "job",
    "position",
)


def _is_open(job: Record) -> bool:
    return True


def _refine(posting: JobPosting, job: Record) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a board's answers have their rows, and a row the fields of a posting."""

    #: Where the fields of a posting stand in a row, as ``mapped_posting`` takes it.
    fields: Mapping[str, str]
    #: Dotted paths of the rows in an answer that is no list itself.
    row_keys: tuple[str, ...] = ()
    #: Dotted paths of the number of postings that the board has in all.
    total_keys: tuple[str, ...] = ()
    #: Where the parts of a place stand, see ``place_in``, in the objects or lists under ``place_keys``.
    place: Mapping[str, str] = field(default_factory=dict)
    place_keys: tuple[str, ...] = ()
    #: Keys of the HTML parts of a description, in their order.
    text_keys: tuple[str, ...] = ()
    #: Whether a row is a posting that the board lists for everybody.
    is_open: Callable[[Record], bool] = _is_open
    #: Fills in what the maps cannot say.
    refine: Callable[[JobPosting, Record], None] = _refine

    def total(self, answer: Record) -> int | None:
        """How many postings the board has in all, where the answer says it."""
        totals = (answer.integer(*path.split(".")) for path in self.total_keys)
        return next((number for number in totals if number is not None), None)

    def rows(self, answer: Any) -> list[Any] | None:
        """The rows of an answer; a single posting is a list of one.

        Beside the board's own shape any list of its postings is read, however it was wrapped when saved.
        """
        own = rows_in(answer, *self.row_keys)
        if own is not None or not isinstance(answer, dict):
            return own
        if self.is_posting(answer):
            return [answer]
        for key in self.row_keys:
            alone = answer.get(key)
            if isinstance(alone, dict) and self.is_posting(alone):
                return [alone]
            if isinstance(alone, dict) and alone and all(self.is_posting(row) for row in alone.values()):
                return list(alone.values())
        for value in answer.values():
            if isinstance(value, list) and value and all(self.is_posting(row) for row in value):
                return value
        inner = (self.rows(answer[key]) for key in WRAPPERS if isinstance(answer.get(key), dict))
        return next((rows for rows in inner if rows is not None), None)

    def is_posting(self, row: Any) -> bool:
        """Whether a value has a title and an identity where this board's postings have them."""
        paths = {name: self.fields[name] for name in ("title", "external_id", "url") if name in self.fields}
        found = Record(row).fields(paths)
        return "title" in found and len(found) > 1

    def posting(self, job: Record) -> JobPosting | None:
        """One row as a posting; None where the board does not list it for everybody."""
        if not self.is_open(job):
            return None
        posting = mapped_posting(job, self.fields)
        posting.locations = self.locations(job)
        posting.description_html = posting.description_html or sections(
            *((None, job.text(key)) for key in self.text_keys)
        )
        self.refine(posting, job)
        return posting

    def locations(self, job: Record) -> list[Location]:
        """The places of a row: those under ``place_keys``, else the row's own."""
        rows = [row for key in self.place_keys for row in (job.record(key), *job.records(key)) if row]
        # a row's own "name" is its title
        own = {part: path for part, path in self.place.items() if part not in ("name", "text")}
        return self.located(rows) or distinct([place_in(job, own)])

    def located(self, rows: Iterable[Record]) -> list[Location]:
        """The places that these objects are, each once."""
        return distinct(place_in(row, self.place) for row in rows)
