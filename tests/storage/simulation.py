"""Tenants whose postings come and go, read day by day by real crawls of a board that fails in every way.

The lists are read by a real spider and stored by real storage; only the network is made up. What each tenant really
shows is known, so that each closing can be judged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from jobspiders.bases.board import BoardSpider
from jobspiders.bases.board_arguments import BoardArguments
from jobspiders.bases.listing import Listing, Position
from jobspiders.bases.scopes import Scope
from jobspiders.items import ClosedPosting, JobPosting, SeenPosting
from jobspiders.parsing.page import Page
from jobspiders.parsing.record import Record
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.rechecks import RecheckQueue
from jobspiders.storage.records import CrawlRecord, ScopeRecord

BOARD = "simulated"
PAGE = 10
#: Faults of one tenant, and how often one begins on a day: in twelve weeks once or twice.
FAULTS = {
    "blocked": 0.003,
    "error": 0.003,
    "not_found": 0.003,
    "throttled": 0.002,
    "garbled": 0.002,
    "empty": 0.004,
    "collapsed": 0.004,
    "truncated": 0.006,
}
#: Days that a fault lasts at most, though another may follow at once; one of a week is believed, as the settings say.
LONGEST = {"empty": 2, "collapsed": 2}


class SimulatedSpider(BoardSpider):
    """Reads the lists of simulated tenants."""

    name = BOARD
    kind = "ATS platform"
    homepage = "https://simulated.example"
    paged = True

    def listing_request(self, scope: Scope, position: Position) -> Request:
        return self.get(f"{self.homepage}/{scope.key}", offset=position.offset)

    def listing_from_api(self, page: Page) -> Listing | None:
        rows = page.record.get("rows")
        if not isinstance(rows, list):
            return None
        return Listing(rows, self.posting, page.record.integer("total"))

    def posting(self, row: Any) -> JobPosting:
        record = Record(row)
        key = record.text("id") or ""
        return JobPosting(
            external_id=key,
            url=f"{self.homepage}/job/{key}",
            title=record.text("title") or "",
            description=f"All about {key}.",
        )


@dataclass
class Tenant:
    """``open`` is what it really shows today, ``ended`` on which day each posting went."""

    name: str
    states_total: bool
    fate: str
    turn: int
    open: set[str] = field(default_factory=set)
    ended: dict[str, int] = field(default_factory=dict)
    made: int = 0
    fault: str | None = None
    fault_days: int = 0
    keep: float = 0.5

    def live(self, today: int, rng: random.Random) -> None:
        """One day passes: postings come and go, and on its ``turn`` the tenant meets its ``fate``."""
        gone = {key for key in sorted(self.open) if rng.random() < 0.025}
        if self.fate in ("emptied", "vanished") and today >= self.turn:
            gone = set(self.open)
        elif self.fate == "shrunk" and today == self.turn:
            gone = set(rng.sample(sorted(self.open), int(0.6 * len(self.open))))
        self.open -= gone
        self.ended |= dict.fromkeys(gone, today)
        if self.fate not in ("emptied", "vanished") or today < self.turn:
            for _ in range(rng.choice((0, 0, 1, 1) if today else range(4, 45))):
                self.made += 1
                self.open.add(f"{self.name}-{self.made}")
        self._fail(rng)

    def _fail(self, rng: random.Random) -> None:
        self.fault_days -= 1
        if self.fault_days > 0:
            return
        self.fault = None
        drawn = rng.random()
        for fault, chance in FAULTS.items():
            drawn -= chance
            if drawn < 0:
                self.fault, self.keep = fault, rng.uniform(0.05, 0.45)
                self.fault_days = min(rng.choice((1, 1, 1, 2, 5)), LONGEST.get(fault, 5))
                return

    def answer(self, request: Request, today: int) -> Response:
        """What the tenant's board says, in the state in which it is."""
        offset = int(parse_qs(urlsplit(request.url).query)["offset"][0])
        if self.fate == "vanished" and today >= self.turn:
            return _response(request, {}, 404)
        shown = sorted(self.open)
        status = 200
        if self.fault == "blocked" and (offset or len(shown) <= PAGE):
            status = 403
        elif self.fault == "throttled" and offset:
            status = 429
        elif self.fault in ("error", "not_found"):
            status = 500 if self.fault == "error" else 404
        elif self.fault == "garbled":
            return _response(request, {"message": "maintenance"}, 200)
        elif self.fault == "empty":
            shown = []
        elif self.fault == "collapsed":
            shown = shown[: int(self.keep * len(shown))]
        total = len(shown)
        if self.fault == "truncated":
            shown = shown[: max(PAGE, len(shown) // 2 // PAGE * PAGE)]
        rows = [{"id": key, "title": f"Gardener {key}"} for key in shown[offset : offset + PAGE]]
        return _response(request, {"rows": rows} | ({"total": total} if self.states_total else {}), status)


def _response(request: Request, body: Any, status: int) -> Response:
    headers = {"Content-Type": "application/json"}
    return TextResponse(request.url, status, headers, json.dumps(body).encode(), request=request)


def tenants(number: int, days: int, rng: random.Random) -> list[Tenant]:
    """Every twentieth tenant is emptied, shrinks or vanishes for good on some day."""
    fates = {0: "emptied", 1: "shrunk", 2: "vanished"}
    return [
        Tenant(f"t{place}", place % 2 == 0, fates.get(place % 20, "steady"), rng.randrange(5, days - 20))
        for place in range(number)
    ]


def pages(spider: BoardSpider, tenant: Tenant, today: int) -> Iterator[Iterator[Any]]:
    """The outputs of the spider for each page of the tenant's list."""
    scope = spider.ledger.open(tenant.name, complete=True)
    queue = [spider._listing(scope, spider.listing_request(scope, Position()), Position())]
    while queue:
        request = queue.pop()
        assert request.callback is not None
        outputs = list(request.callback(tenant.answer(request, today), **request.cb_kwargs))
        queue += [output for output in outputs if isinstance(output, Request)]
        yield iter([output for output in outputs if not isinstance(output, Request)])


async def recheck(
    storage: StorageConfig, url: str, all_tenants: Iterable[Tenant], when: datetime, rng: random.Random
) -> None:
    """The pages of at most a hundred due postings; one in ten cannot be had."""
    shown = {key for tenant in all_tenants for key in tenant.open}
    queue = RecheckQueue(url, BOARD, timedelta(days=3), when)
    record = CrawlRecord(str(uuid.uuid4()), BOARD, when)
    ingest = await Ingest.open(storage, record)
    for due in queue.claim(100):
        key = due.posting.external_id
        if rng.random() < 0.1:
            continue
        if key in shown:
            ingest.append(SeenPosting(BOARD, key, fetched_at=when))
        else:
            ingest.append(ClosedPosting(BOARD, key, "HTTP 404", "recheck", fetched_at=when))
    record.outcome, record.finish_reason, record.finished_at = "ok", "finished", when
    await ingest.close(record)


async def crawl(
    storage: StorageConfig, read: Iterable[Tenant], when: datetime, today: int, rng: random.Random
) -> None:
    """One crawl of some tenants; in one of thirty the process is killed, in another it is told to stop."""
    spider = SimulatedSpider(arguments=BoardArguments())
    spider.logger.logger.disabled = True
    spider.frozen_now = when
    record = CrawlRecord(str(uuid.uuid4()), BOARD, when)
    ingest = await Ingest.open(storage, record)
    chosen = list(read)
    end = rng.choices(("finished", "killed", "shutdown"), (0.93, 0.035, 0.035))[0]
    last = rng.randrange(len(chosen)) if end != "finished" else len(chosen)
    for place, tenant in enumerate(chosen):
        for outputs in pages(spider, tenant, today):
            for output in outputs:
                ingest.append(output)
            if place == last:
                break
        if place == last:
            break
    if end == "killed":
        # what kill -9 leaves: the journal as it is, and no end
        assert ingest._task is not None
        ingest._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ingest._task
        ingest._journal.release()
        return
    for scope in spider.ledger:
        outcome, evidence = scope.outcome(finished=end == "finished")
        ingest.end_scope(
            ScopeRecord(
                scope.key,
                outcome,
                scope.complete,
                scope.postings,
                evidence=evidence,
                finished_at=when + timedelta(minutes=30),
            )
        )
    record.outcome, record.finish_reason = "ok", end
    record.finished_at = when + timedelta(minutes=30)
    await ingest.close(record)
