"""What a monitor says: one trouble of one crawl, with its numbers and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

#: Kinds of trouble, from cause to consequence: of several findings the first says most of why.
Kind = Literal[
    "journal",
    "unfinished",
    "proxies",
    "blocked",
    "throttled",
    "unreachable",
    "not_found",
    "breaker",
    "layout",
    "parse_errors",
    "rejected",
    "no_postings",
    "fewer_postings",
    "coverage",
    "duplicates",
    "latency",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: ``error`` makes a board bad and is alerted; ``warning`` is kept and shown only.
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble that a crawl had.

    ``message`` is one line for an operator, ``numbers`` what it was judged by, ``evidence`` what was seen (an
    outcome's evidence, a page's address). ``field`` names a field of JobPosting where it is about one, ``old`` and
    ``new`` what it was read from and what may have taken its place. ``consequences`` are further troubles that
    this one explains, in words. ``next_step`` is a command, or what else to do.
    """

    kind: Kind
    board: str
    severity: Severity
    message: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    evidence: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    next_step: str | None = None
    consequences: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same trouble in the next crawl: the kind, and the field where it is about one."""
        return f"{self.kind}:{self.field}" if self.field else self.kind


def worst(findings: tuple[Finding, ...] | list[Finding]) -> Severity | None:
    """The severity of a crawl: a board is bad while its last crawl has an error."""
    if any(finding.severity == "error" for finding in findings):
        return "error"
    return "warning" if findings else None
