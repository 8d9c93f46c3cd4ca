"""Samples of what a crawl reads: the structure of its first rows and pages, and one page to keep of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.monitoring.structure import LayoutChange, Sample, Structure, changes, page_change
from jobspiders.parsing.page import Page
from jobspiders.parsing.structure import folded, page_marks, row_keys

#: Rows and pages that are looked at of each stage and source, and rows of one page.
MOST_ROWS, MOST_PAGES, ROWS_OF_PAGE = 40, 4, 12
#: Pages whose elements are counted, and pages without a reading that are looked at.
MARKED_PAGES, UNREAD_PAGES = 2, 2
#: The source of pages of which no reading could be made.
UNREAD = "unread"

#: Fields whose place in a row is learned.
FIELDS = (
    *(
        "title",
        "external_id",
        "url",
        "company",
        "location_text",
        "date_posted",
        "description_html",
        "salary_text",
    ),
    *("employment_text", "workplace_text", "valid_through", "department", "apply_url", "requisition_id"),
    *("company_url", "company_logo"),
)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as the board sent it."""

    stage: str
    source: str
    url: str
    body: bytes


class Sampler:
    """Looks at the first rows and pages of a crawl; the rest passes by at the cost of a comparison."""

    def __init__(self, page_bytes: int) -> None:
        self.samples: dict[tuple[str, str], Sample] = {}
        self.kept: dict[tuple[str, str], KeptPage] = {}
        self._page_bytes = page_bytes
        self._seen: dict[tuple[str, str], int] = {}
        self._rows_left = 0

    def page(self, stage: str, source: str | None, page: Page) -> None:
        """A page that ``source`` could read, or none could."""
        key = (stage, source or UNREAD)
        number = self._seen[key] = self._seen.get(key, 0) + 1
        sample = self.samples.setdefault(key, Sample())
        self._rows_left = ROWS_OF_PAGE if number <= MOST_PAGES and sample.rows < MOST_ROWS else 0
        if number <= (MARKED_PAGES if source else UNREAD_PAGES):
            sample.add_page(page_marks(page))
            if key not in self.kept and 0 < len(page.body) <= self._page_bytes:
                self.kept[key] = KeptPage(stage, key[1], page.url, page.body)

    def wants_row(self) -> bool:
        """Whether the page that was shown last is still looked at."""
        return self._rows_left > 0

    def row(self, stage: str, source: str | None, row: Any, posting: JobPosting | None) -> None:
        """A row of the page that was shown last, with what was read from it."""
        self._rows_left -= 1
        sample = self.samples.setdefault((stage, source or UNREAD), Sample())
        sample.add_row(row_keys(row), texts(posting) if posting is not None else {})

    def changes(self, known: Mapping[tuple[str, str], Structure]) -> list[LayoutChange]:
        """What differs from what is known of the board, changes of fields first."""
        found: list[LayoutChange] = []
        for (stage, source), sample in self.samples.items():
            if source == UNREAD:
                continue
            old = known.get((stage, source))
            if old is not None:
                found += changes(stage, source, old, sample.structure())
        for (stage, source), sample in self.samples.items():
            if source == UNREAD and sample.pages:
                found += self._unread(stage, sample.structure(), known)
        return found

    def _unread(
        self, stage: str, new: Structure, known: Mapping[tuple[str, str], Structure]
    ) -> list[LayoutChange]:
        before = [(source, old) for (at, source), old in known.items() if at == stage and source != UNREAD]
        if not before:
            return []
        source, old = max(before, key=lambda item: item[1].pages)
        change = page_change(stage, source, old, new)
        return [change] if change is not None else []


def texts(posting: JobPosting) -> dict[str, str]:
    """What was read from a row, by field, as texts to be found in it."""
    found = {name: text for name in FIELDS if (text := folded(getattr(posting, name)))}
    if posting.salary is not None:
        figure = posting.salary.min if posting.salary.min is not None else posting.salary.max
        found["salary"] = folded(figure) or "-"
    if posting.locations:
        place = posting.locations[0]
        found["locations"] = folded(place.text or place.city or place.country) or "-"
    if posting.tags:
        found["tags"] = folded(posting.tags[0])
    return found
