"""Small crawls for the tests of storage: postings, records, and one crawl from open to close."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from jobspiders.items import ClosedPosting, JobPosting, Location, RejectedPosting, SeenPosting, SeenPostings
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.ingest import Ingest
from jobspiders.storage.records import Counts, CrawlRecord, ScopeRecord

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
BOARD = "exampleboard"
Item = JobPosting | RejectedPosting | ClosedPosting | SeenPosting | SeenPostings | ScopeRecord


def day(number: int) -> datetime:
    """The start of the crawl of that day."""
    return START + timedelta(days=number)


def posting(number: int, when: datetime = START, **values: Any) -> JobPosting:
    """A posting of an invented company, seen a minute into the crawl that began at ``when``."""
    defaults: dict[str, Any] = {
        "board": BOARD,
        "external_id": str(number),
        "url": f"https://jobs.example/{number}",
        "title": f"Gardener {number}",
        "company": "Lindgren & Söhne",
        "location_text": "Uppsala",
        "locations": [Location("Uppsala", "Uppsala", None, "SE")],
        "description": f"You look after greenhouse number {number}.",
        "description_html": f"<p>You look after greenhouse number {number}.</p>",
        "skills": ["pruning"],
        "derived": ["locations", "skills"],
        "date_posted": START,
        "scope": "lindgren",
        "source": "api",
        "raw": {"id": number},
    }
    return JobPosting(**(defaults | {"fetched_at": when + timedelta(minutes=1)} | values))


def scope_end(postings: int, when: datetime = START, **values: Any) -> ScopeRecord:
    """A healthy end of the scope of ``posting``."""
    defaults: dict[str, Any] = {
        "scope": "lindgren",
        "outcome": "ok" if postings else "empty",
        "complete": True,
        "postings": postings,
        "finished_at": when + timedelta(minutes=10),
    }
    return ScopeRecord(**(defaults | values))


def crawl_record(when: datetime = START, **values: Any) -> CrawlRecord:
    """A crawl that begins at ``when``."""
    defaults: dict[str, Any] = {"id": str(uuid.uuid4()), "board": BOARD, "started_at": when, "version": "1.0"}
    return CrawlRecord(**(defaults | values))


def config(url: str, home: Path, **values: Any) -> StorageConfig:
    """Storage in ``url`` with its journals below ``home``, in small batches without waiting."""
    defaults: dict[str, Any] = {"batch_size": 50, "batch_interval": 0.02, "drain_timeout": 30.0}
    return StorageConfig(home=home, url=url, **(defaults | values))


def crawl(storage: StorageConfig, items: Iterable[Item], record: CrawlRecord | None = None) -> Counts:
    """Run one crawl that finds ``items``, and return its counts."""
    return asyncio.run(crawl_async(storage, items, record or crawl_record()))


async def crawl_async(storage: StorageConfig, items: Iterable[Item], record: CrawlRecord) -> Counts:
    """As ``crawl``."""
    ingest = await Ingest.open(storage, record)
    for item in items:
        if isinstance(item, ScopeRecord):
            ingest.end_scope(item)
        else:
            ingest.append(item)
    record.outcome, record.finish_reason = "ok", "finished"
    record.finished_at = record.started_at + timedelta(minutes=15)
    return await ingest.close(record)


def rows(url: str, query: str, *parameters: Any) -> list[dict[str, Any]]:
    """The rows that ``query`` finds."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SET timezone = 'UTC'")
        return connection.execute(query, parameters).fetchall()


def value(url: str, query: str, *parameters: Any) -> Any:
    """The one value that ``query`` finds."""
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query, parameters)
        found = cursor.fetchone() if cursor.description else None
        return None if found is None else found[0]
