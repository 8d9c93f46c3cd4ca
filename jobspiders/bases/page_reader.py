"""Reading a page: whether it can be read, and by which of the board's sources."""

from __future__ import annotations

from typing import Any, Protocol

from jobspiders.bases.described_board import DescribedBoard
from jobspiders.bases.listing import Listing
from jobspiders.bases.outcomes import status_outcome
from jobspiders.bases.scopes import Outcome
from jobspiders.items import JobPosting, Source
from jobspiders.parsing.error_pages import told_status
from jobspiders.parsing.gone import Gone
from jobspiders.parsing.page import Page

#: What a row of an unexpected shape can raise in a reading; it costs the row, never the page.
ROW_ERRORS = (AttributeError, LookupError, TypeError, ValueError)


class Sampler(Protocol):
    """Looks at some of what a crawl reads; ``source`` is None for a page that none could read."""

    def page(self, stage: str, source: str | None, page: Page) -> None: ...
    def wants_row(self) -> bool: ...
    def row(self, stage: str, source: str | None, row: Any, posting: JobPosting | None) -> None: ...


class PageReader(DescribedBoard):
    """The layer of a board's spider that reads pages by the board's own readings, the first that can."""

    #: Who is shown what is read; a crawl that is watched has one.
    sampler: Sampler | None = None

    def judge(self, page: Page) -> tuple[Outcome, str] | None:
        """Why a page cannot be read, by its status or the board's own word; None where it can."""
        fault = status_outcome(page.status, self.not_found_statuses)
        if fault is not None:
            return fault, f"HTTP {page.status} at {page.url}"
        if self.is_not_found(page):
            return "not_found", f"the board knows nothing at {page.url}"
        return None

    def unread(self, page: Page) -> tuple[Outcome, str]:
        """Why nothing could be read of a page: the error that it tells of, else a layout of another kind."""
        status = told_status(page)
        fault = None if status is None else status_outcome(status, self.not_found_statuses)
        if fault is not None:
            return fault, f"{page.url} tells of an error: {status}"
        return "layout_changed", f"nothing to read in {len(page.body)} bytes of {page.url}"

    def read_listing(self, page: Page) -> tuple[Source | None, Listing | None]:
        """The list of a page and the first source that could give it."""
        return self._read("listing", page)

    def read_detail(self, page: Page) -> tuple[Source | None, JobPosting | Gone | None]:
        """The posting of a detail page and the first source that could give it."""
        return self._read("detail", page)

    def _read(self, stage: str, page: Page) -> tuple[Source | None, Any]:
        for source in self.sources(stage):
            if source == "html" and page.json is not None:
                continue
            try:
                reading = getattr(self, f"{stage}_from_{source}")(page)
            except ROW_ERRORS as error:
                self._count(f"{stage}/unreadable/{source}")
                self.logger.warning("%s could not be read as %s: %r", page.url, source, error)
                continue
            if reading is not None:
                for _ in range(page.jsonld_repaired if source == "jsonld" else 0):
                    self._count("jsonld/repaired")
                if self.sampler is not None:
                    self.sampler.page(stage, source, page)
                return source, reading
        if self.sampler is not None:
            self.sampler.page(stage, None, page)
        return None, None
