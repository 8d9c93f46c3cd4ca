"""What health and metrics ask the database and the disk. No query reads more of a large table than its edge."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg

from jobspiders.monitoring.health import BoardFacts, DatabaseFacts, Facts, NodeFacts, RunningCrawl
from jobspiders.monitoring.masking import mask
from jobspiders.storage import database, embedded
from jobspiders.storage.config import StorageConfig
from jobspiders.storage.database import Connection
from jobspiders.storage.errors import StorageError

#: Seconds after which a crawl that does not refresh its row (CRAWL_RECORD_INTERVAL) does not count as running.
_ALIVE = 120

_SERVER = """
SELECT clock_timestamp(), pg_database_size(current_database()),
       coalesce((SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass('postings')), 0)
"""
_NODES = """
SELECT name, extract(epoch FROM clock_timestamp() - seen_at)::float8, slots, running FROM scrapyd_nodes ORDER BY name
"""
_QUEUE = """
SELECT (SELECT count(*) FROM scrapyd_jobs WHERE state = 'pending'),
       (SELECT count(*) FROM scrapyd_jobs WHERE state = 'running'),
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(greatest(queued_at, not_before))), 0)::float8
        FROM scrapyd_jobs WHERE state = 'pending' AND coalesce(not_before, queued_at) <= clock_timestamp())
"""
_CIRCUITS = """
SELECT host, state -> 'circuit' ->> 'circuit', opened_until FROM host_states
WHERE state -> 'circuit' ->> 'circuit' IN ('open', 'half_open') ORDER BY host
"""
_RUNNING = """
SELECT board, new + changed + unchanged, extract(epoch FROM now() - started_at)::float8
FROM crawls
WHERE started_at > now() - interval '14 days' AND finished_at IS NULL AND updated_at > now() - make_interval(secs => %s)
"""
# from one board to the next by the index, not over all crawls
_BOARDS = """
WITH RECURSIVE boards AS (
    (SELECT board FROM crawls ORDER BY board LIMIT 1)
    UNION ALL
    SELECT (SELECT c.board FROM crawls AS c WHERE c.board > b.board ORDER BY c.board LIMIT 1)
    FROM boards AS b WHERE b.board IS NOT NULL
)
SELECT b.board,
       (SELECT started_at FROM crawls AS c WHERE c.board = b.board ORDER BY started_at DESC LIMIT 1),
       (SELECT started_at FROM crawls AS c
        WHERE c.board = b.board AND (outcome = 'ok' OR outcome = 'empty') ORDER BY started_at DESC LIMIT 1),
       (SELECT status = 'bad' FROM board_alerts AS a WHERE a.board = b.board),
       EXISTS (SELECT FROM crawl_schedules AS s WHERE s.board = b.board)
FROM boards AS b WHERE b.board IS NOT NULL
"""
_UNDELIVERED = """
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(m.made_at)), 0)::float8
FROM alert_deliveries AS d JOIN alert_messages AS m ON m.id = d.message_id WHERE d.state = 'pending'
"""


def database_facts(connection: Connection) -> DatabaseFacts:
    """What the database says of everything. Raises psycopg.Error."""
    [(now, size, postings)] = connection.execute(_SERVER).fetchall()
    [(pending, running, queue_age)] = connection.execute(_QUEUE).fetchall()
    [(undelivered, undelivered_age)] = connection.execute(_UNDELIVERED).fetchall()
    return DatabaseFacts(
        now=now,
        version=connection.info.server_version,
        bytes=size,
        postings=postings,
        nodes=[NodeFacts(*row) for row in connection.execute(_NODES)],
        pending=pending,
        running=running,
        queue_age=queue_age,
        circuits=[(row[0], row[1], row[2]) for row in connection.execute(_CIRCUITS)],
        crawls=[RunningCrawl(*row) for row in connection.execute(_RUNNING, [_ALIVE])],
        boards=[BoardFacts(*row) for row in connection.execute(_BOARDS)],
        undelivered=undelivered,
        undelivered_age=undelivered_age,
    )


def gather(config: StorageConfig) -> Facts:
    """All facts, over a connection of its own; raises nothing, and starts no server."""
    embedded_up = embedded.is_running(config.home) if config.url is None else None
    found, complaint = None, ""
    if embedded_up is not False:
        try:
            with database.connect(config.url or embedded.EmbeddedServer(config.home).url) as connection:
                connection.execute("SET statement_timeout = '10s'")
                found = database_facts(connection)
        except StorageError as error:
            complaint = str(error)
        except psycopg.errors.UndefinedTable:
            complaint = "its tables are missing or old: `scrapy db upgrade`"
        except psycopg.Error as error:
            complaint = mask(database.one_line(error, config.url or ""))
    elif embedded.has_crashed(config.home):
        complaint = "the embedded server has died"
    return with_journals(config, found, complaint, embedded_up)


def with_journals(
    config: StorageConfig, found: DatabaseFacts | None, complaint: str, embedded_up: bool | None
) -> Facts:
    """Facts of the database with those of the disk."""
    directories = [path for path in _listed(config.journals) if path.is_dir()]
    size, touched = 0, []
    for directory in directories:
        newest = 0.0
        for path in _listed(directory):
            try:
                stat = path.stat()
            except OSError:
                continue
            size += stat.st_size
            newest = max(newest, stat.st_mtime)
        touched.append(newest or time.time())
    age = max(0.0, time.time() - min(touched)) if touched else 0.0
    return Facts(found, complaint, embedded_up, len(directories), size, age)


def _listed(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []
