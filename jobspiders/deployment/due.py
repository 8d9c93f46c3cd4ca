"""When a schedule is due, and what to do about one that is. Pure; time and randomness are passed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

Uniform = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Due:
    """A schedule whose time has come. ``sites`` are those that its first requests go to."""

    name: str
    cron: str
    time_zone: str
    jitter: float
    next_at: datetime
    sites: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """``queue``: put a job on the queue. ``next_at`` is when to look at the schedule again."""

    name: str
    queue: bool
    next_at: datetime
    reason: str


def next_time(cron: str, time_zone: str, jitter: float, after: datetime, uniform: Uniform) -> datetime:
    """The first time of ``cron`` after ``after``, later by up to ``jitter`` seconds at random.

    Local times that daylight saving leaves out or repeats are handled as cron does.
    """
    moment: datetime = next(CronSim(cron, after.astimezone(ZoneInfo(time_zone))))
    return moment + timedelta(seconds=uniform(0.0, jitter) if jitter > 0 else 0.0)


def decide(
    due: Sequence[Due],
    now: datetime,
    *,
    open_until: Mapping[str, datetime],
    active: Set[str],
    most: int,
    uniform: Uniform,
) -> list[Decision]:
    """What to do about the schedules that are due, at most ``most`` crawls at once: the others wait their turn.

    However many times one has missed, it is crawled once. ``open_until`` has the sites whose circuit is open;
    ``active`` names the schedules whose last crawl waits or runs still.
    """
    decisions = []
    queued = 0
    for schedule in sorted(due, key=lambda each: (each.next_at, each.name)):
        following = next_time(schedule.cron, schedule.time_zone, schedule.jitter, now, uniform)
        closed = [open_until[site] for site in schedule.sites if open_until.get(site, now) > now]
        if schedule.name in active:
            decisions.append(
                Decision(schedule.name, False, following, "skipped: its last crawl has not ended")
            )
        elif schedule.sites and len(closed) == len(schedule.sites):
            opens = min(closed)
            # others wait for the same moment
            again = min(following, opens + timedelta(seconds=uniform(0.0, max(30.0, schedule.jitter))))
            until = f"{opens:%Y-%m-%d %H:%M:%S} UTC"
            reason = f"skipped: the breaker of {', '.join(schedule.sites[:3])} is open until {until}"
            decisions.append(Decision(schedule.name, False, again, reason))
        elif queued < most:
            queued += 1
            decisions.append(Decision(schedule.name, True, following, "queued"))
    return decisions
