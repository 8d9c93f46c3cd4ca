"""Robust statistics: what is usual, and by how much it varies, with outliers in the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

#: A normal distribution's standard deviation by its median absolute deviation and by the 85th percentile of it.
_BY_MAD, _BY_TAIL, _TAIL = 1.4826, 1 / 1.4395, 0.85


def spread(values: Sequence[float], centre: float | None = None) -> float:
    """The standard deviation that values have apart from a few outliers; 0 for fewer than two."""
    if len(values) < 2:
        return 0.0
    centre = median(values) if centre is None else centre
    off = sorted(abs(value - centre) for value in values)
    return max(_BY_MAD * median(off), _BY_TAIL * off[math.ceil(_TAIL * (len(off) - 1))])


def poisson_at_most(count: int, mean: float) -> float:
    """The probability of ``count`` or fewer where ``mean`` are expected."""
    if mean <= 0:
        return 1.0
    term = total = math.exp(-mean)
    for number in range(1, count + 1):
        term *= mean / number
        total += term
    return min(1.0, total)


def binomial_at_least(count: int, number: int, share: float) -> float:
    """The probability that ``count`` or more of ``number`` have what a ``share`` of all has."""
    if count <= 0:
        return 1.0
    if share <= 0 or share >= 1:
        return float(share >= 1)
    odds, logs = math.log(share), math.log1p(-share)
    whole = math.lgamma(number + 1)
    return min(
        1.0,
        sum(
            math.exp(
                whole - math.lgamma(k + 1) - math.lgamma(number - k + 1) + k * odds + (number - k) * logs
            )
            for k in range(count, number + 1)
        ),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in one crawl, such as postings with a salary of all postings."""

    part: float
    whole: float

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a share is from its usual value, how many standard deviations that is, and how likely by chance."""

    usual: float
    now: float
    deviations: float
    chance: float = 0.0

    @property
    def change(self) -> float:
        return self.now - self.usual


#: A whole so large that the standard deviation says all about chance.
LARGE = 400
#: Crawls over which the usual share is taken, and the least of a whole that says something about it.
RECENT, LEAST_WHOLE = 30, 5


def shift(now: Share, past: Sequence[Share]) -> Shift:
    """The share of this crawl against those of earlier ones, which may be none: then 0 is usual.

    What a share varies by is what it varied by, and what so small a whole must vary by.
    """
    known = [share.value for share in past if share.whole >= LEAST_WHOLE][-RECENT:]
    usual = median(known) if known else 0.0
    likely = min(max(usual, 0.5 / max(now.whole, 1)), 1 - 0.5 / max(now.whole, 1))
    by_chance = math.sqrt(max(likely * (1 - likely), 0.0) / max(now.whole, 1))
    varies = spread(known, usual)
    sigma = math.hypot(varies, by_chance)
    return Shift(usual, now.value, (now.value - usual) / sigma if sigma else 0.0, _chance(now, usual, varies))


def _chance(now: Share, usual: float, varies: float) -> float:
    """The probability of a share so far off, where the usual one may be a deviation nearer to it."""
    part, whole = round(now.part), round(now.whole)
    if not 0 < whole <= LARGE:
        return 0.0
    if now.value >= usual:
        return binomial_at_least(part, whole, min(max(usual + varies, 0.5 / whole), 1.0))
    return binomial_at_least(whole - part, whole, min(max(1 - usual + varies, 0.5 / whole), 1.0))
