"""How fast one site may be asked: what it asks for (Retry-After, Crawl-delay) and what trouble teaches.

A state machine; time and randomness are passed in. A plea (429, 503) holds the whole site; after it requests
go slower and become faster again little by little.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class ThrottleConfig:
    """Times in seconds.

    A Retry-After above `retry_after_cap` is cut to it. Without one the hold is random up to `backoff_base`
    doubled with each plea in a row, at most `backoff_cap`. Each plea doubles the delay between requests, from
    `delay_step` to at most `delay_cap`; each answer multiplies it by `recovery`. `crawl_delay_cap` cuts what
    robots.txt asks for.
    """

    retry_after_cap: float = 900.0
    backoff_base: float = 2.0
    backoff_cap: float = 300.0
    delay_step: float = 0.5
    delay_cap: float = 60.0
    recovery: float = 0.9
    crawl_delay_cap: float = 60.0
    forgotten_below: float = 0.05


class SiteThrottle:
    """State of one site."""

    def __init__(self, config: ThrottleConfig, uniform: Callable[[float, float], float]) -> None:
        self.config = config
        self._uniform = uniform
        self.hold_until = 0.0
        self.strikes = 0
        self.crawl_delay = 0.0
        self._delay = 0.0

    @property
    def delay(self) -> float:
        """Least seconds between two requests."""
        return max(self._delay, self.crawl_delay)

    def wait(self, now: float) -> float:
        """Seconds until a request may leave."""
        return max(0.0, self.hold_until - now)

    def plea(self, now: float, retry_after: float | None = None) -> float:
        """The site asks for patience; how long it is held from now. A hold is never shortened.

        Pleas that come while the site is held belong to requests that left before: they may lengthen the
        hold, but do not count again.
        """
        config = self.config
        if self.wait(now) == 0.0:
            self.strikes += 1
            self._delay = min(config.delay_cap, max(config.delay_step, self._delay * 2))
        if retry_after is None:
            longest = min(config.backoff_cap, config.backoff_base * 2.0 ** min(self.strikes - 1, 40))
            seconds = self._uniform(longest / 2, longest)
        else:
            seconds = min(max(retry_after, 0.0), config.retry_after_cap)
        self.hold_until = max(self.hold_until, now + seconds)
        return self.hold_until - now

    def answered(self, now: float) -> None:
        """An ordinary answer: go a little faster. One that left before the hold says nothing."""
        if self.wait(now) > 0.0:
            return
        self.strikes = 0
        self._delay *= self.config.recovery
        if self._delay < self.config.forgotten_below:
            self._delay = 0.0

    def hold(self, until: float) -> None:
        """Another process was asked for patience until then."""
        self.hold_until = max(self.hold_until, until)

    def set_crawl_delay(self, seconds: float) -> None:
        """What robots.txt asks for; 0 where it asks for nothing."""
        self.crawl_delay = min(max(seconds, 0.0), self.config.crawl_delay_cap)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks to wait from `now` (seconds since the epoch).

    RFC 9110 allows whole seconds and an HTTP date; fractions are seen too. None where it cannot be read. A
    date that has passed is 0.
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        pass
    else:
        return max(0.0, seconds) if seconds < 1e9 else None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)


def next_delay(
    delay: float, latency: float, *, status: int, target: float, least: float, most: float
) -> float:
    """AutoThrottle's rule: approach `latency / target` seconds between requests; upwards at once.

    An answer that is no 200 never makes a site faster. `least` wins over `most`: a Crawl-delay is an order.
    """
    aim = latency / target
    new = max(aim, (delay + aim) / 2)
    new = max(min(new, most), least)
    return max(new, delay) if status != 200 else new
