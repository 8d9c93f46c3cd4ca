"""Checks of how a board let itself be crawled: blocks, failures, circuits, proxies, latency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from jobspiders.monitoring.baseline import Share, Shift, shift, spread
from jobspiders.monitoring.checks import MOST, finding, named, percent, risen, slack, usual_crawls
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding, Kind
from jobspiders.monitoring.thresholds import Thresholds

#: So much more than the usual share of scopes is bad at once, less only when it comes again.
SEVERAL = 0.3
#: Upper bounds in seconds of the buckets in which latencies are counted (``latency/bucket/BOUND``).
LATENCY_BOUNDS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, math.inf)
#: Latency varies at least so much (standard deviation of its logarithm), and fewer answers say nothing.
LEAST_LATENCY_SPREAD, LEAST_ANSWERS = 0.2, 5
#: Uses of proxies below which their failures say nothing.
LEAST_USES = 10


def check_blocked(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """More scopes or answers than usual that were blocks."""
    yield from _refused("blocked", "blocks/count", crawl, history, thresholds)


def check_throttled(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """More scopes or answers than usual in which the board asked for patience."""
    yield from _refused("throttled", "throttle/pleas", crawl, history, thresholds)


def check_not_found(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """More tenants or searches than usual that the board does not know."""
    moved = more_scopes("not_found", crawl, history, thresholds)
    if moved is not None:
        count, total = crawl.scopes_with("not_found")
        yield finding(
            "not_found",
            crawl,
            f"{count} of {total} parts are not known to the board, {percent(moved.usual)} are usual",
            numbers=_share_numbers(moved, scopes=total),
            evidence=crawl.evidence.get("not_found"),
        )


def check_unreachable(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """More scopes than usual that failed, or more requests, for want of good answers."""
    if failed_by_other_cause(crawl):
        return
    moved = more_scopes("failed", crawl, history, thresholds)
    if moved is None and crawl.finish_reason in ("unreachable", "retry_budget"):
        moved = Shift(0.0, 1.0, math.inf)
    key: Kind = "unreachable"
    if moved is None and (answers := _failures(crawl)).part >= 3:
        moved = risen(key, _failures, crawl, history, thresholds, max(thresholds.blocked, 0.2))
        if moved is not None:
            yield finding(
                key,
                crawl,
                f"{percent(moved.now)} of requests failed, {percent(moved.usual)} are usual",
                numbers=_share_numbers(moved, requests=int(answers.whole)),
                evidence=_causes(crawl),
            )
        return
    if moved is not None:
        count, total = crawl.scopes_with("failed")
        yield finding(
            key,
            crawl,
            f"{count} of {total} parts failed, {percent(moved.usual)} are usual",
            numbers=_share_numbers(moved, scopes=total),
            evidence=crawl.evidence.get("failed") or _causes(crawl),
        )


def failed_by_other_cause(crawl: CrawlFigures) -> bool:
    """Whether what failed is told by another check: the crawl was stopped, not stored, or pages unreadable."""
    if crawl.finish_reason not in ("finished", "unreachable", "retry_budget"):
        return True
    if crawl.number("storage/not_stored") or crawl.number("storage/lost"):
        return True
    unread = crawl.total("detail/failed/layout_changed", "pages/failed/layout_changed", "spider_exceptions/")
    return unread > _failures(crawl).part


def check_breaker(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """Circuits that opened more often than usual."""
    opened = crawl.number("breaker/open")
    past = [earlier.number("breaker/open") for earlier in usual_crawls(history, thresholds, "breaker")]
    usual = median(past) if past else 0.0
    beyond = opened - usual
    if beyond >= max(1, thresholds.breaker * slack(history, "breaker")) and beyond > 3 * spread(past, usual):
        yield finding(
            "breaker",
            crawl,
            f"circuits opened {opened:.0f} times, {usual:.0f} are usual",
            numbers={"opened": int(opened), "usual": usual},
            evidence=_causes(crawl),
            next_step=_proxies_step(crawl),
        )


def check_proxies(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """A pool of proxies that is empty, all at rest, or failing more than usual."""
    size = crawl.stats.get("proxies/size")
    if size is None:
        return
    uses = _proxy_failures(crawl)
    message = None
    if size == 0:
        message = "the list of proxies holds none"
    elif crawl.finish_reason == "no_proxies":
        message = f"all {size} proxies were worn out: the crawl ended"
    elif uses.whole >= LEAST_USES:
        known = usual_crawls(history, thresholds, "proxies")
        moved = risen("proxies", _proxy_failures, crawl, history, thresholds, thresholds.proxies)
        if moved is not None and (len(known) >= thresholds.least_crawls or uses.value > MOST):
            message = f"{percent(moved.now)} of uses of proxies failed, {percent(moved.usual)} are usual"
    if message is not None:
        yield finding(
            "proxies",
            crawl,
            message,
            numbers={
                "proxies": size,
                "failed": int(crawl.number("proxies/failed")),
                "refused": int(crawl.number("proxies/refused")),
                "uses": int(uses.whole),
            },
            evidence=crawl.evidence.get("blocked") or crawl.evidence.get("failed"),
            next_step=_proxies_step(crawl),
        )


def latency(crawl: CrawlFigures) -> float | None:
    """The median latency in seconds, as well as its buckets tell; None for too few answers."""
    counts = [crawl.number(f"latency/bucket/{bound:g}") for bound in LATENCY_BOUNDS]
    total = sum(counts)
    if total < LEAST_ANSWERS:
        return None
    below, low = 0.0, LATENCY_BOUNDS[0] / 2
    for bound, count in zip(LATENCY_BOUNDS, counts, strict=True):
        if count and below + count >= total / 2:
            high = bound if bound < math.inf else 2 * low
            return float(low * (high / low) ** ((total / 2 - below) / count))
        below, low = below + count, bound
    return None


def check_latency(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Iterator[Finding]:
    """Answers that take much longer than usual."""
    now = latency(crawl)
    known = [latency(earlier) for earlier in usual_crawls(history, thresholds, "latency")]
    past = [math.log(value) for value in known if value is not None][-30:]
    if now is None or len(past) < thresholds.least_crawls:
        return
    usual = median(past)
    answers = sum(crawl.number(f"latency/bucket/{bound:g}") for bound in LATENCY_BOUNDS)
    sigma = math.hypot(max(spread(past, usual), LEAST_LATENCY_SPREAD), 1 / math.sqrt(answers))
    less = slack(history, "latency")
    if (
        now > math.exp(usual) * thresholds.latency * less
        and now > math.exp(usual) + thresholds.latency_seconds * less
        and (math.log(now) - usual) / sigma > thresholds.deviations * less
    ):
        yield finding(
            "latency",
            crawl,
            f"answers take {now:.1f} s, {math.exp(usual):.1f} s are usual (medians)",
            numbers={"seconds": round(now, 3), "usual": round(math.exp(usual), 3)},
        )


def _refused(
    kind: Kind, stat: str, crawl: CrawlFigures, history: History, thresholds: Thresholds
) -> Iterator[Finding]:
    moved = more_scopes(kind, crawl, history, thresholds)
    count, total = crawl.scopes_with(kind)
    if moved is not None:
        message = f"{count} of {total} parts were {kind}, {percent(moved.usual)} are usual"
    elif crawl.finish_reason == kind or crawl.stats.get("sites/outcome") == kind:
        moved, message = Shift(0.0, 1.0, math.inf), f"the crawl ended because the board had it {kind}"
    else:

        def answers(of: CrawlFigures) -> Share:
            return Share(of.number(stat), max(of.responses, of.number(stat)))

        if crawl.number(stat) >= 3:
            moved = risen(kind, answers, crawl, history, thresholds, thresholds.blocked)
        if moved is None:
            return
        message = f"{percent(moved.now)} of answers were {kind}, {percent(moved.usual)} are usual"
    vendors = ", ".join(
        named(
            (name.removeprefix("blocks/vendor/"), value)
            for name, value in crawl.stats.items()
            if name.startswith("blocks/vendor/")
        )
    )
    yield finding(
        kind,
        crawl,
        f"{message} ({vendors})" if vendors and kind == "blocked" else message,
        numbers=_share_numbers(moved, scopes=total, answers=int(crawl.number(stat))),
        evidence=crawl.evidence.get(kind) or crawl.stats.get("blocks/last"),
        next_step=_proxies_step(crawl) if kind == "blocked" else None,
    )


def more_scopes(outcome: str, crawl: CrawlFigures, history: History, thresholds: Thresholds) -> Shift | None:
    """How the share of scopes with an outcome rose, where it is bad."""

    def share(of: CrawlFigures) -> Share:
        return Share(*of.scopes_with(outcome))

    kind = "unreachable" if outcome == "failed" else outcome
    now = share(crawl)
    if not now.part:
        return None
    # every crawl of these arguments counts here: which parts are bad is no matter of healthy crawls
    usual = [share(earlier) for earlier in history.same if kind not in earlier.flagged]
    moved = _moved(now, usual)
    if now.value > MOST:
        return moved
    bad = moved.change >= thresholds.scopes and (now.whole < 10 or moved.deviations >= 3)
    # one part of a few, once, is a hiccup; many parts, or the same again, are trouble
    again = bool(history.same) and share(history.same[-1]).value - moved.usual >= thresholds.scopes
    return moved if bad and (again or moved.change >= SEVERAL) else None


def _moved(now: Share, past: Sequence[Share]) -> Shift:
    if now.whole >= 10:
        return shift(now, past)
    usual = median(share.value for share in past[-30:]) if past else 0.0
    return Shift(usual, now.value, math.inf)


def _failures(crawl: CrawlFigures) -> Share:
    """Requests without a good answer, of all."""
    part = crawl.number("downloader/exception_count") + crawl.total("downloader/response_status_count/5")
    return Share(part, max(crawl.requests, part))


def _proxy_failures(crawl: CrawlFigures) -> Share:
    part = crawl.number("proxies/failed") + crawl.number("proxies/refused")
    return Share(part, max(crawl.number("proxies/picked"), part))


def _causes(crawl: CrawlFigures) -> str | None:
    """What requests failed of, in words."""
    causes = named(
        (name.rpartition("/")[2].rpartition(".")[2], value)
        for name, value in crawl.stats.items()
        if name.startswith(("downloader/exception_type_count/", "downloader/response_status_count/5"))
        and isinstance(value, int | float)
    )
    return ", ".join(causes) or None


def _share_numbers(moved: Shift, **more: int) -> dict[str, float]:
    return {"now": round(moved.now, 4), "usual": round(moved.usual, 4), **more}


def _proxies_step(crawl: CrawlFigures) -> str:
    if "proxies/size" in crawl.stats:
        return f"scrapy proxies --board {crawl.board} --test"
    return f"scrapy crawls {crawl.crawl_id[:8]}"
