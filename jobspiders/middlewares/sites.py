"""The state of every site of one crawl: who may be asked now, and who must wait. One object per crawler."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from jobspiders.middlewares.breaker import Breaker, BreakerConfig, Circuit, Verdict
from jobspiders.middlewares.outcomes import HeldBackError, Outcome
from jobspiders.middlewares.site_throttle import SiteThrottle, ThrottleConfig

SLOT_SEPARATOR = "|"
"""Between site and proxy where a download slot is one of both."""

_CLOSE_REASONS = {Verdict.BLOCKED: "blocked", Verdict.THROTTLED: "throttled", Verdict.FAILED: "unreachable"}


@dataclass(frozen=True, slots=True)
class SitesConfig:
    """Settings BREAKER_*, THROTTLE_* and SITES_MAX_WAIT.

    `max_wait` is in seconds: a crawl whose sites all must wait longer ends.
    """

    breaker: BreakerConfig
    throttle: ThrottleConfig
    max_wait: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SitesConfig:
        """Read once per crawl; what is not set has the defaults of the two machines."""
        number, breaker, throttle = settings.getfloat, BreakerConfig(), ThrottleConfig()
        return cls(
            breaker=BreakerConfig(
                window=number("BREAKER_WINDOW", breaker.window),
                failures=settings.getint("BREAKER_FAILURES", breaker.failures),
                ratio=number("BREAKER_RATIO", breaker.ratio),
                open_base=number("BREAKER_OPEN_BASE", breaker.open_base),
                open_cap=number("BREAKER_OPEN_CAP", breaker.open_cap),
                probe_timeout=number("BREAKER_PROBE_TIMEOUT", breaker.probe_timeout),
            ),
            throttle=ThrottleConfig(
                retry_after_cap=number("THROTTLE_RETRY_AFTER_CAP", throttle.retry_after_cap),
                backoff_base=number("THROTTLE_BACKOFF_BASE", throttle.backoff_base),
                backoff_cap=number("THROTTLE_BACKOFF_CAP", throttle.backoff_cap),
                delay_step=number("THROTTLE_DELAY_STEP", throttle.delay_step),
                delay_cap=number("THROTTLE_DELAY_CAP", throttle.delay_cap),
                recovery=number("THROTTLE_RECOVERY", throttle.recovery),
                crawl_delay_cap=number("THROTTLE_CRAWL_DELAY_CAP", throttle.crawl_delay_cap),
            ),
            max_wait=number("SITES_MAX_WAIT", 900.0),
        )


class Site:
    """One site. `asked` tells whether this crawl sent it anything yet."""

    def __init__(self, key: str, config: SitesConfig, uniform: Callable[[float, float], float]) -> None:
        self.key = key
        self.throttle = SiteThrottle(config.throttle, uniform)
        self.breaker = Breaker(config.breaker, uniform)
        self.no_proxy_until = 0.0
        self.asked = False

    def wait(self, now: float) -> float:
        """Seconds until a request may leave, 0 for at once."""
        circuit = self.breaker.next_try(now) - now
        return max(0.0, circuit, self.throttle.hold_until - now, self.no_proxy_until - now)

    def reason(self, now: float) -> str:
        """Why the site must wait, as a crawl's close reason says it."""
        if not self.breaker.allows(now):
            return _CLOSE_REASONS.get(self.breaker.cause, "blocked")
        return "no_proxies" if self.no_proxy_until > max(now, self.throttle.hold_until) else "throttled"


class Sharing(Protocol):
    """How the state of sites gets to other processes and from them."""

    async def learn(self, key: str) -> None: ...
    async def claim_probe(self, key: str) -> bool: ...
    def tell(self, site: Site) -> None: ...


