"""CPU that matching costs a posting at ingest, by the number of postings stored: of ours and of PostgreSQL.

    python -m benchmarks.matching [--apart] [SIZE ...]

Postings of invented companies go in through the writer's own path. Text and titles are as unevenly spread as
the real ones: companies that repeat their introduction in every posting, staffing firms with one text for
hundreds of places, "Software Engineer" in "Remote", and copies on other boards. A larger market has more copies to
meet; with --apart the table is filled with postings of another market, so that those measured meet no more than in a
small one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import tempfile
import time
import uuid
from bisect import bisect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.nonsense import sentence
from jobspiders.items import JobPosting, Location
from jobspiders.settings import GARBAGE_COLLECTION_THRESHOLD
from jobspiders.storage import database, embedded, jobs, schema, statements
from jobspiders.storage.batch import fold
from jobspiders.storage.records import CrawlRecord
from jobspiders.storage.scopes import CrawlKey
from jobspiders.storage.segments import Kind, Record
from jobspiders.storage.tuples import encode
from jobspiders.storage.upsert import Upsert, crawl_parameters

SIZES = (10_000, 100_000, 300_000)
#: Postings on which the cost is measured each time.
WINDOW = 5_000
BATCH = 500
START = datetime(2026, 1, 5, tzinfo=UTC)

_BOARDS = ("linkedin", "indeed", "glassdoor", "ziprecruiter", "adzuna", "jooble")
_ROLES = (
    *("Software Engineer", "Account Executive", "Registered Nurse", "Data Engineer", "Product Manager"),
    *("Customer Success Manager", "Sales Representative", "Data Analyst", "Project Manager", "Recruiter"),
    *("Backend Engineer", "Frontend Engineer", "Machine Learning Engineer", "Accountant", "Copywriter"),
    *("Site Reliability Engineer", "Solutions Architect", "Marketing Manager", "Electrician", "Paralegal"),
    *("Process Engineer", "Quality Inspector", "Maintenance Technician", "Payroll Clerk", "Buyer"),
)
_RANKS = ("", "", "", "", "Senior ", "Senior ", "Staff ", "Junior ", "Lead ")
_FIELDS = (
    *("Payments", "Platform", "Growth", "Infrastructure", "Enterprise", "Mobile", "Security", "Search"),
    *("Metering", "Logistics", "Tooling", "Fraud", "Billing", "Night Shift", "EMEA", "Public Sector"),
)
_CASUAL = ("Warehouse Associate", "Delivery Driver", "Care Assistant", "Picker Packer", "Cleaner")
_SYLLABLES = (
    *("qui", "os", "peb", "tar", "velo", "grau", "cal"),
    *("mor", "lin", "bru", "hex", "dor", "fen", "ulm"),
)
_ENDS = ("mark", "haven", "field", "mira", "bjorn", "dero", "stone", "lux", "rin", "dale", "vik", "ton")


@dataclass(frozen=True)
class Cost:
    """Microseconds of CPU a posting, matching alone, while about ``stored`` postings are stored."""

    stored: int
    client: float
    server: float
    #: Wall clock of storing a posting as a whole, matching included.
    wall: float


class Market:
    """An endless stream of postings, the same for the same seed."""

    def __init__(self, seed: int, postings: int) -> None:
        self._rng = rng = random.Random(seed)
        self._first = 10_000_000 * seed
        self._words = [self._word() for _ in range(4000)]
        self._sentences = [self._sentence() for _ in range(6000)]
        self._cities = [self._word().capitalize() for _ in range(400)]
        self._city_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self._cities))))
        count = max(50, postings // 60)
        self._companies = [f"{self._word().capitalize()} {self._word().capitalize()}" for _ in range(count)]
        self._company_weights = list(accumulate(1 / (rank + 20) ** 0.8 for rank in range(count)))
        self._frames = [
            (rng.sample(self._sentences, 8), rng.sample(self._sentences, 10)) for _ in range(count)
        ]
        self._agencies = [f"{self._word().capitalize()} Staffing" for _ in range(20)]
        self._agency_texts = [" ".join(rng.sample(self._sentences, 25)) for _ in self._agencies]
        self._recent: list[JobPosting] = []
        self._made = 0

    def _word(self) -> str:
        rng = self._rng
        return "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 2))) + rng.choice(_ENDS)

    def _sentence(self) -> str:
        return sentence(self._rng, self._words, 7, 16)

    def _place(self) -> str:
        if self._rng.random() < 0.15:
            return "Remote"
        return self._cities[self._weighted(self._city_weights)]

    def _weighted(self, weights: list[float]) -> int:
        return min(len(weights) - 1, bisect(weights, self._rng.random() * weights[-1]))

    def postings(self) -> Iterator[JobPosting]:
        """Postings in the order in which crawls would find them."""
        rng = self._rng
        while True:
            draw = rng.random()
            if draw < 0.35 and self._recent:
                yield self._copy(self._recent[rng.randrange(len(self._recent))])
                continue
            posting = self._casual() if draw > 0.92 else self._own()
            if len(self._recent) < 20_000:
                self._recent.append(posting)
            else:
                self._recent[rng.randrange(len(self._recent))] = posting
            yield posting

    def _posting(
        self, board: str, company: str, title: str, place: str, text: str, **said: Any
    ) -> JobPosting:
        self._made += 1
        name = str(self._first + self._made)
        values: dict[str, Any] = {
            "url": f"https://{board}.example/{name}",
            "date_posted": START + timedelta(days=self._rng.randrange(60)),
        }
        return JobPosting(
            board=board,
            external_id=name,
            company=company,
            title=title,
            location_text=place,
            locations=[Location(place)] if place == "Remote" else [Location(place, place, None, "US")],
            workplace="remote" if place == "Remote" else None,
            description=text,
            language="en",
            fetched_at=START,
            **(values | said),
        )

    def _own(self) -> JobPosting:
        rng = self._rng
        number = self._weighted(self._company_weights)
        company, (opening, closing) = self._companies[number], self._frames[number]
        title = f"{rng.choice(_RANKS)}{_ROLES[min(len(_ROLES) - 1, int(rng.expovariate(0.15)))]}"
        if rng.random() < 0.6:
            title = f"{title}, {rng.choice(_FIELDS)}"
        body = rng.choices(self._sentences, k=rng.randint(12, 28))
        text = "\n".join([*opening, f"As {title} you join {company}.", *body, *closing])
        tenant = company.replace(" ", "").lower()
        return self._posting("greenhouse", company, title, self._place(), text, scope=tenant)

    def _casual(self) -> JobPosting:
        """A staffing firm's: few titles, one text, any place."""
        rng = self._rng
        agency = rng.randrange(len(self._agencies))
        title, place = rng.choice(_CASUAL), self._place()
        text = f"{title} wanted in {place}. {self._agency_texts[agency]}"
        return self._posting(rng.choice(_BOARDS), self._agencies[agency], title, place, text)

    def _copy(self, base: JobPosting) -> JobPosting:
        rng = self._rng
        text, kind = base.description or "", rng.randrange(4)
        if kind == 0:
            text = f"Job description\n{text}\nShow more"
        elif kind == 1:
            text = text[: rng.randint(200, 500)] + "…"
        elif kind == 2:
            text = text[: int(len(text) * rng.uniform(0.3, 0.8))]
        else:
            text = " ".join(text.split())
        company = (
            rng.choice(("Confidential", self._agencies[0])) if rng.random() < 0.1 else base.company or ""
        )
        copy = self._posting(rng.choice(_BOARDS), company, base.title, base.location_text or "", text)
        return replace(copy, date_posted=base.date_posted)


