"""How many postings a crawl should have seen: level, weekday and chance, from the crawls before it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from jobspiders.monitoring.baseline import poisson_at_most, spread

#: Days over which the weekdays and the usual variation are learned, and those of the level.
SEASON, LEVEL = timedelta(days=70), timedelta(days=14)
LEVEL_CRAWLS = 10
#: Natural variation below which no board is believed to stay.
LEAST_SPREAD = 0.05
#: A weekday that was seen once, and was less off than this, is a plain day.
PLAIN = 0.1
#: A decline is measured against weeks at least so long ago; a week has so many crawls at least.
DECLINE_AGE, DECLINE_WEEKS = timedelta(days=21), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Point:
    """How many postings a crawl saw, and when."""

    at: datetime
    count: int

    @property
    def log(self) -> float:
        return math.log(self.count + 0.5)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one crawl should have seen: ``usual`` postings on that weekday, ``quiet`` on the quietest one.

    ``sigma`` is the usual variation of the logarithm, without what chance does to small numbers.
    """

    usual: float
    quiet: float
    sigma: float
    crawls: int

    def deviations(self, count: int) -> float:
        """By how many standard deviations ``count`` is off, in logarithms."""
        sigma = math.hypot(self.sigma, 1 / math.sqrt(max(self.usual, 1.0)))
        return (math.log(count + 0.5) - math.log(self.usual + 0.5)) / sigma

    def chance(self, count: int) -> float:
        """The probability of so few by chance alone, where the level itself may be a deviation lower; 0 for
        numbers so large that chance does not matter."""
        return poisson_at_most(count, self.usual * math.exp(-self.sigma)) if self.usual < 200 else 0.0


class Season:
    """The weekdays of a series of counts, where it shows any, and how far single crawls are off.

    ``doubtful`` points teach the weekdays but not the variation.
    """

    def __init__(self, points: Sequence[Point], doubtful: Collection[Point] = ()) -> None:
        residuals = _detrended(points)
        self.weekdays = [0.0] * 7
        self.known = [False] * 7
        for weekday in range(7):
            there = [(point, value) for point, value in residuals if point.at.weekday() == weekday]
            values = [value for _, value in there]
            dates = len({point.at.date() for point, _ in there})
            self.known[weekday] = dates >= 2 or (dates == 1 and abs(median(values)) < PLAIN)
            if dates >= 2:
                effect = median(values)
                doubt = 1.25 * max(spread(values), LEAST_SPREAD) / math.sqrt(len(values))
                if abs(effect) > max(0.08, 2 * doubt):
                    self.weekdays[weekday] = effect
        left = [
            value - self.weekdays[point.at.weekday()] for point, value in residuals if point not in doubtful
        ]
        self.sigma = max(spread(left, 0.0), LEAST_SPREAD)

    def without(self, point: Point) -> float:
        """The logarithm of a count as it would be on a plain day."""
        return point.log - self.weekdays[point.at.weekday()]


def expect(points: Sequence[Point], at: datetime, season: Season | None = None) -> Expectation:
    """What a crawl ``at`` should see after ``points`` (healthy crawls before it, the oldest first; not empty)."""
    season = season or Season(points)
    recent = [point for point in points if at - point.at <= LEVEL][-LEVEL_CRAWLS:]
    if len(recent) < 3:
        recent = list(points[-3:])
    level = median(season.without(point) for point in recent)
    usual = math.exp(level + season.weekdays[at.weekday()]) - 0.5
    quiet = math.exp(level + min(season.weekdays)) - 0.5
    return Expectation(max(usual, 0.0), max(min(quiet, usual), 0.0), season.sigma, len(points))


@dataclass(frozen=True, slots=True)
class Decline:
    """The level of now against the best one of the last months, both as postings on a plain day."""

    now: float
    best: float
    deviations: float

    @property
    def share(self) -> float:
        """How much is lost."""
        return 1 - self.now / self.best if self.best > 0 else 0.0


def decline(points: Sequence[Point], season: Season) -> Decline | None:
    """How far the level has sunk below what it once was; None where the past is too short.

    ``points`` ends with the crawl in question. A week's level is its median, so that no single crawl counts.
    """
    now_points = [season.without(point) for point in points if points[-1].at - point.at < timedelta(days=7)]
    before = [point for point in points if points[-1].at - point.at >= DECLINE_AGE]
    if len(now_points) < 3 or len(before) < 10:
        return None
    now = median(now_points)
    levels = []
    end = before[-1].at
    while end >= before[0].at:
        window = [season.without(p) for p in before if timedelta(0) <= end - p.at < DECLINE_WEEKS]
        if len(window) >= 5:
            levels.append(median(window))
        end -= DECLINE_WEEKS / 2
    if not levels:
        return None
    best = max(levels)
    now_count, best_count = math.exp(now) - 0.5, math.exp(best) - 0.5
    sigma = math.sqrt(season.sigma**2 + 1 / max(now_count, 1.0) + 1 / max(best_count, 1.0))
    return Decline(max(now_count, 0.0), best_count, (now - best) / sigma)


def _detrended(points: Sequence[Point]) -> list[tuple[Point, float]]:
    """Each count against the median of the week around it, in logarithms."""
    if not points:
        return []
    kept = [point for point in points if points[-1].at - point.at <= SEASON]
    half = timedelta(days=3, hours=18)
    found: list[tuple[Point, float]] = []
    first = last = 0
    for point in kept:
        while kept[first].at < point.at - half:
            first += 1
        while last < len(kept) and kept[last].at <= point.at + half:
            last += 1
        found.append((point, point.log - median(other.log for other in kept[first:last])))
    return found
