"""Which proxy a request goes through. Pure: time and randomness are passed in; credentials never come here.

Two books are kept, both on `expire.Proxies` of scrapy-rotating-proxies: one of proxies that fail (they rest for
all sites) and one for each site of proxies that it refuses (they rest for that site). Resting proxies come back
after a time that grows with each failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rotating_proxies.expire import Proxies, exp_backoff

TRIAL_LOOK = 0.25
"""Seconds after which to look how the trial of a proxy went."""


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """Seconds of rest: `base` doubled with each failure in a row up to `cap`, with jitter.

    `memory` is how many of the last outcomes a health score remembers, roughly. A proxy that comes back gets one
    request on trial; after `trial` seconds without an outcome it gets another.
    """

    base: float = 15.0
    cap: float = 1800.0
    memory: float = 20.0
    trial: float = 60.0


@dataclass(slots=True)
class Health:
    """How one proxy did at one site. `score` is the share of successes lately, 1 for an unknown proxy.

    `latency` is in seconds, lately; None before the first answer.
    """

    ok: int = 0
    failed: int = 0
    banned: int = 0
    score: float = 1.0
    latency: float | None = None

    def took(self, success: bool, memory: float, latency: float | None = None) -> None:
        """Take in an outcome."""
        self.score += (float(success) - self.score) / memory * 2
        if latency is not None:
            self.latency = latency if self.latency is None else self.latency + (latency - self.latency) / 5


class ProxyPool:
    """The proxies of a crawl, by label.

    `uniform(a, b)` is the randomness. Sessions (any name) keep their proxy as long as it works.
    """

    def __init__(
        self, labels: Iterable[str], config: PoolConfig, uniform: Callable[[float, float], float]
    ) -> None:
        self.config = config
        self._uniform = uniform
        self._failing = self._book(labels)
        self._refused: dict[str, Proxies] = {}
        self._sessions: dict[tuple[str, str], str] = {}
        self._trials: dict[str, float] = {}
        self.health: dict[tuple[str, str], Health] = {}

    def __len__(self) -> int:
        return len(self._failing.proxies)

    @property
    def labels(self) -> list[str]:
        """All proxies of the pool."""
        return list(self._failing.proxies)

    def pick(
        self, site: str, now: float, *, session: str | None = None, avoid: str | None = None
    ) -> str | None:
        """A proxy for one request, or None where all rest.

        `avoid` is the one that just failed the same request; it is taken only when there is no other.
        """
        available = self.available(site, now)
        if not available:
            return None
        kept = self._sessions.get((site, session)) if session is not None else None
        if kept in available and kept != avoid:
            choice = kept
        else:
            choice = self._weighted(site, [label for label in available if label != avoid] or available)
        if session is not None:
            self._sessions[site, session] = choice
        if self._came_back(self._failing, choice) or self._came_back(self._site(site), choice):
            self._trials[choice] = now + self.config.trial
        return choice

    def available(self, site: str, now: float) -> list[str]:
        """The proxies that do not rest now for this site, and are not on trial."""
        failing, refused = self._failing, self._site(site)
        failing.reanimate(now)
        refused.reanimate(now)
        awake = (failing.good | failing.unchecked) & (refused.good | refused.unchecked)
        return sorted(label for label in awake if self._trials.get(label, 0.0) <= now)

    def succeeded(self, label: str, site: str, latency: float | None = None) -> None:
        """The proxy brought an answer of the site, whatever its status."""
        self._trials.pop(label, None)
        if label in self._failing.proxies:
            self._failing.mark_good(label)
            self._site(site).mark_good(label)
            health = self._health(label, site)
            health.ok += 1
            health.took(True, self.config.memory, latency)

    def failed(self, label: str, site: str, now: float) -> None:
        """The proxy itself failed: refused, dropped or delayed the connection, or wants other credentials.

        What was under way when it failed first does not make its rest longer.
        """
        self._trials.pop(label, None)
        if label in self._failing.proxies:
            if label not in self._failing.dead:
                self._failing.mark_dead(label, now)
            health = self._health(label, site)
            health.failed += 1
            health.took(False, self.config.memory)

    def refused(self, label: str, site: str, now: float) -> None:
        """The site refuses this proxy; other sites may not."""
        self._trials.pop(label, None)
        if label in self._failing.proxies:
            self._failing.mark_good(label)
            if label not in self._site(site).dead:
                self._site(site).mark_dead(label, now)
            health = self._health(label, site)
            health.banned += 1
            health.took(False, self.config.memory)

    def next_back(self, site: str, now: float) -> float | None:
        """When to ask again for a proxy, the first may be back then; None for an empty pool."""
        if not self._failing.proxies:
            return None
        refused = self._site(site)
        back = [
            max(
                self._rests_until(self._failing, label),
                self._rests_until(refused, label),
                min(self._trials.get(label, 0.0), now + TRIAL_LOOK),
            )
            for label in self._failing.proxies
        ]
        return max(now, min(back))

    def replace(self, labels: Iterable[str]) -> tuple[int, int]:
        """Take another list, keeping what is known of proxies on both; how many came and went."""
        wanted = list(dict.fromkeys(labels))
        had = set(self._failing.proxies)
        for book in (self._failing, *self._refused.values()):
            self._replace_in(book, wanted)
        self._sessions = {key: label for key, label in self._sessions.items() if label in set(wanted)}
        return len(set(wanted) - had), len(had - set(wanted))

    def state(self, label: str, site: str, now: float) -> str:
        """good, unchecked, failing or refused."""
        refused = self._site(site)
        if self._rests_until(self._failing, label) > now:
            return "failing"
        if self._rests_until(refused, label) > now:
            return "refused"
        return "good" if label in self._failing.good and label in refused.good else "unchecked"

    def _weighted(self, site: str, labels: list[str]) -> str:
        """By health, and half as often where three times as slow; none is left out, or it could not mend."""
        known = [
            health.latency
            for label in labels
            if (health := self.health.get((label, site))) is not None and health.latency is not None
        ]
        typical = sorted(known)[(len(known) - 1) // 2] if known else 0.0
        weights = [self._weight(self.health.get((label, site)), typical) for label in labels]
        mark = self._uniform(0.0, sum(weights))
        for label, weight in zip(labels, weights, strict=True):
            mark -= weight
            if mark <= 0:
                return label
        return labels[-1]

    @staticmethod
    def _weight(health: Health | None, typical: float) -> float:
        if health is None:
            return 1.0
        slowness = max(1.0, (health.latency or 0.0) / typical) if typical > 0 else 1.0
        return float(max(0.05, health.score**2) / min(slowness, 20.0) ** 0.63)

    def _health(self, label: str, site: str) -> Health:
        return self.health.setdefault((label, site), Health())

    def _site(self, site: str) -> Proxies:
        if site not in self._refused:
            self._refused[site] = self._book(self._failing.proxies)
        return self._refused[site]

    def _book(self, labels: Iterable[str]) -> Proxies:
        return Proxies(dict.fromkeys(labels), backoff=self._rest)

    def _rest(self, failures: int) -> float:
        longest: float = exp_backoff(failures, cap=self.config.cap, base=self.config.base)
        return self._uniform(longest / 2, longest)

    @staticmethod
    def _came_back(book: Proxies, label: str) -> bool:
        return label in book.unchecked and book.proxies[label].failed_attempts > 0

    @staticmethod
    def _rests_until(book: Proxies, label: str) -> float:
        return float(book.proxies[label].next_check) if label in book.dead else 0.0

    def _replace_in(self, book: Proxies, wanted: list[str]) -> None:
        fresh = self._book(wanted)
        for label in set(wanted) & set(book.proxies):
            fresh.proxies[label] = book.proxies[label]
        known = set(book.proxies)
        book.proxies, book.proxies_by_hostport = fresh.proxies, fresh.proxies_by_hostport
        book.dead &= set(wanted)
        book.good &= set(wanted)
        book.unchecked = (book.unchecked & set(wanted)) | (set(wanted) - known)
