"""All checks of a crawl, and of what they find the cause before its consequences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from jobspiders.monitoring.access import (
    check_blocked,
    check_breaker,
    check_latency,
    check_not_found,
    check_proxies,
    check_throttled,
    check_unreachable,
)
from jobspiders.monitoring.checks import Check
from jobspiders.monitoring.completion import check_journal, check_unfinished
from jobspiders.monitoring.content import check_coverage, check_duplicates, check_parse_errors, check_rejected
from jobspiders.monitoring.figures import CrawlFigures, History
from jobspiders.monitoring.findings import KINDS, Finding, Kind
from jobspiders.monitoring.layout_check import check_layout
from jobspiders.monitoring.postings import check_fewer_postings, check_no_postings
from jobspiders.monitoring.thresholds import Thresholds

CHECKS: Mapping[Kind, Check] = {
    "journal": check_journal,
    "unfinished": check_unfinished,
    "proxies": check_proxies,
    "blocked": check_blocked,
    "throttled": check_throttled,
    "unreachable": check_unreachable,
    "not_found": check_not_found,
    "breaker": check_breaker,
    "layout": check_layout,
    "parse_errors": check_parse_errors,
    "rejected": check_rejected,
    "no_postings": check_no_postings,
    "fewer_postings": check_fewer_postings,
    "coverage": check_coverage,
    "duplicates": check_duplicates,
    "latency": check_latency,
}

_LESS: tuple[Kind, ...] = ("no_postings", "fewer_postings")
_CONTENT: tuple[Kind, ...] = ("rejected", *_LESS, "coverage", "duplicates")
_WITHOUT_ANSWERS: tuple[Kind, ...] = ("breaker", "layout", "parse_errors", *_CONTENT, "latency")
#: Where to look for the cause of missing postings.
POSSIBLE_CAUSES: tuple[Kind, ...] = ("blocked", "throttled", "unreachable", "parse_errors", "rejected")
#: What each kind explains, where it is an error itself.
EXPLAINS: Mapping[Kind, tuple[Kind, ...]] = {
    "journal": ("unreachable", *_LESS),
    "unfinished": ("unreachable", *_WITHOUT_ANSWERS),
    "proxies": ("blocked", "throttled", "unreachable", *_WITHOUT_ANSWERS),
    "blocked": ("throttled", "unreachable", *_WITHOUT_ANSWERS),
    "throttled": ("unreachable", *_WITHOUT_ANSWERS),
    "unreachable": _WITHOUT_ANSWERS,
    "not_found": _CONTENT,
    "layout": ("parse_errors", *_CONTENT),
    "parse_errors": _CONTENT,
    "rejected": _CONTENT,
    "no_postings": ("fewer_postings", "coverage", "duplicates"),
}


def judge(crawl: CrawlFigures, history: History, thresholds: Thresholds) -> list[Finding]:
    """What is wrong with a crawl, the main cause first; nothing for a healthy one."""
    found = [
        finding
        for kind, check in CHECKS.items()
        if kind not in thresholds.off
        for finding in check(crawl, history, thresholds)
    ]
    return conclude([*found, *causes(found, crawl, history, thresholds)])


def causes(
    found: Sequence[Finding], crawl: CrawlFigures, history: History, thresholds: Thresholds
) -> list[Finding]:
    """What explains that postings are missing, where nothing that was found does.

    What would be too little for a finding of its own is enough when it is known that something is wrong.
    """
    kinds = {finding.kind for finding in found if finding.severity == "error"}
    if not kinds.intersection(_LESS) or not kinds.isdisjoint(POSSIBLE_CAUSES):
        return []
    keener = replace(thresholds, deviations=thresholds.deviations / 2, chance=0.02)
    for kind in POSSIBLE_CAUSES:
        if kind not in thresholds.off and (more := list(CHECKS[kind](crawl, history, keener))):
            return more
    return []


def conclude(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of KINDS, those that another one explains told as its consequences."""
    ordered = sorted(findings, key=lambda finding: (KINDS.index(finding.kind), finding.severity))
    kept: list[Finding] = []
    for finding in ordered:
        cause = next((place for place, other in enumerate(kept) if _explains(other, finding)), None)
        if cause is None:
            kept.append(finding)
        else:
            root = kept[cause]
            kept[cause] = replace(root, consequences=(*root.consequences, finding.message))
    return _without_repetition(kept)


def _explains(cause: Finding, finding: Finding) -> bool:
    if cause.severity != "error" or finding.kind not in EXPLAINS.get(cause.kind, ()):
        return False
    if cause.kind == "layout" and cause.field is not None and finding.kind == "coverage":
        # a changed key explains what is read from it, not the other fields
        return finding.field in (cause.field, *cause.numbers.get("fields", ()))
    return True


def _without_repetition(findings: Sequence[Finding]) -> list[Finding]:
    """Errors before warnings, each in its order."""
    return sorted(findings, key=lambda finding: finding.severity != "error")
