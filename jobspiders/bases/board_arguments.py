"""The arguments that every board takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobspiders.bases.arguments import Country, argument
from jobspiders.items import EMPLOYMENT_TYPES


@dataclass(frozen=True)
class BoardArguments:
    """Arguments that every board takes. What the board itself cannot filter is filtered afterwards."""

    query: str | None = argument("words that a posting must hold")
    location: str | None = argument("place, as the board's own search field takes it")
    country: Country | None = argument("country, two letters (ISO 3166-1)")
    remote: bool | None = argument("only remote postings (true) or only others (false)")
    employment_type: str | None = argument("schema.org employment type", choices=EMPLOYMENT_TYPES)
    posted_within_hours: int | None = argument("only postings at most this old", minimum=1)
    max_results: int | None = argument("stop after so many postings", minimum=1)
    details: bool | None = argument("fetch each posting's own page where the board has one (default: true)")

    def filters(self) -> dict[str, Any]:
        """The filters that were asked for, by argument name."""
        names = ("query", "location", "country", "remote", "employment_type", "posted_within_hours")
        return {name: value for name in names if (value := getattr(self, name)) is not None}

    def days(self) -> int | None:
        """The greatest age of postings in whole days, rounded up."""
        hours = self.posted_within_hours
        return None if hours is None else -(-hours // 24)
