"""The Scrapyd nodes, their common queue and eggs, and the schedules that fill the queue."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import UUID

from jobspiders.storage.tables.columns import count_column, metadata, object_column, texts_column, time_column

#: The Scrapyd nodes that are or were alive; ``instance`` is new with each start of one.
scrapyd_nodes = Table(
    "scrapyd_nodes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("instance", UUID(as_uuid=True), nullable=False),
    Column("address", Text),
    Column("slots", Integer, nullable=False),
    count_column("running"),
    Column("version", Text),
    time_column("started_at", nullable=False),
    time_column("seen_at", nullable=False),
)

#: The queue that all nodes take from, and what became of each job. ``state``: pending, running, ended.
scrapyd_jobs = Table(
    "scrapyd_jobs",
    metadata,
    Column("project", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("spider", Text, nullable=False),
    Column("version", Text),
    object_column("arguments"),
    object_column("settings"),
    Column("priority", Double, nullable=False, server_default=text("0")),
    Column("wanted_node", Text),
    Column("schedule", Text),
    Column("state", Text, nullable=False),
    time_column("queued_at", nullable=False),
    time_column("not_before"),
    Column("node", Text),
    Column("instance", UUID(as_uuid=True)),
    count_column("attempts"),
    Column("cancel_signal", Text),
    time_column("started_at"),
    time_column("ended_at"),
    Column("result", Text),
    PrimaryKeyConstraint("project", "job_id"),
    Index(
        "ix_scrapyd_jobs_pending",
        *("project", text("priority DESC"), "queued_at", "job_id"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_scrapyd_jobs_running", "node", postgresql_where=text("state = 'running'")),
    Index(None, "ended_at", postgresql_where=text("state = 'ended'")),
)

scrapyd_eggs = Table(
    "scrapyd_eggs",
    metadata,
    Column("project", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("egg", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    time_column("deployed_at", nullable=False),
    PrimaryKeyConstraint("project", "version"),
)

#: What `scrapy schedule sync` read from searches.toml, and when each search is due. ``jitter`` is in seconds.
crawl_schedules = Table(
    "crawl_schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("board", Text, nullable=False),
    object_column("arguments"),
    object_column("settings"),
    Column("cron", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("jitter", Double, nullable=False, server_default=text("0")),
    Column("priority", Double, nullable=False, server_default=text("0")),
    Column("node", Text),
    texts_column("sites"),
    time_column("next_at", nullable=False),
    Column("last_job_id", Text),
    time_column("last_at"),
    Column("last_decision", Text),
    Index(None, "next_at"),
)
