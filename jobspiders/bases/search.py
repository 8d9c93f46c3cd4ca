"""Search boards: a query and a place, pages of cards, often a page per posting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobspiders.bases.arguments import argument
from jobspiders.bases.board import BoardArguments, BoardSpider
from jobspiders.bases.scopes import Scope


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
