"""The checks of `jobspiders.monitoring` as Spidermon's monitors: one for each kind of finding."""

from __future__ import annotations

from typing import ClassVar

from spidermon import Monitor, MonitorSuite
from spidermon.runners import MonitorRunner

from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import Finding, Kind
from jobspiders.monitoring.judgement import CHECKS, causes, conclude
from jobspiders.monitoring.thresholds import Thresholds


class CrawlMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
    """Passes where its check finds no error. Data: ``crawl``, ``history``, ``thresholds``, ``findings``.

    What was found is added to the list ``findings``; further monitors of a project may do the same.
    """

    kind: ClassVar[Kind]

    def test_against_history(self) -> None:
        """Compare the crawl with the board's own history."""
        if self.kind in self.data.thresholds.off:
            self.skipTest("MONITOR_OFF")
        found = list(CHECKS[self.kind](self.data.crawl, self.data.history, self.data.thresholds))
        self.data.findings.extend(found)
        errors = [finding.message for finding in found if finding.severity == "error"]
        if errors:
            self.fail("; ".join(errors))


class JournalMonitor(CrawlMonitor):
    """Everything that was found is in the database."""

    kind = "journal"


class UnfinishedMonitor(CrawlMonitor):
    """The crawl, and the one before it, came to an end of their own."""

    kind = "unfinished"


class ProxiesMonitor(CrawlMonitor):
    """The pool of proxies serves."""

    kind = "proxies"


class BlockedMonitor(CrawlMonitor):
    """No more blocks than usual."""

    kind = "blocked"


class ThrottledMonitor(CrawlMonitor):
    """No more pleas for patience than usual."""

    kind = "throttled"


class UnreachableMonitor(CrawlMonitor):
    """No more failures of requests than usual."""

    kind = "unreachable"


class NotFoundMonitor(CrawlMonitor):
    """No more unknown tenants than usual."""

    kind = "not_found"


class BreakerMonitor(CrawlMonitor):
    """Circuits opened no more often than usual."""

    kind = "breaker"


class LayoutMonitor(CrawlMonitor):
    """Pages are laid out as before."""

    kind = "layout"


class ParseErrorsMonitor(CrawlMonitor):
    """No more unreadable rows and pages than usual."""

    kind = "parse_errors"


class RejectedMonitor(CrawlMonitor):
    """No larger share of rejected rows than usual."""

    kind = "rejected"


class NoPostingsMonitor(CrawlMonitor):
    """There are postings where there used to be some."""

    kind = "no_postings"


class FewerPostingsMonitor(CrawlMonitor):
    """About as many postings as usual."""

    kind = "fewer_postings"


class CoverageMonitor(CrawlMonitor):
    """Each field on about as many postings as usual."""

    kind = "coverage"


class DuplicatesMonitor(CrawlMonitor):
    """No larger share of repeats than usual."""

    kind = "duplicates"


class LatencyMonitor(CrawlMonitor):
    """Answers about as fast as usual."""

    kind = "latency"


class CrawlMonitorSuite(MonitorSuite):  # type: ignore[misc]  # Spidermon has no types
    """All of them."""

    monitors: ClassVar = [
        JournalMonitor,
        UnfinishedMonitor,
        ProxiesMonitor,
        BlockedMonitor,
        ThrottledMonitor,
        UnreachableMonitor,
        NotFoundMonitor,
        BreakerMonitor,
        LayoutMonitor,
        ParseErrorsMonitor,
        RejectedMonitor,
        NoPostingsMonitor,
        FewerPostingsMonitor,
        CoverageMonitor,
        DuplicatesMonitor,
        LatencyMonitor,
    ]


def run_monitors(
    suite: MonitorSuite, crawl: CrawlFigures, history: History, thresholds: Thresholds
) -> tuple[list[Finding], list[str]]:
    """What the monitors of ``suite`` found, the main cause first, and the names of monitors that broke."""
    findings: list[Finding] = []
    result = MonitorRunner().run(
        suite,
        crawl=crawl,
        history=history,
        thresholds=thresholds,
        findings=findings,
        stats=dict(crawl.stats),
    )
    broken = [f"{test.name}: {text.strip().splitlines()[-1]}" for test, text in result.errors]
    return conclude([*findings, *causes(findings, crawl, history, thresholds)]), broken
