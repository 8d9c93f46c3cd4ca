from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.parsing.record import Record, as_number, as_text, joined

JOB = Record(
    {
        "id": 7,
        "title": "  Crane Operator ",
        "empty": " ",
        "pay": {"min": "60,000", "max": 72000.5},
        "offices": [{"name": "Hull"}, None, {"name": 3}],
        "tags": ["a", None, 4],
        "remote": "TRUE",
        "flag": 0,
    }
)


def test_paths_reach_into_objects_and_lists() -> None:
    assert JOB.text("title") == "Crane Operator"
    assert JOB.text("offices", 0, "name") == "Hull"
    assert JOB.text("offices", -1, "name") == "3"
    assert JOB.number("pay", "min") == 60000
    assert JOB.integer("pay", "max") == 72000
    assert JOB.texts("tags") == ["a", "4"]
    assert JOB.texts("title") == ["Crane Operator"]
    assert [office.text("name") for office in JOB.records("offices")] == ["Hull", "3"]


@pytest.mark.parametrize(
    "path", [("no",), ("title", "x"), ("offices", 9), ("offices", "name"), ("id", 0), ("empty",)]
)
def test_what_is_missing_or_of_another_kind_reads_as_nothing(path: tuple[Any, ...]) -> None:
    assert JOB.text(*path) is None
    assert JOB.number(*path) is None
    assert JOB.items(*path) == []
    assert not JOB.record(*path)


def test_booleans_are_read_from_their_names_but_are_no_numbers() -> None:
    assert JOB.boolean("remote") is True
    assert JOB.boolean("flag") is False
    assert JOB.boolean("title") is None
    assert as_number(True) is None
    assert as_text(True) is None


def test_fields_take_the_first_alternative_that_is_there() -> None:
    paths = {"title": "name|title", "place": "offices.0.name", "id": "id", "gone": "nowhere|empty"}
    assert JOB.fields(paths) == {"title": "Crane Operator", "place": "Hull", "id": "7"}


def test_numbers_that_are_none_stay_none() -> None:
    for odd in ("", "1e999", "nan", "12k", math.inf, math.nan, [], 10**400):
        assert as_number(odd) is None
    assert as_text(3.0) == "3"
    assert as_text(3.25) == "3.25"


def test_parts_are_joined_once_each() -> None:
    assert joined("Hull", None, "Hull", "UK") == "Hull, UK"
    assert joined(None, "") is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(anything, st.lists(st.text(max_size=3) | st.integers(-3, 3), max_size=4))
def test_no_value_and_no_path_raises(value: Any, path: list[str | int]) -> None:
    record = Record(value)
    for read in (record.text, record.number, record.integer, record.boolean, record.texts, record.items):
        read(*path)
    assert isinstance(record.record(*path), Record)
