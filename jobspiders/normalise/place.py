"""A place that was found in a location field."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A place found: names to give out, ISO codes, and the city's number in the gazetteer."""

    city: str | None
    region: str
    country: str
    number: int | None
    points: int = 0
