"""Whether a request may still leave in the turn that it was given. Pure: the clock is passed in, in seconds.

A turn is a moment of the database; the request leaves later, because the answer takes time, the process is busy or a
connection must be made first. Were the next turn simply a delay after this one, a late request would meet it. So a
turn keeps ``delay + grace`` free and is good for ``grace`` seconds from before it was asked for, by the process's own
clock. Whoever leaves in that time is a whole delay ahead of the next, however clocks and networks are. The question is
put with the connection at hand, right before the first byte; who is late hands the turn back and asks for another in
the same statement. The usual request so costs one statement, as a turn that nobody checks would; to write back each
departure would cost two.
"""

from __future__ import annotations

#: The least grace: this share of the delay, and at most so many seconds.
_SHARE, _MOST = 0.05, 0.05


class Grace:
    """How long turns must be good for, as the requests of this process lately showed."""

    def __init__(self) -> None:
        self._needed = 0.0

    def seconds(self, delay: float) -> float:
        """The grace of a turn at a site of this delay."""
        return max(self._needed, min(delay * _SHARE, _MOST))

    def missed(self, grace: float) -> None:
        """A request that had nothing left to do but leave did not manage to in so many seconds."""
        self._needed = 2 * grace

    def kept(self) -> None:
        """A request left in its turn."""
        self._needed *= 0.9


class Departure:
    """The turns of one request, until it leaves in one of them."""

    def __init__(self, grace: Grace) -> None:
        self._grace = grace
        self._seconds = 0.0
        self._good_until: float | None = None
        self._at_hand = False

    def ask(self, now: float, delay: float) -> float:
        """A turn is asked for at ``now``: how long it must keep the site free."""
        self._seconds = self._grace.seconds(delay)
        self._good_until = now + self._seconds
        return delay + self._seconds

    def may_leave(self, now: float) -> bool:
        """Whether the request, which has its connection, is in its turn; if not, it must ask for another."""
        if self._good_until is None:
            return True
        if now <= self._good_until:
            self._grace.kept()
            return True
        if self._at_hand:
            self._grace.missed(self._seconds)
        # the first turn may have gone by while a connection was made, which tells nothing of the second
        self._at_hand = True
        return False
