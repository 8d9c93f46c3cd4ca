"""What matching reads of a posting, out of the rows on their way to the database or out of it. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.matching.fingerprint import Candidate, Fingerprint, read_fingerprint
from jobspiders.matching.keys import exact_keys, loose_keys
from jobspiders.matching.signature import sign_all
from jobspiders.storage.job_statements import SIGNATURE
from jobspiders.storage.packed import (
    bigint_field,
    bigints_field,
    bytes_field,
    double_field,
    integer_field,
    text_field,
)
from jobspiders.storage.rows import INDEX
from jobspiders.storage.tuples import picker

#: The columns of a posting that its fingerprint is made from, in the order in which they stand in a row.
READ = (
    *("board", "external_id", "url", "apply_url", "requisition_id", "title", "company", "location_text"),
    *("workplace_text", "date_posted", "description", "locations", "workplace", "salary_currency"),
    *("salary_annual_min", "salary_annual_max", "salary_source", "language", "scope"),
)
_COPIED = len(SIGNATURE)
_FIXED = struct.Struct("!hiqi16siii?ii")
_picked = picker([INDEX[name] for name in READ])


class Signed(NamedTuple):
    """A fingerprint and the keys under which it is found; no key stands in both lists or twice."""

    fingerprint: Fingerprint
    exact: list[int]
    loose: list[int]

    def row(self, posting_id: int, job_id: str, first_day: int) -> bytes:
        """A row of COPY_SIGNATURES."""
        said = self.fingerprint
        job = bytes.fromhex(job_id.replace("-", ""))
        parts = (
            _FIXED.pack(_COPIED, 8, posting_id, 16, job, 4, first_day, 1, said.remote, 4, said.letters),
            text_field(said.board),
            text_field(said.external_id),
            text_field(said.ats),
            text_field(said.company),
            text_field(said.title),
            text_field(said.ranks),
            text_field(said.places),
            text_field(said.requisition),
            text_field(said.currency),
            text_field(said.language),
            bigint_field(said.apply_hash),
            double_field(said.salary_min),
            double_field(said.salary_max),
            integer_field(said.posted),
            bytes_field(said.sketch),
            bigints_field([*self.exact, *self.loose]),
        )
        return b"".join(parts)


def posting_in(row: bytes | memoryview) -> JobPosting:
    """As much of the posting in the fields of a row as a fingerprint is made from; READ by READ, for speed."""
    values: list[Any] = _picked(row)
    posted, places, least, most = values[9], values[11], values[14], values[15]
    salary = None
    if least is not None or most is not None:
        salary = Salary(
            currency=values[13],
            annual_min=least,
            annual_max=most,
            source=values[16],
        )
    return JobPosting(
        board=values[0],
        external_id=values[1],
        url=values[2],
        apply_url=values[3],
        requisition_id=values[4],
        title=values[5],
        company=values[6],
        location_text=values[7],
        workplace_text=values[8],
        date_posted=posted,
        description=values[10],
        locations=[*_locations(places)] if places else [],
        workplace=values[12],
        salary=salary,
        language=values[17],
        scope=values[18],
    )


@lru_cache(maxsize=2048)
def _locations(places: str) -> tuple[Location, ...]:
    """The places of a row; most rows of a board name the same few."""
    return tuple([Location(**place) for place in orjson.loads(places)])


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
    """A candidate from the first columns of CANDIDATES or ONE."""
    posting_id, job_id, first_day, closed_day, *fingerprint = row
    return Candidate(posting_id, job_id, Fingerprint(*fingerprint), first_day, closed_day)


def candidates_of(rows: Iterable[Sequence[Any]]) -> dict[int, Candidate]:
    """The candidates of several rows by their ids."""
    return {row[0]: candidate_of(row) for row in rows}
