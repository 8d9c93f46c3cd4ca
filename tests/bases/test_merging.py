from __future__ import annotations

import pytest

from jobspiders.bases.merging import completed
from jobspiders.items import JobPosting


def test_listing_fills_what_the_detail_leaves_open() -> None:
    detail = JobPosting(title="Rigger", raw={"page": 1})
    listing = JobPosting(
        board="harbour", external_id="7", title="rigger", company="Dock & Sons", raw={"row": 1}
    )
    merged = completed(detail, listing)
    assert (merged.board, merged.external_id, merged.title, merged.company) == (
        "harbour",
        "7",
        "Rigger",
        "Dock & Sons",
    )
    assert merged.raw == {"detail": {"page": 1}, "listing": {"row": 1}}


@pytest.mark.parametrize(
    ("detail", "listing", "kept"),
    [
        ("1 week ago", "2026-08-20", "2026-08-20"),
        ("vor 2 Tagen", 1788050000000, 1788050000000),
        ("3 days ago", None, "3 days ago"),
        ("2026-08-21T10:00:00Z", "2026-08-20", "2026-08-21T10:00:00Z"),
        (1788050000, "2 days ago", 1788050000),
    ],
)
def test_an_exact_date_outweighs_a_relative_one(detail: object, listing: object, kept: object) -> None:
    primary = JobPosting(date_posted=detail)  # type: ignore[arg-type]  # as boards give it
    fallback = JobPosting(date_posted=listing)  # type: ignore[arg-type]  # as boards give it
    assert completed(primary, fallback).date_posted == kept
