"""Makes the request that tries another again, within the budgets. One object per crawler, for all who retry."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from jobspiders.middlewares.outcomes import Outcome
from jobspiders.middlewares.retry_budget import DEFAULT_TIMES, Cause, GiveUp, RetryBudget, RetryConfig
from jobspiders.middlewares.site_queue import NOT_BEFORE
from jobspiders.middlewares.sites import Sites

logger = logging.getLogger(__name__)

IDEMPOTENT_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"))


def config_of(settings: BaseSettings) -> RetryConfig:
    """Settings RETRY_BUDGETS (cause to number, over the defaults) and RETRY_BUDGET_*.

    Raises ValueError for a cause that there is not.
    """
    given: Mapping[str, Any] = settings.getdict("RETRY_BUDGETS")
    unknown = sorted(set(given) - {cause.value for cause in Cause})
    if unknown:
        raise ValueError(f"RETRY_BUDGETS: no such cause: {', '.join(unknown)}")
    default = RetryConfig()
    return RetryConfig(
        times={**DEFAULT_TIMES, **{Cause(name): int(times) for name, times in given.items()}},
        total=settings.getint("RETRY_BUDGET_REQUEST", default.total),
        crawl_floor=settings.getint("RETRY_BUDGET_CRAWL", default.crawl_floor),
        crawl_ratio=settings.getfloat("RETRY_BUDGET_RATIO", default.crawl_ratio),
        base=settings.getfloat("RETRY_BUDGET_BACKOFF", default.base),
        cap=settings.getfloat("RETRY_BUDGET_BACKOFF_CAP", default.cap),
    )


class Retries:
    """The retries of a crawl."""

    _of: WeakKeyDictionary[Crawler, Retries] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.sites = Sites.of(crawler)
        self.enabled = crawler.settings.getbool("RETRY_ENABLED", True)
        self.budget = RetryBudget(config_of(crawler.settings), self.sites.uniform)
        self.priority_adjust = crawler.settings.getint("RETRY_PRIORITY_ADJUST", -1)
        self._ended = False

    @classmethod
    def of(cls, crawler: Crawler) -> Retries:
        """The one of this crawler."""
        if crawler not in cls._of:
            cls._of[crawler] = cls(crawler)
        return cls._of[crawler]

    def again(self, request: Request, outcome: Outcome, *, reason: str) -> Request | None:
        """The request to send instead, or None where it is given up. request.meta: `dont_retry`, `idempotent`."""
        cause = outcome.cause
        if cause is None or not self.enabled or request.meta.get("dont_retry"):
            return None
        if outcome.proxy is not None and cause in (Cause.BLOCK, Cause.TRUNCATED):
            # Another proxy may do: the budget is that of proxies.
            cause = Cause.PROXY
        attempts: dict[str, int] = request.meta.get("retry_causes", {})
        decision = self.budget.decide(
            cause,
            attempts,
            idempotent=bool(request.meta.get("idempotent", request.method in IDEMPOTENT_METHODS)),
            retry_after=0.0 if cause in (Cause.RATE_LIMIT, Cause.PROXY) else outcome.retry_after,
        )
        stats = self.crawler.stats
        if isinstance(decision, GiveUp):
            stats.inc_value("retry/given_up")
            stats.inc_value(f"retry/given_up/{decision.reason}")
            logger.info("Gave up %s after %d retries: %s", request, sum(attempts.values()), reason)
            if decision.reason == "crawl_exhausted":
                self._end_crawl()
            return None
        stats.inc_value("retry/count")
        stats.inc_value(f"retry/cause/{cause.value}")
        again = request.copy()
        again.dont_filter = True
        again.priority = request.priority + self.priority_adjust
        again.meta["retry_causes"] = {**attempts, cause.value: attempts.get(cause.value, 0) + 1}
        again.meta["retry_times"] = sum(again.meta["retry_causes"].values())
        if decision.after > 0:
            again.meta[NOT_BEFORE] = self.sites.clock() + decision.after
        logger.debug("Retrying %s in %.1f s: %s", request, decision.after, reason)
        return again

    def _end_crawl(self) -> None:
        """Once: what is still asked for costs more than it brings."""
        if self._ended:
            return
        self._ended = True
        logger.error(
            "The crawl spent its budget of %d retries on %d good answers: it ends. Pending requests stay in the"
            " JOBDIR where there is one.",
            self.budget.spent.total(),
            self.budget.successes,
        )
        self.sites.end_crawl("retry_budget")
