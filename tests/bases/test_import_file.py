from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jobspiders.bases.import_file import posting_from_row, read_rows
from jobspiders.items import Experience, JobPosting, Location, RejectedPosting, Salary

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_fields_are_taken_and_other_keys_go_to_raw() -> None:
    row: dict[str, Any] = {
        "board": "elsewhere",
        "external_id": 17,
        "url": "https://example.com/17",
        "title": "Crane Operator",
        "cluster": "c1",
        "raw": {"old": True},
        "tags": ["a", "b"],
        "locations": [{"city": "Savannah", "country": "US", "latitude": "32.1"}],
        "salary": {"min": 10, "max": "12", "currency": "USD", "unit": "hour", "source": "text"},
        "experience": {"min": 2, "max": None},
        "employment_types": ["FULL_TIME", "WHATEVER"],
        "workplace": "somewhere",
        "fetched_at": "2026-08-01T10:00:00+02:00",
    }
    posting = posting_from_row(row, NOW)
    assert (posting.board, posting.external_id, posting.tags) == ("elsewhere", "17", ["a", "b"])
    assert posting.raw == {"old": True, "cluster": "c1"}
    assert posting.locations == [Location(city="Savannah", country="US", latitude=32.1)]
    assert posting.salary == Salary(10, 12, "USD", "hour", source="text")
    assert posting.experience == Experience(2, None)
    assert posting.employment_types == ["FULL_TIME"]
    assert posting.workplace is None
    assert posting.fetched_at == datetime(2026, 8, 1, 8, tzinfo=UTC)


def test_a_line_that_is_no_object_is_a_rejected_row_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"title": "A"}\n\nnot json\n[1]\n{"title": "B\\ud800"}\n')
    found = list(read_rows(file, NOW))
    assert [type(item) for item in found] == [JobPosting, RejectedPosting, RejectedPosting, JobPosting]
    assert [item.reason for item in found if isinstance(item, RejectedPosting)] == [
        "no JSON object: line 3",
        "no JSON object: line 4",
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["board", "title", "locations", "salary", "experience", "tags", "raw", "fetched_at", "skills"]
)


@given(st.dictionaries(names, json_values))
def test_no_row_raises(row: dict[str, Any]) -> None:
    assert isinstance(posting_from_row(json.loads(json.dumps(row)), NOW), JobPosting)
