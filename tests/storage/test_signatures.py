from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobspiders.items import JobPosting, Location, Salary
from jobspiders.storage.rows import INDEX, posting_of
from jobspiders.storage.signatures import READ, posting_in, sign_postings
from jobspiders.storage.tuples import encode, split, values_of

SEEN = datetime(2026, 3, 2, tzinfo=UTC)
FULL = JobPosting(
    board="greenhouse",
    external_id="77",
    url="https://boards.greenhouse.io/harrow/jobs/77",
    apply_url="https://apply.example/77#form",
    requisition_id="R-12",
    title="Fitter, Leeds",
    company="Harrow Rail Ltd",
    location_text="Leeds, UK",
    workplace_text="On site",
    date_posted=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    description="Rolling stock is kept running here, by night and by day. " * 12,
    locations=[
        Location("Leeds, UK", "Leeds", "England", "GB"),
        Location("York", "York", None, "GB", 53.9, -1.1),
    ],
    workplace="onsite",
    salary=Salary(31_000, 36_000, "GBP", "year", 31_000.0, 36_500.5, "stated", "£31,000"),
    language="en",
    scope="harrow",
)
BARE = JobPosting(board="indeed", external_id="a", url="https://indeed.example/a", title="Fitter – Nacht")
GUESSED = JobPosting(
    board="indeed", external_id="b", url="", title="", salary=Salary(annual_max=9.0, source="estimated")
)


@pytest.mark.parametrize("posting", [FULL, BARE, GUESSED])
def test_a_row_on_its_way_gives_the_fingerprint_and_keys_of_the_posting_as_stored(
    posting: JobPosting,
) -> None:
    _, row = split(encode(posting, SEEN))
    stored = posting_of(values_of(row))
    assert sign_postings([posting_in(row)]) == sign_postings([stored])
    assert sign_postings([stored]) == sign_postings([posting])


def test_what_is_read_of_a_row_is_named_in_its_order() -> None:
    assert [INDEX[name] for name in READ] == sorted(INDEX[name] for name in READ)
