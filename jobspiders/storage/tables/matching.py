"""What matching knows of postings, and what it decided."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from jobspiders.storage.tables.columns import metadata, texts_column, time_column

#: What matching knows of a posting, and the keys under which it stands in posting_bands. ``job_id``, ``board``,
#: ``external_id`` and the day on which it was first seen are those of its row in postings, which is wide: whoever
#: compares postings reads none of these.
posting_signatures = Table(
    "posting_signatures",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("job_id", UUID(as_uuid=True), nullable=False, index=True),
    Column("first_day", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("board", "external_id")),
    *(Column(name, Text, nullable=False) for name in ("ats", "company", "title", "ranks", "places")),
    Column("remote", Boolean, nullable=False),
    Column("requisition", Text, nullable=False),
    Column("apply_hash", BigInteger),
    Column("salary_min", Double),
    Column("salary_max", Double),
    Column("currency", Text),
    Column("posted", Integer),
    Column("language", Text),
    Column("letters", Integer, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("keys", ARRAY(BigInteger), nullable=False),
)

#: Postings by what they may have in common: ``entry`` is the posting's id and a mark of what sets it apart
#: (``matching.keys``). Without a foreign key, which would cost as much as the row.
posting_bands = Table(
    "posting_bands",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("entry", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", "entry"),
)

#: Why two postings are one job (``duplicate``), or why the later one follows the earlier (``repost``).
job_links = Table(
    "job_links",
    metadata,
    Column("first", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    Column("second", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    Column("relation", Text, nullable=False),
    Column("score", Double, nullable=False),
    texts_column("reasons"),
    time_column("linked_at", nullable=False),
    PrimaryKeyConstraint("first", "second"),
    Index(None, "second"),
)

#: Merges, in which ``job_id`` took up ``other_job_id``, and splits, in which it took ``postings`` from it.
job_log = Table(
    "job_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("change", Text, nullable=False),
    Column("job_id", UUID(as_uuid=True), nullable=False),
    Column("other_job_id", UUID(as_uuid=True), nullable=False),
    Column("postings", ARRAY(BigInteger), nullable=False, server_default=text("'{}'")),
    Column("crawl_id", UUID(as_uuid=True)),
    time_column("logged_at", nullable=False),
    Index(None, "job_id"),
    Index(None, "other_job_id"),
)
