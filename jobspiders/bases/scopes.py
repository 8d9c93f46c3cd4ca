"""What a crawl covers, and how each part of it ended. Pure bookkeeping, no Scrapy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from jobspiders.bases.known_rows import KnownRow
from jobspiders.hash_set import HashSet
from jobspiders.items import JobPosting

Outcome = Literal["ok", "empty", "blocked", "throttled", "layout_changed", "not_found", "failed"]

#: From the outcome that says most of why a scope is not whole to the one that says least.
FAULTS: tuple[Outcome, ...] = ("blocked", "throttled", "not_found", "layout_changed", "failed")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong with a scope, with what was seen."""

    outcome: Outcome
    evidence: str


@dataclass(slots=True)
class Scope:
    """One tenant, feed or search of a crawl.

    ``complete`` says that a healthy crawl of it sees every open posting; a search never is, nor is anything
    that was filtered or cut short.
    """

    key: str
    complete: bool = False
    pages: int = 0
    rows: int = 0
    postings: int = 0
    pending: int = 0
    total: int | None = None
    not_modified: bool = False
    etag: str | None = None
    last_modified: str | None = None
    validator_url: str | None = None
    #: How far the list was read: to its ``end``, or to the ``watermark`` of earlier crawls; None: stopped before.
    read_to: Literal["end", "watermark"] | None = None
    details_read: int = 0
    details_failed: int = 0
    #: Postings whose own page answered 404 while no other page of the scope could be read.
    missing: list[JobPosting] = field(default_factory=list)
    #: Rows of the last page and of the longest, and how many pages had new rows.
    last_page: int = 0
    longest_page: int = 0
    filled_pages: int = 0
    faults: list[Fault] = field(default_factory=list)
    #: Requests for its list that are on their way, and hashes of the rows that the list had so far.
    lists: int = 0
    seen: HashSet = field(default_factory=HashSet)
    #: Rows that need not be read again, by their hashes.
    known: Mapping[str, KnownRow] = field(default_factory=dict)

    def list_read(self) -> None:
        """A request for its list has been dealt with; after the last one no row can come again."""
        self.lists -= 1
        if self.lists <= 0:
            self.seen, self.known = HashSet(), {}

    def fault(self, outcome: Outcome, evidence: str) -> None:
        """Note what went wrong; the first ten are kept."""
        if len(self.faults) < 10:
            self.faults.append(Fault(outcome, evidence))

    def outcome(self, *, finished: bool) -> tuple[Outcome, str | None]:
        """How the scope ended, with the evidence; ``finished`` is False for a crawl that was stopped.

        A fault outweighs the postings that were read all the same; of several the one that says most counts.
        """
        if self.faults:
            worst = min(self.faults, key=lambda fault: FAULTS.index(fault.outcome))
            return worst.outcome, worst.evidence
        if self.details_failed > max(2, self.details_read):
            return (
                "failed",
                f"{self.details_failed} of {self.details_failed + self.details_read} details failed",
            )
        if not self.pages and not self.not_modified and not self.details_read:
            return "failed", "no page of it was read" if finished else "the crawl ended before it was read"
        # below zero: answers to requests of an earlier run of this crawl. A stopped crawl may have dealt with all
        # that some of its scopes asked for.
        if self.pending > 0 or (self.pending < 0 and not finished):
            return "failed", "the crawl ended before it was whole"
        if self.rows or self.not_modified or self.details_read:
            return "ok", None
        return "empty", None


class ScopeLedger:
    """The scopes of one crawl, by key."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {}

    def open(self, key: str, *, complete: bool) -> Scope:
        """Begin a scope; a second opening of the same key gives the first one."""
        return self._scopes.setdefault(key, Scope(key, complete=complete))

    def renew(self, key: str) -> Scope:
        """Begin a scope anew, with nothing seen of it yet."""
        self._scopes[key] = Scope(key)
        return self._scopes[key]

    def get(self, key: str) -> Scope:
        """The scope of a request; one that an earlier run of this crawl began is known only in part."""
        return self._scopes.get(key) or self.open(key, complete=False)

    def forget_unread(self, key: str) -> None:
        """An earlier run of this crawl has read the scope, as far as its requests are not among those resumed."""
        scope = self._scopes.get(key)
        if scope is not None and not (scope.pages or scope.details_read or scope.faults or scope.pending > 0):
            del self._scopes[key]

    def __iter__(self) -> Iterator[Scope]:
        return iter(self._scopes.values())

    def __len__(self) -> int:
        return len(self._scopes)


def crawl_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a whole crawl: the worst fault of its scopes, else ok, or empty when all are empty."""
    found = set(outcomes)
    for fault in FAULTS:
        if fault in found:
            return fault
    if "ok" in found:
        return "ok"
    return "empty" if found else "failed"
