"""Spidermon runs our checks and says what the pure judgement says; a monitor that breaks costs only itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from spidermon import Monitor

from jobspiders.extensions import monitors
from jobspiders.extensions.monitors import CrawlMonitorSuite, run_monitors
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import KINDS
from jobspiders.monitoring.judgement import judge
from jobspiders.monitoring.thresholds import Thresholds

NOW = datetime(2026, 9, 20, 8, tzinfo=UTC)


def figures(day: int, **given: Any) -> CrawlFigures:
    at = NOW - timedelta(days=day)
    usual: dict[str, Any] = {
        "outcome": "ok",
        "finish_reason": "finished",
        "postings": 100,
        "requests": 10,
        "responses": 10,
        "coverage": {"postings": 100, "salary": 50},
    }
    return CrawlFigures(f"crawl{day}", "board", at, finished_at=at, **(usual | given))


HISTORY = History([figures(day) for day in range(20, 0, -1)])
TROUBLES: dict[str, dict[str, Any]] = {
    "none": {},
    "fewer_postings": {"postings": 20, "coverage": {"postings": 20, "salary": 10}},
    "coverage": {"coverage": {"postings": 100, "salary": 2}},
    "blocked": {"outcome": "blocked", "postings": 0, "coverage": {"postings": 0}},
    "rejected": {"rejected": 60},
    "unfinished": {"finish_reason": "memusage_exceeded", "outcome": "failed"},
    "journal": {"backlog": 7},
    "half blocked": {
        "postings": 40,
        "stats": {"blocks/count": 5},
        "coverage": {"postings": 40, "salary": 20},
    },
}


def test_there_is_a_monitor_for_each_kind() -> None:
    assert [monitor.kind for monitor in CrawlMonitorSuite.monitors] == list(KINDS)


@pytest.mark.parametrize("name", TROUBLES)
def test_spidermon_finds_what_the_judgement_finds(name: str) -> None:
    crawl = figures(0, **TROUBLES[name])
    found, broken = run_monitors(CrawlMonitorSuite(), crawl, HISTORY, Thresholds())
    assert found == judge(crawl, HISTORY, Thresholds())
    assert broken == []
    assert [finding.kind for finding in found][:1] == ([] if name == "none" else [name.removeprefix("half ")])


def test_kinds_that_are_off_are_not_looked_for() -> None:
    crawl = figures(0, **TROUBLES["rejected"])
    found, _ = run_monitors(CrawlMonitorSuite(), crawl, HISTORY, Thresholds(off=frozenset({"rejected"})))
    assert found == []


def test_a_monitor_that_breaks_is_named_and_the_others_go_on() -> None:
    class BrokenMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
        def test_breaks(self) -> None:
            raise KeyError("nowhere")

    class OwnMonitor(monitors.CrawlMonitor):
        kind = "rejected"

    class Suite(CrawlMonitorSuite):
        monitors: ClassVar = [BrokenMonitor, OwnMonitor]

    found, [broken] = run_monitors(Suite(), figures(0, **TROUBLES["rejected"]), HISTORY, Thresholds())
    assert [finding.kind for finding in found] == ["rejected"]
    assert "KeyError: 'nowhere'" in broken
