"""When a service that has ended is started again. Pure; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Restarts:
    """Seconds of waiting: ``base``, doubled with each end in a row up to ``cap``.

    A service that lived for ``healthy`` seconds begins a new row.
    """

    base: float = 1.0
    cap: float = 60.0
    healthy: float = 60.0
    in_a_row: int = 0
    total: int = 0

    def delay(self, started: float, ended: float) -> float:
        """How long to wait after an end."""
        if ended - started >= self.healthy:
            self.in_a_row = 0
        self.in_a_row += 1
        self.total += 1
        return min(self.cap, self.base * 2.0 ** min(self.in_a_row - 1, 20))
