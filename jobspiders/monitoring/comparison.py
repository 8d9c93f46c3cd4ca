"""One crawl's figures beside the usual ones of its board, for a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from jobspiders.monitoring.access import latency
from jobspiders.monitoring.content import coverage_of
from jobspiders.monitoring.figures import CrawlFigures, History

#: Healthy crawls with the same arguments of which the usual figures are the medians.
CRAWLS = 14
#: What is shown of every crawl.
FIGURES: Mapping[str, Callable[[CrawlFigures], float | None]] = {
    "postings": lambda crawl: crawl.postings,
    "rejected": lambda crawl: crawl.rejected,
    "duplicates": lambda crawl: crawl.duplicates,
    "requests": lambda crawl: crawl.requests,
    "responses": lambda crawl: crawl.responses,
    "retries": lambda crawl: crawl.number("retry/count"),
    "blocks": lambda crawl: crawl.number("blocks/count"),
    "minutes": lambda crawl: _minutes(crawl),
    "latency (s)": latency,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of now and the usual one, None where nothing is known; ``share`` where it is one of postings."""

    name: str
    now: float | None
    usual: float | None
    share: bool = False

    @property
    def differs(self) -> bool:
        """Whether a reader should look: by a tenth of all postings, or by a quarter of the figure and some."""
        if self.now is None or self.usual is None:
            return False
        if self.share:
            return abs(self.now - self.usual) >= 0.1
        return abs(self.now - self.usual) > max(0.25 * abs(self.usual), 2 if self.usual >= 2 else 0.5)


def compare(crawl: CrawlFigures, history: History) -> tuple[list[Line], int]:
    """The lines, and of how many crawls the usual figures are."""
    usual = [earlier for earlier in history.same if earlier.healthy and not earlier.flagged][-CRAWLS:]
    return list(_lines(crawl, usual)), len(usual)


def _lines(crawl: CrawlFigures, usual: list[CrawlFigures]) -> Iterator[Line]:
    for name, measure in FIGURES.items():
        yield Line(name, measure(crawl), _median([measure(earlier) for earlier in usual]))
    for name in crawl.coverage:
        if name != "postings":
            known = [
                coverage_of(earlier, name).value
                for earlier in usual
                if name in earlier.coverage and earlier.coverage.get("postings")
            ]
            now = coverage_of(crawl, name)
            yield Line(name, now.value if now.whole else None, _median(known), share=True)


def _median(values: list[float] | list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _minutes(crawl: CrawlFigures) -> float | None:
    end = crawl.finished_at or crawl.updated_at
    return round((end - crawl.started_at).total_seconds() / 60, 1) if end is not None else None
