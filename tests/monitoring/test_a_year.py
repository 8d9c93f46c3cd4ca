"""A year of simulated boards: failures are alerted at once and by name, and nothing else is."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding
from jobspiders.monitoring.judgement import judge
from jobspiders.monitoring.structure import Structure
from jobspiders.monitoring.thresholds import Thresholds
from tests.monitoring.simulated_boards import (
    ANY_SIZE,
    EVERY,
    START,
    Board,
    Failure,
    crawl,
    failure,
    failures_for,
    sampled,
)

#: Crawls that a history holds, and days of it, as the database gives them.
CRAWLS, DAYS = 150, timedelta(days=120)


@dataclass
class Year:
    """What a simulated year came to."""

    boards: int = 0
    crawls: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    false_by_board: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        total = sum(self.injected.values())
        right = total - len(self.wrong) - len(self.missed)
        return (
            f"{self.boards} boards, {self.crawls} crawls, {total} failures of {len(self.injected)} kinds: "
            f"{len(self.missed)} missed, {len(self.late)} later than one crawl, "
            f"{100 * right / total:.1f} % of the right kind, {len(self.false)} false alerts "
            f"({len(self.false) / self.boards:.2f} a board, at most {max(self.false_by_board.values(), default=0)})"
        )


def simulate(seed: int, boards: int, days: int, per_board: int) -> Year:
    rng = random.Random(seed)
    year = Year()
    names = [name for _ in range(boards) for name in EVERY]
    rng.shuffle(names)
    outages = [
        (name, START + timedelta(days=rng.uniform(40, days - 5)), timedelta(days=rng.uniform(1.1, 2.5)))
        for name in ("our network", "our database")
    ]
    for number in range(boards):
        board = Board.invented(number, random.Random(rng.getrandbits(64)))
        fits = [name for name in names if _fits(name, board)][:per_board]
        for name in fits:
            names.remove(name)
        board.failures = failures_for(board, rng, days, fits)
        for name, start, length in outages:
            if not any(
                f.start - timedelta(days=2) < start < f.end + timedelta(days=2) for f in board.failures
            ):
                board.failures.append(failure(name, board, rng, start, length))
        _follow(board, days, year)
    return year


def _fits(name: str, board: Board) -> bool:
    if name == "proxies":
        return board.proxies
    if name in ("latency", "half blocked"):
        return board.level > 300
    if name == "duplicates":
        return board.level > 60
    if name in ("layout field", "field declines") and board.shares["company"] * board.level <= 30:
        return False
    if name in ("slow decline", "field declines"):
        return board.level > 150 and board.per_day >= 1
    return board.level > 60 or name in ANY_SIZE


def _follow(board: Board, days: int, year: Year) -> None:
    history: list[CrawlFigures] = []
    known: Structure | None = None
    open_keys: frozenset[str] = frozenset()
    alerted: dict[Failure, tuple[int, Finding]] = {}
    visible: Counter[Failure] = Counter()
    year.boards += 1
    for at in board.times(days):
        figures, known = sampled(board, crawl(board, at), known)
        recent = [old for old in history[-CRAWLS:] if at - old.started_at <= DAYS]
        findings = judge(figures, History(recent), Thresholds())
        errors = [finding for finding in findings if finding.severity == "error"]
        keys = frozenset(finding.key for finding in errors)
        figures = replace(figures, flagged=keys, layout_changes=())
        history.append(figures)
        year.crawls += 1
        active = [each for each in board.failures if each.active(at)]
        for each in active:
            visible[each] += shows(each, at, board)
        if keys - open_keys:
            fresh = next(finding for finding in errors if finding.key not in open_keys)
            if active:
                for each in active:
                    alerted.setdefault(each, (visible[each], fresh))
            elif not any(
                each.end <= at < each.end + timedelta(days=15)
                for each in board.failures
                if "decline" in each.name
            ):
                year.false.append(f"{board.name} {at:%a %Y-%m-%d} {fresh.kind}: {fresh.message}")
                year.false_by_board[board.name] += 1
        open_keys = keys
    for each in board.failures:
        if not visible[each]:
            continue
        year.injected[each.name] += 1
        told = f"{board.name} {each.name} {each.start:%Y-%m-%d} {each.strength:.2f} {each.field or ''}"
        if each not in alerted:
            year.missed.append(f"{told} level {board.level:.0f} visible {visible[each]}")
            continue
        after, finding = alerted[each]
        if after > 2:
            year.late.append(f"{told}: after {after} crawls, {finding.message}")
        if finding.kind not in each.kinds or (
            each.field and finding.field not in (each.field, "salary_text")
        ):
            year.wrong.append(f"{told}: {finding.kind} {finding.field} {finding.message}")


def shows(each: Failure, at: datetime, board: Board) -> bool:
    """Whether a failure is as large by now as the thresholds ask for, and no holiday can be meant."""
    if each.name == "fewer postings" and not board.stock and 1 - each.strength > 0.55 * board.weekend:
        return at.date() > each.start.date()
    if "decline" not in each.name:
        return True
    # the level of a week is its median, half a week old
    days = (at - each.start).days - 4
    return (1 - each.strength) ** days <= 1 - Thresholds().decline


def _check(year: Year) -> None:
    assert not year.missed, year.missed
    total = sum(year.injected.values())
    assert len(year.late) <= 0.03 * total, year.late
    assert len(year.wrong) <= 0.05 * total, year.wrong
    assert len(year.false) <= year.boards, year.false


def test_failures_are_alerted_within_one_crawl_and_nothing_else_is() -> None:
    _check(simulate(5, boards=4, days=150, per_board=2))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 108))
def test_a_year_of_thirty_boards(seed: int) -> None:
    year = simulate(seed, boards=30, days=365, per_board=3)
    print(f"\nseed {seed}: {year.told()}")
    _check(year)


if __name__ == "__main__":
    import sys

    for number in map(int, sys.argv[1:]):
        made = simulate(number, boards=30, days=365, per_board=3)
        print(number, made.told(), dict(made.injected))
        for name in ("missed", "late", "wrong", "false"):
            for line in getattr(made, name):
                print("  ", name, line)
