"""Reading a board's JSON by its layout."""

from __future__ import annotations

import pytest

from jobspiders.items import JobPosting
from jobspiders.parsing.layout import Layout
from jobspiders.parsing.record import Record


def _shout(posting: JobPosting, job: Record) -> None:
    posting.title = posting.title.upper()


LAYOUT = Layout(
    fields={"external_id": "id", "title": "name"},
    row_keys=("jobs",),
    total_keys=("meta.total", "count"),
    place={"city": "city", "country": "country", "name": "name"},
    place_keys=("office", "offices"),
    text_keys=("duties", "offer"),
    is_open=lambda job: job.get("hidden") is not True,
    refine=_shout,
)
ROW = {"id": 7, "name": "Weaver"}


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ({"jobs": [ROW]}, [ROW]),
        ([ROW], [ROW]),
        (ROW, [ROW]),
        ({"response": {"data": {"jobs": [ROW]}}}, [ROW]),
        ({"anything": [ROW], "count": 1}, [ROW]),
        ({"jobs": ROW}, [ROW]),
        ({"jobs": {"7": ROW, "8": ROW}}, [ROW, ROW]),
        ({"jobs": []}, []),
        ({"data": []}, None),
        ({"errors": [{"id": 1}]}, None),
        (7, None),
    ],
)
def test_rows_are_found_where_the_board_or_who_saved_the_answer_put_them(
    answer: object, rows: list[object] | None
) -> None:
    assert LAYOUT.rows(answer) == rows


def test_the_total_is_the_first_that_the_answer_has() -> None:
    assert LAYOUT.total(Record({"meta": {"total": 12}, "count": 3})) == 12
    assert LAYOUT.total(Record({"count": 3})) == 3
    assert LAYOUT.total(Record({})) is None


def test_a_row_that_is_not_listed_for_everybody_is_no_posting() -> None:
    assert LAYOUT.posting(Record({**ROW, "hidden": True})) is None


def test_the_parts_of_a_text_are_put_together_and_the_boards_own_refinement_comes_last() -> None:
    posting = LAYOUT.posting(Record({**ROW, "duties": "<p>Weave.</p>", "offer": "<p>Wool.</p>"}))
    assert posting is not None
    assert (posting.external_id, posting.title) == ("7", "WEAVER")
    assert posting.description_html is not None
    assert posting.description_html.index("Weave") < posting.description_html.index("Wool")


def test_places_are_those_under_the_keys_else_the_rows_own() -> None:
    offices = {"office": {"city": "Ghent"}, "offices": [{"city": "Ghent"}, {"name": "Anywhere"}]}
    assert [place.text for place in LAYOUT.locations(Record({**ROW, **offices}))] == ["Ghent", "Anywhere"]
    assert [place.text for place in LAYOUT.locations(Record({**ROW, "city": "Lyon"}))] == ["Lyon"]
    assert LAYOUT.locations(Record(ROW)) == []
