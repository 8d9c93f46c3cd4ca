"""Search boards: a query and a place, pages of cards, often a page per posting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pycountry

from jobspiders.bases.arguments import argument
from jobspiders.bases.board import BoardSpider
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.scopes import Scope
from jobspiders.parsing.record import joined


@dataclass(frozen=True)
class SearchArguments(BoardArguments):
    """A search needs words; the rest narrows it."""

    query: str | None = argument("what to search for", required=True)
    radius_km: int | None = argument("distance from the place, in km", minimum=1)


class SearchSpider(BoardSpider):
    """A board that is searched. A search is never complete: a posting missing from it is not closed."""

    kind = "search board"
    arguments_type = SearchArguments
    arguments: SearchArguments
    paged = True

    def scopes(self) -> Iterable[Scope]:
        asked = self.arguments.filters()
        yield Scope(" ".join(f"{name}={value}" for name, value in asked.items()))

    def place(self) -> str | None:
        """The place in words, for boards that have one field for it: location, then the country's name."""
        found = pycountry.countries.get(alpha_2=self.arguments.country or "")
        name = getattr(found, "common_name", None) or getattr(found, "name", None)
        return joined(self.arguments.location, name)

    def miles(self) -> int | None:
        """The radius in whole miles, at least one."""
        radius = self.arguments.radius_km
        return None if radius is None else max(1, round(radius / 1.609344))
