"""When the page of an open posting that no crawl sees any more is asked for. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

#: However often asking failed, a posting has its turn again after this time.
LONGEST_WAIT = timedelta(days=64)


def attempts_since_seen(last_seen: datetime, checked_at: datetime | None, attempts: int) -> int:
    """How often the page was asked for in vain since the posting was last seen."""
    return attempts if checked_at is not None and checked_at > last_seen else 0


def is_due(
    last_seen: datetime, checked_at: datetime | None, attempts: int, *, now: datetime, older_than: timedelta
) -> bool:
    """Whether a posting that was not seen for ``older_than`` is to be checked.

    What was asked for in vain waits, twice as long each time, so that it does not keep others from their turn.
    """
    if now - last_seen < older_than:
        return False
    failed = attempts_since_seen(last_seen, checked_at, attempts)
    if not failed or checked_at is None:
        return True
    doubled: int = 2 ** min(failed - 1, 10)
    return now - checked_at >= min(max(older_than, timedelta(days=1)) * doubled, LONGEST_WAIT)
