"""Up to when a list that is sorted by date has been read by earlier crawls. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class EarlierReading:
    """A healthy crawl of the same search: when it began, and whether it read to the ``end`` or to a ``watermark``."""

    started_at: datetime
    read_to: str


def watermark(readings: Sequence[EarlierReading], now: datetime, full_days: float) -> datetime | None:
    """What was posted before this moment has been seen; None where the list must be read to its end.

    That is so once in ``full_days``: what a board shows out of order would else never be seen again.
    """
    ends = [reading.started_at for reading in readings if reading.read_to == "end"]
    if not ends or now - max(ends) >= timedelta(days=full_days):
        return None
    return max(reading.started_at for reading in readings)


#: Boards give days where they mean moments, and show a posting some time after its date.
MARGIN = timedelta(days=1)


def may_stop(dates: Sequence[datetime | None], all_known: bool, mark: datetime | None) -> bool:
    """Whether a page shows that all further ones were read before: known postings only, all older than ``mark``
    by a day.

    A posting without a date proves nothing.
    """
    if mark is None or not dates or not all_known:
        return False
    return all(date is not None and date < mark - MARGIN for date in dates)
