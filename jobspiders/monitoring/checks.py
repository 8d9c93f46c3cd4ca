"""What all checks of a crawl share: their shape, and the comparison of a share with its usual value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from jobspiders.monitoring.baseline import Share, Shift, shift
from jobspiders.monitoring.figures import CrawlFigures, History, since_accepted
from jobspiders.monitoring.findings import Finding, Kind, Severity
from jobspiders.monitoring.thresholds import Thresholds

#: A check finds what is wrong with one crawl.
Check: TypeAlias = Callable[[CrawlFigures, History, Thresholds], Iterable[Finding]]

#: Kinds of trouble after which what a crawl saw is not what there was.
SPOILING = frozenset(
    {"unfinished", "proxies", "blocked", "throttled", "unreachable", "layout", "parse_errors", "no_postings"}
)
#: What is bad stays bad until it is this much better than the threshold asks for: no message at every swing.
HYSTERESIS = 0.7
#: The least rise of a share that is bad where it is not known what is usual.
UNKNOWN = 0.4
#: A share that is bad whatever chance may do, where it is not usual.
MOST = 0.5


def finding(
    kind: Kind,
    crawl: CrawlFigures,
    message: str,
    *,
    severity: Severity = "error",
    next_step: str | None = None,
    **given: Any,
) -> Finding:
    """A finding of a crawl, whose next step is a look at it where nothing better is known."""
    step = next_step or f"scrapy crawls {crawl.crawl_id[:8]}"
    return Finding(kind, crawl.board, severity, message, next_step=step, **given)


def was_bad(history: History, *keys: str) -> bool:
    """Whether the crawl before had the same trouble."""
    return bool(history.same) and not history.same[-1].flagged.isdisjoint(keys)


def slack(history: History, *keys: str) -> float:
    """By what thresholds are multiplied: less than 1 for what was bad already."""
    return HYSTERESIS if was_bad(history, *keys) else 1.0


def usual_crawls(history: History, thresholds: Thresholds, key: str) -> Sequence[CrawlFigures]:
    """The healthy crawls by which what ``key`` names is measured."""
    return since_accepted(
        [crawl for crawl in history.like(thresholds.least_crawls) if not _spoilt(crawl, key)],
        key,
        least=thresholds.accept_crawls,
        days=thresholds.accept_days,
    )


def _spoilt(crawl: CrawlFigures, key: str) -> bool:
    """Whether another trouble than ``key`` makes a crawl's figures those of no usual day."""
    return not SPOILING.isdisjoint(crawl.flagged_kinds) and key not in crawl.flagged


def risen(
    key: str,
    measure: Callable[[CrawlFigures], Share],
    crawl: CrawlFigures,
    history: History,
    thresholds: Thresholds,
    by: float,
) -> Shift | None:
    """How far a share rose, where it did by more than ``by`` and by more than chance; None where it did not."""
    past = [measure(earlier) for earlier in usual_crawls(history, thresholds, key)]
    moved = shift(measure(crawl), past)
    less = slack(history, key)
    if len(past) < thresholds.least_crawls:
        by = max(by, UNKNOWN)
    if moved.change < by * less:
        return None
    if less < 1 or moved.now > MOST:
        return moved if moved.deviations >= thresholds.deviations * less else None
    # what one small crawl cannot prove, three in a row can
    row = [measure(earlier) for earlier in history.same[-2:]]
    lasting = len(row) == 2 and all(share.value - moved.usual >= by for share in row)
    whole = [measure(crawl), *(row if lasting else ())]
    proof = shift(Share(sum(share.part for share in whole), sum(share.whole for share in whole)), past)
    far = proof.deviations >= thresholds.deviations and proof.chance < thresholds.chance
    return moved if far else None


def percent(share: float) -> str:
    """A share as people write it: ``3 %``, ``0.4 %``."""
    return f"{100 * share:.1f} %" if 0 < share < 0.02 else f"{100 * share:.0f} %"


def named(counts: Iterable[tuple[str, float]]) -> Iterator[str]:
    """Counts in words, the largest first."""
    for name, count in sorted(counts, key=lambda item: -item[1]):
        if count:
            yield f"{count:.0f} {name}"