class Sites:
    """All sites of a crawl. Others register in `listeners` to hear of every outcome, in that order."""

    _of: WeakKeyDictionary[Crawler, Sites] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.config = SitesConfig.from_settings(crawler.settings)
        self.enabled = crawler.settings.getbool("SITES_ENABLED", True)
        self.clock: Callable[[], float] = time.time
        self.uniform: Callable[[float, float], float] = random.uniform
        self.listeners: list[Callable[[Request, Outcome], None]] = []
        self.sharing: Sharing | None = None
        self._ending: asyncio.Task[None] | None = None
        self._sites: dict[str, Site] = {}
        self._sent: dict[str, set[Request]] = {}
        self._restricted: set[str] = set()

    @classmethod
    def of(cls, crawler: Crawler) -> Sites:
        """The one of this crawler."""
        if crawler not in cls._of:
            cls._of[crawler] = cls(crawler)
        return cls._of[crawler]

    def get(self, key: str) -> Site:
        """The site of that key, made at first sight."""
        site = self._sites.get(key)
        if site is None:
            site = self._sites[key] = Site(key, self.config, self.uniform)
        return site

    def known(self) -> Iterable[Site]:
        """All sites seen so far."""
        return self._sites.values()

    @staticmethod
    def key_of(request: Request) -> str:
        """The site of a request: its download slot without the proxy, else its host."""
        slot: str | None = request.meta.get("download_slot")
        if slot is not None:
            return slot.split(SLOT_SEPARATOR, 1)[0]
        return urlparse_cached(request).hostname or ""

    # --- leaving

    def wait(self, key: str, now: float) -> float:
        """Seconds until a request to that site may leave."""
        if key not in self._restricted:
            return 0.0
        site = self._sites[key]
        seconds = site.wait(now)
        if seconds <= 0 and site.breaker.state is Circuit.CLOSED:
            self._restricted.discard(key)
        return seconds

    def in_flight(self, key: str, limit: int) -> int:
        """Requests to that site that left the scheduler and are not done; exact only from `limit` on."""
        sent = self._sent.get(key)
        if sent is None:
            return 0
        if len(sent) >= limit:
            sent &= self.crawler.engine.downloader.active
        return len(sent)

    def leave(self, request: Request, key: str, now: float) -> None:
        """The scheduler hands the request out; in a half-open circuit it is the probe."""
        self._sent.setdefault(key, set()).add(request)
        request.meta.pop("breaker_probe", None)
        if key in self._restricted:
            breaker = self._sites[key].breaker
            if breaker.state is not Circuit.CLOSED and breaker.claim(now):
                request.meta["breaker_probe"] = True

    def from_scheduler(self, request: Request) -> bool:
        """Whether the request can go back to the scheduler; others (robots.txt) wait where they are."""
        return request in self._sent.get(self.key_of(request), ())

    # --- outcomes

    def report(self, request: Request, outcome: Outcome) -> None:
        """Take in an outcome and tell the listeners."""
        if self.enabled:
            self._take_in(outcome, self.clock())
        for listener in self.listeners:
            listener(request, outcome)

    def _take_in(self, outcome: Outcome, now: float) -> None:
        site = self.get(outcome.site)
        site.asked = True
        stats = self.crawler.stats
        verdict = outcome.verdict
        if verdict is Verdict.THROTTLED:
            seconds = site.throttle.plea(now, outcome.retry_after)
            stats.inc_value("throttle/pleas")
            stats.max_value("throttle/longest_hold", round(seconds, 3))
            self.restrict(site)
        elif outcome.cause is None:
            site.throttle.answered(now)
        if verdict is None or (verdict is not Verdict.OK and outcome.proxy is not None):
            # A proxy's failure, and one through a pool's proxy, says little of the site: another may do.
            if outcome.probe:
                site.breaker.withdraw(now)
        elif site.breaker.record(verdict, now, probe=outcome.probe):
            stats.inc_value(f"breaker/{site.breaker.state.value}")
            self.restrict(site)

    def withdraw(self, request: Request) -> None:
        """A request that was to be the probe was not sent."""
        if request.meta.pop("breaker_probe", False):
            self.get(self.key_of(request)).breaker.withdraw(self.clock())

    def restrict(self, site: Site) -> None:
        """The site's state changed: hold what waits for it, and tell whoever shares the state."""
        self._restricted.add(site.key)
        if site.wait(self.clock()) > 0:
            self._hold_back(site)
        if self.sharing is not None:
            self.sharing.tell(site)

    def adopted(self, site: Site) -> None:
        """The site's state came from another process."""
        self._restricted.add(site.key)
        if site.wait(self.clock()) > 0:
            self._hold_back(site)

    def _hold_back(self, site: Site) -> None:
        """Requests that wait in the site's download slot for their turn go back to the scheduler."""
        engine = self.crawler.engine
        if engine is None:
            return
        reason = site.reason(self.clock())
        for key, slot in engine.downloader.slots.items():
            if key.split(SLOT_SEPARATOR, 1)[0] != site.key:
                continue
            waiting = list(slot.queue)
            slot.queue.clear()
            for _, deferred in waiting:
                deferred.errback(Failure(HeldBackError(site.key, reason)))  # type: ignore[no-untyped-call]  # Twisted

    # --- other processes

    async def learn(self, key: str) -> None:
        """Before the first request to a site: what other processes know of it."""
        if self.sharing is not None:
            await self.sharing.learn(key)

    async def claim_probe(self, key: str) -> bool:
        """Whether this process may send the probe; only one of all may."""
        return self.sharing is None or await self.sharing.claim_probe(key)

    # --- waiting

    def end_crawl(self, reason: str) -> bool:
        """Close the spider, once; whether this was the call that did it."""
        if self._ending is not None:
            return False
        self._ending = asyncio.get_running_loop().create_task(
            self.crawler.engine.close_spider_async(reason=reason)
        )
        return True

    def longest_wait_is_over(self, keys: Iterable[str], now: float) -> Site | None:
        """Of sites that all must wait: the one that waits least, where even that is too long to stay for.

        A site that this crawl never asked and whose circuit is open is not waited for at all.
        """
        waiting = [self.get(key) for key in keys]
        if not waiting:
            return None
        for site in waiting:
            unasked = not site.asked and not site.breaker.allows(now)
            if not unasked and site.wait(now) <= self.config.max_wait:
                return None
        return min(waiting, key=lambda site: site.wait(now))
