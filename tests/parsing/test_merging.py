from __future__ import annotations

from jobspiders.items import JobPosting, Salary
from jobspiders.parsing.merging import completed


def test_the_detail_wins_and_the_listing_fills_its_gaps() -> None:
    listed = JobPosting(board="b", external_id="1", url="u", title="Short", company="Acme", tags=["x"])
    detail = JobPosting(external_id="other", title="Long title", salary=Salary(1, 2))
    merged = completed(detail, listed)
    assert (merged.board, merged.external_id, merged.title, merged.company) == (
        "b",
        "1",
        "Long title",
        "Acme",
    )
    assert merged.tags == ["x"]
    assert merged.salary == Salary(1, 2)


def test_both_raw_records_are_kept() -> None:
    assert completed(JobPosting(raw=1), JobPosting(raw=2)).raw == {"detail": 1, "listing": 2}
    assert completed(JobPosting(), JobPosting(raw=2)).raw == 2
    assert completed(JobPosting(raw=1), JobPosting()).raw == 1
