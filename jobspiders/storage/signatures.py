"""What matching reads of a posting, out of the rows on their way to the database or out of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from jobspiders.items import JobPosting
from jobspiders.matching.fingerprint import Candidate, Fingerprint, read_fingerprint
from jobspiders.matching.keys import exact_keys, loose_keys
from jobspiders.matching.signature import sign_all
from jobspiders.storage.job_statements import FINGERPRINT
from jobspiders.storage.rows import COLUMNS, posting_of, read_value
from jobspiders.storage.tuples import picked

#: The columns of a posting that its fingerprint is made from.
READ = (
    *("board", "external_id", "url", "apply_url", "requisition_id", "title", "company", "location_text"),
    *("workplace_text", "date_posted", "description", "locations", "workplace", "salary_annual_min"),
    *("salary_annual_max", "salary_currency", "salary_source", "language", "scope"),
)
_PLACES = tuple(place for place, column in enumerate(COLUMNS) if column.name in READ)


class Signed(NamedTuple):
    """A fingerprint and the keys under which it is found; no key stands in both lists or twice."""

    fingerprint: Fingerprint
    exact: list[int]
    loose: list[int]

    def row(self, posting_id: int) -> tuple[Any, ...]:
        """The values of a row of posting_signatures."""
        fingerprint = self.fingerprint
        return (posting_id, *(getattr(fingerprint, name) for name in FINGERPRINT), self.exact, self.loose)


def posting_in(row: bytes | memoryview) -> JobPosting:
    """As much of the posting in the fields of a row as a fingerprint is made from."""
    values = picked(row, _PLACES)
    return posting_of(
        {
            COLUMNS[place].name: read_value(COLUMNS[place].kind, value)
            for place, value in zip(_PLACES, values, strict=True)
        }
    )


def sign_postings(postings: Sequence[JobPosting]) -> list[Signed]:
    """The fingerprints and keys of ``postings``, in their order; many at once cost half."""
    signed = []
    for posting, signature in zip(postings, sign_all(each.description for each in postings), strict=True):
        fingerprint = read_fingerprint(posting, signature)
        exact = dict.fromkeys(exact_keys(fingerprint))
        loose = dict.fromkeys(loose_keys(fingerprint, signature))
        signed.append(Signed(fingerprint, list(exact), [key for key in loose if key not in exact]))
    return signed


def candidate_of(row: Sequence[Any]) -> Candidate:
    """A candidate from the first columns of MEMBERS or ONE."""
    posting_id, job_id, first_day, closed_day, *fingerprint = row
    return Candidate(posting_id, job_id, Fingerprint(*fingerprint), first_day, closed_day)


def candidates_of(rows: Iterable[Sequence[Any]]) -> dict[int, Candidate]:
    """The candidates of several rows by their ids."""
    return {row[0]: candidate_of(row) for row in rows}
