"""Whether a failed request is tried again, and when: a budget for each cause and one for the crawl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Cause(StrEnum):
    """Why a request failed. `PROXY` is a fault of the proxy and says nothing about the site."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    DNS = "dns"
    TLS = "tls"
    SERVER_ERROR = "server_error"
    RATE_LIMIT = "rate_limit"
    BLOCK = "block"
    TRUNCATED = "truncated"
    PROXY = "proxy"


DEFAULT_TIMES: Mapping[Cause, int] = {
    Cause.TIMEOUT: 2,
    Cause.CONNECTION: 3,
    Cause.DNS: 2,
    Cause.TLS: 1,
    Cause.SERVER_ERROR: 3,
    Cause.RATE_LIMIT: 5,
    Cause.BLOCK: 1,
    Cause.TRUNCATED: 2,
    Cause.PROXY: 8,
}
# Causes in which the site cannot have acted on the request.
_NOT_RECEIVED = frozenset((Cause.DNS, Cause.RATE_LIMIT, Cause.BLOCK))


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """`times` per cause and request, `total` per request over all causes.

    The crawl may spend `crawl_floor` retries plus `crawl_ratio` for each request that succeeded. Waits are
    random up to `base` doubled with each try, at most `cap`, in seconds.
    """

    times: Mapping[Cause, int] = field(default_factory=lambda: dict(DEFAULT_TIMES))
    total: int = 10
    crawl_floor: int = 100
    crawl_ratio: float = 0.5
    base: float = 1.0
    cap: float = 60.0


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again; `reason` is part of a stat's name."""

    reason: str


class RetryBudget:
    """What a crawl has spent on retries."""

    def __init__(self, config: RetryConfig, uniform: Callable[[float, float], float]) -> None:
        self.config = config
        self._uniform = uniform
        self.successes = 0
        self.spent: Counter[Cause] = Counter()

    @property
    def left(self) -> float:
        """Retries that the crawl may still spend."""
        return self.config.crawl_floor + self.config.crawl_ratio * self.successes - self.spent.total()

    def succeeded(self) -> None:
        """A request was answered as it should be."""
        self.successes += 1

    def decide(
        self,
        cause: Cause,
        attempts: Mapping[str, int],
        *,
        idempotent: bool = True,
        retry_after: float | None = None,
    ) -> Retry | GiveUp:
        """Decide on a request that failed for `cause` and failed before as `attempts` counts (by cause).

        A request that may have changed something at the site (a POST that is no search) is repeated only
        where the site cannot have acted on it. Retry-After goes before our own backoff.
        """
        if not idempotent and cause not in _NOT_RECEIVED:
            return GiveUp("not_idempotent")
        tried = attempts.get(cause.value, 0)
        if tried >= self.config.times.get(cause, 0):
            return GiveUp(f"{cause.value}_exhausted")
        if sum(attempts.values()) >= self.config.total:
            return GiveUp("request_exhausted")
        if self.left < 1:
            return GiveUp("crawl_exhausted")
        self.spent[cause] += 1
        if retry_after is not None:
            return Retry(retry_after)
        return Retry(self._uniform(0.0, min(self.config.cap, self.config.base * 2.0 ** min(tried, 40))))
