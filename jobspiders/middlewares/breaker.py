"""A circuit breaker for one site: a state machine over a rolling window of outcomes. Time is passed in.

Closed lets everything through. Too many failures open it: nothing leaves until `opened_until`. Then one probe
may go (half open); its success closes the circuit, its failure opens it for longer.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Circuit(StrEnum):
    """The states of a breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Verdict(StrEnum):
    """What one request said about its site."""

    OK = "ok"
    BLOCKED = "blocked"
    THROTTLED = "throttled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BreakerConfig:
    """Times in seconds. The circuit opens when, within `window`, at least `failures` requests failed and they
    are at least `ratio` of all. It stays open for `open_base`, doubled with each opening in a row up to
    `open_cap`, less up to a quarter at random. A probe without an answer for `probe_timeout` is given up.
    """

    window: float = 300.0
    failures: int = 5
    ratio: float = 0.5
    open_base: float = 60.0
    open_cap: float = 6 * 3600.0
    probe_timeout: float = 180.0
    keep: int = 200


class Breaker:
    """State of one site's circuit.

    `uniform(a, b)` is the randomness: no two processes shall probe at the same moment.
    """

    def __init__(self, config: BreakerConfig, uniform: Callable[[float, float], float]) -> None:
        self.config = config
        self._uniform = uniform
        self.state = Circuit.CLOSED
        self.opened_until = 0.0
        self.cause = Verdict.OK
        self.openings = 0
        self.changed_at = 0.0
        self._probe_until = 0.0
        self._window: deque[tuple[float, Verdict]] = deque()
        self._failed: Counter[Verdict] = Counter()

    def allows(self, now: float) -> bool:
        """Whether a request may leave now; changes nothing."""
        if self.state is Circuit.CLOSED:
            return True
        if self.state is Circuit.OPEN:
            return now >= self.opened_until
        return now >= self._probe_until

    def claim(self, now: float) -> bool:
        """Take the right to send one request: always in a closed circuit, the one probe in another."""
        if not self.allows(now):
            return False
        if self.state is not Circuit.CLOSED:
            self._change(Circuit.HALF_OPEN, now)
            self._probe_until = now + self.config.probe_timeout
        return True

    def withdraw(self, now: float) -> None:
        """Give a claimed probe back: it was never sent."""
        if self.state is Circuit.HALF_OPEN:
            self._probe_until = now

    def record(self, verdict: Verdict, now: float, *, probe: bool = False) -> bool:
        """Take in an outcome; whether that changed the circuit.

        In a circuit that is not closed only the probe's outcome counts: others left before it opened.
        """
        if self.state is not Circuit.CLOSED:
            if self.state is Circuit.OPEN or not probe:
                return False
            if verdict is Verdict.OK:
                self._close(now)
            else:
                self._open(verdict, now)
            return True
        self._window.append((now, verdict))
        if verdict is not Verdict.OK:
            self._failed[verdict] += 1
        self._forget(now)
        failures = self._failed.total() if self._failed else 0
        if not failures:
            self.openings = 0
        if failures < self.config.failures or failures < self.config.ratio * len(self._window):
            return False
        self._open(self._failed.most_common(1)[0][0], now)
        return True

    def next_try(self, now: float) -> float:
        """When the next request may leave; not later than `now` where one may leave at once."""
        if self.allows(now):
            return now
        return self.opened_until if self.state is Circuit.OPEN else self._probe_until

    def snapshot(self) -> dict[str, Any]:
        """What other processes must know, as JSON takes it; times are seconds since the epoch."""
        return {
            "circuit": self.state.value,
            "opened_until": self.opened_until,
            "probe_until": self._probe_until,
            "cause": self.cause.value,
            "openings": self.openings,
            "changed_at": self.changed_at,
        }

    def adopt(self, snapshot: Mapping[str, Any]) -> bool:
        """Take over the state of another process where it is newer than ours; whether it was."""
        changed_at = float(snapshot.get("changed_at", 0.0))
        if changed_at <= self.changed_at:
            return False
        self.state = Circuit(snapshot["circuit"])
        self.opened_until = float(snapshot["opened_until"])
        self._probe_until = float(snapshot["probe_until"])
        self.cause = Verdict(snapshot["cause"])
        self.openings = int(snapshot["openings"])
        self.changed_at = changed_at
        self._clear()
        return True

    def _open(self, cause: Verdict, now: float) -> None:
        longest = min(self.config.open_cap, self.config.open_base * 2.0 ** min(self.openings, 40))
        self.opened_until = now + self._uniform(0.75 * longest, longest)
        self.openings += 1
        self.cause = cause
        self._clear()
        self._change(Circuit.OPEN, now)

    def _close(self, now: float) -> None:
        self._clear()
        self.cause = Verdict.OK
        self._change(Circuit.CLOSED, now)

    def _change(self, state: Circuit, now: float) -> None:
        self.state = state
        self.changed_at = max(now, self.changed_at + 1e-6)

    def _forget(self, now: float) -> None:
        window, oldest = self._window, now - self.config.window
        while window and (window[0][0] < oldest or len(window) > self.config.keep):
            _, verdict = window.popleft()
            if verdict is not Verdict.OK:
                self._failed[verdict] -= 1
                self._failed += Counter()

    def _clear(self) -> None:
        self._window.clear()
        self._failed.clear()
