"""Journals that dead processes left: every start stores them and ends their crawls."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from jobspiders.storage import database, statements
from jobspiders.storage.batch import load_crawl
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.errors import DatabaseError, JournalError, JournalTakenError
from jobspiders.storage.journal import Journal, SegmentReader
from jobspiders.storage.records import CrawlRecord
from jobspiders.storage.writer import Count, Writer

logger = logging.getLogger(__name__)


def leftover_directories(config: StorageConfig, *, but: str | None = None) -> list[Path]:
    """The journals below the home, oldest first, but that of the crawl ``but``; living ones among them."""
    try:
        found = [path for path in config.journals.iterdir() if path.is_dir() and path.name != but]
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


async def drain_leftovers(
    config: StorageConfig, url: str, *, but: str | None = None, count: Count = lambda _: None
) -> int:
    """Store the journals of dead processes; how many records that were. Raises DatabaseError."""
    stored = 0
    for directory in leftover_directories(config, but=but):
        try:
            journal = Journal(directory)
        except JournalTakenError:
            continue
        except JournalError as error:
            logger.warning("%s", error)
            continue
        stored += await _drain(config, url, journal, count)
    return stored


async def _drain(config: StorageConfig, url: str, journal: Journal, count: Count) -> int:
    meta = journal_meta(journal)
    if meta is None:
        journal.discard()
        return 0
    if meta.get("database") != database.identity(url):
        logger.warning(
            "The journal %s belongs to another database, %s: it waits for a crawl with that DATABASE_URL",
            journal.directory,
            meta.get("database"),
        )
        journal.release()
        return 0
    crawl: CrawlRecord = load_crawl(meta["crawl"])
    writer = Writer(replace(config, search_time=0.0), url, journal, crawl, count)
    try:
        await writer.begin(resume=False)
        before = writer.position
        writer.finish()
        await asyncio.wait_for(writer.run(), config.drain_timeout)
        await _end_dead_crawl(url, crawl)
    except TimeoutError:
        logger.warning("%s is not wholly stored yet; the next crawl goes on with it", journal.directory)
        journal.release()
        return max(0, writer.position - before)
    except psycopg.Error as error:
        journal.release()
        raise DatabaseError(f"{database.describe(url)} refused: {database.one_line(error, url)}") from error
    except BaseException:
        journal.release()
        raise
    stored = max(0, journal.last - before)
    logger.info("Stored %d records that an earlier crawl of %s had left", stored, crawl.board)
    count("storage/leftovers")
    journal.discard()
    return stored


def journal_meta(journal: Journal) -> dict[str, Any] | None:
    """What the newest header of ``journal`` says; None where it has no segment."""
    paths = journal.paths()
    if not paths:
        return None
    reader = SegmentReader(paths[-1])
    try:
        return reader.header.meta if reader.header else None
    finally:
        reader.close()


async def _end_dead_crawl(url: str, crawl: CrawlRecord) -> None:
    connection = await database.connect_async(url)
    try:
        await connection.execute(statements.END_DEAD_CRAWL, [crawl.id])
    finally:
        await connection.close()
