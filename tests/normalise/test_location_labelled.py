"""Places of real postings that people have labelled, read from beside the checkout."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobspiders.normalise.location import parse_location
from tests.shared import shared_path


def _rows() -> list[dict[str, Any]]:
    path = shared_path("labelled", "location.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.corpus
def test_countries_of_labelled_postings() -> None:
    rows = _rows()
    right = sum(parse_location(row["location_raw"]).country == row["country_code"] for row in rows)
    assert right / len(rows) >= 0.98


@pytest.mark.corpus
def test_cities_of_labelled_postings() -> None:
    rows = _rows()
    right = sum(
        (parse_location(row["location_raw"]).city or "").casefold() == (row["city"] or "").casefold()
        for row in rows
    )
    assert right / len(rows) >= 0.93
