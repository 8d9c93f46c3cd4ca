"""Crawls and their scopes, and what monitoring keeps of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from jobspiders.storage.tables.columns import count_column, metadata, object_column, texts_column, time_column

#: What became of postings, of a crawl as of each of its scopes.
_COUNTS = ("new", "changed", "unchanged", "closed", "reopened", "rejected", "duplicates")

crawls = Table(
    "crawls",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("board", Text, nullable=False),
    object_column("arguments"),
    time_column("started_at", nullable=False),
    time_column("updated_at"),
    time_column("finished_at"),
    Column("outcome", Text),
    Column("finish_reason", Text),
    *(count_column(name) for name in _COUNTS),
    count_column("withheld"),
    count_column("requests"),
    count_column("responses"),
    object_column("coverage"),
    object_column("stats"),
    Column("node", Text),
    Column("job_id", Text),
    Column("version", Text),
    Column("journal_position", BigInteger, nullable=False, server_default=text("0")),
    Index(None, "board", "started_at"),
    Index(None, "started_at"),
    Index(None, "job_id", postgresql_where=text("job_id IS NOT NULL")),
    Index(
        "ix_crawls_good", "board", "started_at", postgresql_where=text("outcome = 'ok' OR outcome = 'empty'")
    ),
)

crawl_scopes = Table(
    "crawl_scopes",
    metadata,
    Column("crawl_id", UUID(as_uuid=True), ForeignKey("crawls.id", ondelete="CASCADE"), nullable=False),
    Column("scope", Text, nullable=False),
    Column("board", Text, nullable=False),
    Column("complete", Boolean, nullable=False, server_default=text("false")),
    Column("outcome", Text),
    Column("evidence", Text),
    count_column("postings"),
    *(count_column(name) for name in _COUNTS),
    Column("withheld", Boolean, nullable=False, server_default=text("false")),
    Column("not_modified", Boolean, nullable=False, server_default=text("false")),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validator_url", Text),
    Column("read_to", Text),
    time_column("finished_at"),
    PrimaryKeyConstraint("crawl_id", "scope"),
    Index(None, "board", "scope", "finished_at"),
)

#: What the monitors found in a crawl; ``place`` 0 is the main cause.
crawl_findings = Table(
    "crawl_findings",
    metadata,
    Column("crawl_id", UUID(as_uuid=True), ForeignKey("crawls.id", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("board", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("message", Text, nullable=False),
    object_column("numbers"),
    Column("evidence", Text),
    Column("field", Text),
    Column("old", Text),
    Column("new", Text),
    Column("next_step", Text),
    texts_column("consequences"),
    time_column("found_at", nullable=False),
    PrimaryKeyConstraint("crawl_id", "place"),
    Index(None, "board", "found_at"),
)

#: How the pages of a board are laid out, by stage (listing, detail) and source, as of the last healthy crawls.
board_layouts = Table(
    "board_layouts",
    metadata,
    Column("board", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("layout", JSONB, nullable=False),
    Column("crawl_id", UUID(as_uuid=True)),
    time_column("seen_at", nullable=False),
    time_column("changed_at"),
    PrimaryKeyConstraint("board", "stage", "source"),
)

#: What metrics count, over all crawls that ever were; ``label`` is the value of the counter's own label.
metric_counters = Table(
    "metric_counters",
    metadata,
    Column("name", Text, nullable=False),
    Column("board", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("value", Double, nullable=False),
    PrimaryKeyConstraint("name", "board", "label"),
    postgresql_with={"fillfactor": 50},
)

#: How good the postings are that a board brought on a day (UTC).
quality_days = Table(
    "quality_days",
    metadata,
    Column("board", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("postings", Integer, nullable=False),
    object_column("figures"),
    time_column("computed_at", nullable=False),
    PrimaryKeyConstraint("board", "day"),
)