class _Meter:
    """CPU spent in matching, by this process and by the server process that serves it."""

    def __init__(self, server: int) -> None:
        self._stat = Path(f"/proc/{server}/stat")
        self.client = self.server = 0.0

    def _server_seconds(self) -> float:
        if not self._stat.exists():
            return float("nan")
        fields = self._stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measuring(self) -> Any:
        """A context in which what ``JobMatching`` costs is added up."""
        meter = self

        def metered(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
            async def run(*arguments: Any) -> Any:
                client, server = time.process_time(), meter._server_seconds()
                result = await method(*arguments)
                meter.client += time.process_time() - client
                meter.server += meter._server_seconds() - server
                return result

            return run

        matching = jobs.JobMatching

        def signed(*arguments: Any) -> None:
            client = time.process_time()
            sign(*arguments)
            meter.client += time.process_time() - client

        sign = matching.sign
        return patch.multiple(
            matching, sign=signed, find=metered(matching.find), write=metered(matching.write)
        )


async def _measure(url: str, sizes: tuple[int, ...], window: int, seed: int, apart: bool) -> list[Cost]:
    market = filling = Market(seed, max(sizes)).postings()
    if apart:
        market, filling = Market(seed, min(sizes)).postings(), Market(seed + 1, max(sizes)).postings()
    connection = await database.connect_async(url)
    crawl = CrawlRecord(str(uuid.uuid4()), "import", START)
    await connection.execute(statements.BEGIN_CRAWL, crawl_parameters(crawl))
    upsert, key = Upsert(connection), CrawlKey(crawl.id, crawl.board, START)
    stored, costs = 0, []
    before = gc.get_threshold()
    gc.set_threshold(GARBAGE_COLLECTION_THRESHOLD, *before[1:])

    async def store(count: int, market: Iterator[JobPosting]) -> float:
        nonlocal stored
        spent = 0.0
        for begin in range(0, count, BATCH):
            found = [next(market) for _ in range(min(BATCH, count - begin))]
            records = [
                Record(stored + number, Kind.POSTING, encode(posting, START), 0)
                for number, posting in enumerate(found, start=1)
            ]
            begun = time.perf_counter()
            await upsert.apply(fold(records), key)
            spent += time.perf_counter() - begun
            stored += len(found)
        return spent

    try:
        for size in sorted(sizes):
            await store(max(0, size - window - stored), filling if stored else market)
            # as autovacuum would have it by then
            await connection.execute("ANALYZE")
            # the invented market is no part of a crawl: its objects are not gone through again and again
            gc.collect()
            gc.freeze()
            meter = _Meter(connection.info.backend_pid)
            with meter.measuring():
                spent = await store(window, market)
            million = 1e6 / window
            costs.append(Cost(stored, meter.client * million, meter.server * million, spent * million))
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
        await connection.close()
    return costs


def measure(
    url: str, sizes: tuple[int, ...] = SIZES, *, window: int = WINDOW, seed: int = 1, apart: bool = False
) -> list[Cost]:
    """What matching costs at each of ``sizes``, in the empty database ``url`` that is filled for it."""
    schema.ensure_current(url)
    return asyncio.run(_measure(url, sizes, window, seed, apart))


def main(arguments: list[str]) -> None:
    """Measure on an embedded server of its own and print a line of JSON for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*", help="postings stored")
    parser.add_argument("--apart", action="store_true", help="fill the table from another market")
    given = parser.parse_args(arguments)
    sizes = tuple(given.sizes) or SIZES
    with tempfile.TemporaryDirectory(prefix="jobspiders-bench-") as directory:
        home = Path(directory) / "home"
        try:
            for cost in measure(embedded.start(home), sizes, apart=given.apart):
                print(json.dumps({name: round(value) for name, value in vars(cost).items()}), flush=True)
        finally:
            embedded.stop(home)


if __name__ == "__main__":
    main(sys.argv[1:])
