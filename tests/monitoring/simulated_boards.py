"""A year of crawls of invented boards: weeks, holidays, growth, noise, missed runs, and failures put into them."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jobspiders.items import JobPosting
from jobspiders.monitoring.access import LATENCY_BOUNDS
from jobspiders.monitoring.figures import CrawlFigures
from jobspiders.monitoring.sampling import Sampler
from jobspiders.monitoring.structure import Structure
from jobspiders.parsing.page import Page

START = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
#: Days on which little is posted, as (month, day): a board of new postings has a Sunday then.
HOLIDAYS = {
    *((12, day) for day in (24, 25, 26, 27, 28, 29, 30, 31)),
    *((1, 1), (1, 2), (4, 18), (4, 21), (5, 1), (7, 4), (11, 27), (11, 28)),
}
FIELDS = {
    "company": (0.97, 1.0),
    "location_text": (0.9, 1.0),
    "description": (0.95, 1.0),
    "date_posted": (0.6, 1.0),
    "salary": (0.05, 0.7),
    "seniority": (0.3, 0.7),
    "skills": (0.5, 0.95),
}
#: Where the rows of the invented boards have their fields.
KEYS = {
    "company": "company_name",
    "location_text": "location.name",
    "date_posted": "published_at",
    "salary": "pay.min",
}


@dataclass(frozen=True)
class Failure:
    """Something put into the crawls of a board. ``kinds`` are the findings that name it rightly."""

    name: str
    kinds: tuple[str, ...]
    start: datetime
    end: datetime
    strength: float = 1.0
    field: str | None = None

    def active(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass
class Board:
    """How a board behaves by itself."""

    name: str
    rng: random.Random
    level: float
    stock: bool
    weekend: float
    noise: float
    growth: float
    per_day: float
    missed: float
    scopes: int
    shares: dict[str, float]
    rejected: float
    duplicates: float
    blocks: float
    latency: float
    proxies: bool
    failures: list[Failure] = field(default_factory=list)
    open_now: float = 0.0

    @classmethod
    def invented(cls, number: int, rng: random.Random) -> Board:
        shape = ("feed", "search", "tenants", "small feed", "small search")[number % 5]
        small = shape.startswith("small")
        stock = shape in ("feed", "tenants", "small feed")
        level = rng.uniform(1.5, 9) if small else math.exp(rng.uniform(math.log(60), math.log(6000)))
        return cls(
            name=f"board{number:02d}",
            rng=rng,
            level=level,
            stock=stock,
            weekend=rng.uniform(0.92, 1.0) if stock else rng.uniform(0.12, 0.7),
            noise=rng.uniform(0.005, 0.03) if stock else rng.uniform(0.05, 0.15),
            growth=rng.uniform(-0.2, 0.5),
            per_day=rng.choice((1, 1, 1, 1, 2, 4, 0.5)),
            missed=rng.uniform(0.0, 0.08),
            scopes=rng.randint(4, 120) if shape == "tenants" else 1,
            shares={name: rng.uniform(*bounds) for name, bounds in FIELDS.items()},
            rejected=rng.choice((0.0, 0.0, 0.002, 0.01)),
            duplicates=rng.choice((0.0, 0.0, 0.03, 0.15)),
            blocks=rng.choice((0.0, 0.0, 0.0, 0.02, 0.06)),
            latency=rng.uniform(0.15, 1.2),
            proxies=number % 3 == 0,
            open_now=level,
        )

    def times(self, days: int) -> Iterator[datetime]:
        """When it is crawled: with jitter, missed runs, and now and then some days without any."""
        step = timedelta(days=1 / self.per_day)
        at, paused = START, START
        while at < START + timedelta(days=days):
            if self.rng.random() < 0.004:
                paused = at + timedelta(days=self.rng.uniform(2, 9))
            if at >= paused and self.rng.random() >= self.missed:
                yield at + timedelta(minutes=self.rng.uniform(0, 40))
            at += step

    def count(self, at: datetime) -> int:
        """Postings that are to be seen on a healthy day."""
        rng, days = self.rng, (at - START).days
        level = self.level * (1 + self.growth * days / 365)
        if self.stock and level < 30:
            # postings come and go one by one, each stays about a month
            for _ in range(max(1, round(1 / self.per_day))):
                stay = math.exp(-1 / (30 * max(self.per_day, 1)))
                left = sum(rng.random() < stay for _ in range(round(self.open_now)))
                self.open_now = left + poisson(rng, level * (1 - stay))
            return round(self.open_now)
        quiet = at.weekday() >= 5 or (at.month, at.day) in HOLIDAYS
        mean = level * (self.weekend if quiet else 1.0) * math.exp(rng.gauss(0, self.noise))
        return poisson(rng, mean) if not self.stock else round(mean)


def poisson(rng: random.Random, mean: float) -> int:
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        number, product = number + 1, product * rng.random()
    return number


def binomial(rng: random.Random, number: int, share: float) -> int:
    if number > 60:
        return min(number, max(0, round(rng.gauss(number * share, math.sqrt(number * share * (1 - share))))))
    return sum(rng.random() < share for _ in range(number))


def crawl(board: Board, at: datetime) -> CrawlFigures:
    """One crawl of a board, with the failures of that time in it."""
    rng = board.rng
    found = {failure.name: failure for failure in board.failures if failure.active(at)}
    count = board.count(at)
    if "slow decline" in found:
        sunk = found["slow decline"]
        count = round(count * (1 - sunk.strength) ** ((at - sunk.start).days))
    if "fewer postings" in found:
        count = round(count * (1 - found["fewer postings"].strength))
    if "list emptied" in found:
        count = 0
    scopes = {"ok": board.scopes}
    if board.scopes > 3 and rng.random() < 0.1:
        scopes = {"ok": board.scopes - 1, rng.choice(("not_found", "failed")): 1}
    stats: dict[str, Any] = {}
    outcome, reason, backlog = ("ok" if count else "empty"), "finished", 0
    pages = max(1, count // 25) + board.scopes
    blocked = binomial(rng, pages, board.blocks * rng.uniform(0.5, 1.5))
    failed = binomial(rng, pages, 0.01)
    slow = rng.lognormvariate(0, 0.12)
    shares = {name: clip(share + rng.gauss(0, 0.01)) for name, share in board.shares.items()}
    rejected, repeated = board.rejected, clip(board.duplicates * rng.uniform(0.7, 1.3))
    unreadable = opened = worn = 0
    if rng.random() < 0.02:
        opened = 1

    if "blocked" in found:
        outcome, reason, count = "blocked", rng.choice(("blocked", "finished")), 0
        scopes, blocked = {"blocked": board.scopes}, max(5, pages // 10)
        opened = 1
    if "half blocked" in found:
        share = found["half blocked"].strength
        hit = max(1, round(board.scopes * share)) if board.scopes > 1 else 0
        scopes = {"ok": board.scopes - hit, "blocked": hit} if hit else scopes
        count, blocked = round(count * (1 - share)), max(5, round(pages * share))
        outcome = "blocked" if hit else outcome
    if "throttled" in found:
        outcome, reason, count = "throttled", "throttled", round(count * 0.1)
        scopes = {"throttled": board.scopes}
        stats |= {"throttle/pleas": pages, "breaker/open": 1, "sites/outcome": "throttled"}
    if "our network" in found:
        outcome, reason, count = "failed", rng.choice(("unreachable", "finished")), 0
        scopes, failed, blocked = {"failed": board.scopes}, pages, 0
        stats["downloader/exception_type_count/scrapy.exceptions.CannotResolveHostError"] = pages
    if "our database" in found:
        backlog, stats["storage/database_errors"] = max(count, 1), 12
    if "proxies" in found:
        worn, reason, outcome, count = 1, "no_proxies", "failed", round(count * 0.2)
        scopes = {"failed": board.scopes}
    if "killed" in found:
        reason, outcome, count = "memusage_exceeded", "failed", round(count * 0.4)
        scopes = {"failed": board.scopes}
    if "layout all" in found:
        outcome, count, scopes = "layout_changed", 0, {"layout_changed": board.scopes}
    if "layout field" in found:
        lost = found["layout field"].field
        assert lost is not None
        shares[lost] = 0.0
    if "field declines" in found:
        sunk = found["field declines"]
        assert sunk.field is not None
        shares[sunk.field] *= (1 - sunk.strength) ** ((at - sunk.start).days)
    if "rejected" in found:
        rejected = found["rejected"].strength
    if "parse errors" in found:
        unreadable = round(count * found["parse errors"].strength)
        count -= unreadable
    if "duplicates" in found:
        repeated = found["duplicates"].strength
        count = round(count * 0.9)
    if "latency" in found:
        slow *= found["latency"].strength
    if "breaker" in found:
        opened = 5 + poisson(rng, 2)

    bad = binomial(rng, count, rejected)
    count -= bad
    looked = count
    coverage = {name: binomial(rng, looked, share) for name, share in shares.items()} | {"postings": looked}
    stats |= latencies(rng, pages, board.latency * slow)
    stats |= {"blocks/count": blocked, "downloader/exception_count": failed, "rows/unreadable": unreadable}
    stats["breaker/open"] = stats.get("breaker/open", 0) + opened
    if board.proxies:
        uses = pages + blocked
        stats |= {"proxies/size": 20, "proxies/picked": uses}
        stats |= {"proxies/refused": blocked, "proxies/failed": uses if worn else binomial(rng, uses, 0.05)}
    return CrawlFigures(
        crawl_id=f"{rng.getrandbits(32):08x}",
        board=board.name,
        started_at=at,
        updated_at=at,
        finished_at=at + timedelta(minutes=10),
        outcome=outcome,
        finish_reason=reason,
        postings=count,
        rejected=bad + unreadable,
        duplicates=round(count * repeated / (1 - repeated)),
        requests=pages,
        responses=max(0, pages - failed),
        scopes={name: number for name, number in scopes.items() if number},
        coverage=coverage,
        stats=stats,
        backlog=backlog,
    )


def clip(share: float) -> float:
    return min(0.999, max(0.0, share))


def latencies(rng: random.Random, pages: int, typical: float) -> dict[str, int]:
    counts: Counter[str] = Counter()
    weight = max(1, pages // 40)
    for _ in range(min(pages, 40)):
        seconds = typical * rng.lognormvariate(0, 0.5)
        bound = next(bound for bound in LATENCY_BOUNDS if seconds <= bound)
        counts[f"latency/bucket/{bound:g}"] += weight
    return dict(counts)


def sampled(
    board: Board, figures: CrawlFigures, known: Structure | None
) -> tuple[CrawlFigures, Structure | None]:
    """A crawl with the changes that samples of its rows show, and what is known of the layout afterwards."""
    lost = next(
        (f.field for f in board.failures if f.name == "layout field" and f.active(figures.started_at)), None
    )
    sampler = Sampler(0)
    rows = min(figures.postings, 12)
    if figures.outcome != "layout_changed":
        sampler.page("listing", "api", Page("https://jobs.example/", b"{}"))
        for number in range(rows):
            row, posting = invented_row(board, number, lost)
            sampler.row("listing", "api", row, posting)
    if known is not None:
        figures = replace(figures, layout_changes=tuple(sampler.changes({("listing", "api"): known})))
    sample = sampler.samples.get(("listing", "api"))
    if sample is not None and sample.rows and not figures.layout_changes:
        known = sample.structure() if known is None else known.merged(sample.structure())
    return figures, known


def invented_row(board: Board, number: int, lost: str | None) -> tuple[dict[str, Any], JobPosting]:
    rng = board.rng
    there = {name: name != lost and rng.random() < board.shares[name] for name in KEYS}
    company, place, day, pay = (
        f"Firm {number}",
        f"Town {number}",
        f"2025-0{1 + number % 9}-11",
        40000 + number,
    )
    row: dict[str, Any] = {"id": number, "title": f"Job {number}", "tags": ["a"]}
    row |= {"company_name": company} if there["company"] else {}
    row |= {"location": {"name": place}} if there["location_text"] else {}
    row |= {"published_at": day} if there["date_posted"] else {}
    row |= {"pay": {"min": pay}} if there["salary"] else {}
    if lost is not None:
        row["renamed_" + KEYS[lost].rpartition(".")[2]] = "x"
    return row, JobPosting(
        board=board.name,
        external_id=str(number),
        title=f"Job {number}",
        company=company if there["company"] else None,
        location_text=place if there["location_text"] else None,
        date_posted=day if there["date_posted"] else None,  # type: ignore[arg-type]  # as boards say it
        salary_text=str(pay) if there["salary"] else None,
    )


def failures_for(board: Board, rng: random.Random, days: int, names: list[str]) -> list[Failure]:
    """The failures called ``names``, spread over the year with at least three weeks between them."""
    made = []
    slot = (days - 60) / max(len(names), 1)
    for place, name in enumerate(names):
        start = START + timedelta(days=55 + place * slot + rng.uniform(0, max(1.0, slot - 75)))
        length = timedelta(days=max(rng.uniform(3, 7), 2.2 / board.per_day))
        made.append(failure(name, board, rng, start, length))
    return made


def failure(name: str, board: Board, rng: random.Random, start: datetime, length: timedelta) -> Failure:
    fields = [name for name in KEYS if board.shares[name] * board.level > 30]
    if name in ("slow decline", "field declines"):
        length = timedelta(days=70)
    strength = {
        "slow decline": rng.uniform(0.01, 0.02),
        "field declines": rng.uniform(0.01, 0.02),
        "fewer postings": rng.uniform(0.6, 0.95),
        "half blocked": rng.uniform(0.3, 0.6),
        "rejected": rng.uniform(0.15, 0.8),
        "parse errors": rng.uniform(0.15, 0.8),
        "duplicates": rng.uniform(0.5, 0.85),
        "latency": rng.uniform(4, 9),
    }.get(name, 1.0)
    return Failure(
        name,
        KINDS_OF[name],
        start,
        start + length,
        strength,
        rng.choice(fields) if name in ("layout field", "field declines") and fields else None,
    )


KINDS_OF: dict[str, tuple[str, ...]] = {
    "layout field": ("layout",),
    "layout all": ("layout",),
    "slow decline": ("fewer_postings",),
    "field declines": ("coverage",),
    "fewer postings": ("fewer_postings",),
    "list emptied": ("no_postings",),
    "blocked": ("blocked",),
    "half blocked": ("blocked",),
    "throttled": ("throttled",),
    "our network": ("unreachable",),
    "our database": ("journal",),
    "proxies": ("proxies",),
    "killed": ("unfinished",),
    "rejected": ("rejected",),
    "parse errors": ("parse_errors",),
    "duplicates": ("duplicates",),
    "latency": ("latency",),
    "breaker": ("breaker",),
}
#: Failures that show on a board of any size; the others need postings to show in.
ANY_SIZE = ("layout all", "blocked", "throttled", "killed", "breaker")
EVERY = tuple(name for name in KINDS_OF if not name.startswith("our "))
