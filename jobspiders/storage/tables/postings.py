"""Companies, postings, and what is kept of postings: their search text, versions, rechecks, rejections, erasures."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR, UUID

from jobspiders.storage.tables.columns import count_column, metadata, texts_column, time_column

#: What full-text search finds at once. The description costs a hundred times more and comes later, in
#: posting_search. The cuts keep a hostile text below the 1 MB that a tsvector holds.
SEARCHABLE = (
    "setweight(to_tsvector('simple'::regconfig, left(title, 1000)), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(company, ''), 1000)), 'B') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(location_text, ''), 1000)), 'C') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(department, ''), 1000)), 'C')"
)

companies = Table(
    "companies",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("logo", Text),
    time_column("first_seen", nullable=False),
    UniqueConstraint("key"),
)

#: No index holds last_seen, last_crawl_id or the hashes: seeing a posting again then rewrites one short row
#: in place (a heap-only update) and touches no index. The low toast target keeps that row short, and the low
#: fill factor leaves it room; the long texts, which are most of the data, lie elsewhere.
postings = Table(
    "postings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("board", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("job_id", UUID(as_uuid=True), nullable=False, server_default=text("gen_random_uuid()")),
    Column("company_id", BigInteger, ForeignKey("companies.id")),
    Column("url", Text, nullable=False),
    Column("apply_url", Text),
    Column("requisition_id", Text),
    Column("title", Text, nullable=False),
    Column("company", Text),
    Column("company_url", Text),
    Column("company_logo", Text),
    Column("location_text", Text),
    Column("workplace_text", Text),
    Column("salary_text", Text),
    Column("employment_text", Text),
    Column("description_html", Text),
    time_column("date_posted"),
    time_column("valid_through"),
    Column("department", Text),
    Column("team", Text),
    texts_column("tags"),
    Column("description", Text),
    Column("locations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("country", Text),
    texts_column("countries"),
    Column("workplace", Text),
    texts_column("remote_countries"),
    Column("salary_min", Float(53)),
    Column("salary_max", Float(53)),
    Column("salary_currency", Text),
    Column("salary_unit", Text),
    Column("salary_annual_min", Float(53)),
    Column("salary_annual_max", Float(53)),
    Column("salary_source", Text),
    Column("salary_passage", Text),
    texts_column("employment_types"),
    Column("seniority", Text),
    texts_column("skills"),
    Column("experience_min", Integer),
    Column("experience_max", Integer),
    Column("education", Text),
    Column("language", Text),
    Column("quality", Integer),
    Column("source", Text),
    texts_column("derived"),
    Column("normaliser_version", Integer),
    Column("listing_hash", Text),
    Column("row_hash", Text),
    time_column("detail_fetched_at"),
    Column("raw", JSONB),
    Column("scope", Text),
    Column("content_hash", LargeBinary, nullable=False),
    Column("value_hash", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    time_column("first_seen", nullable=False),
    time_column("last_seen", nullable=False),
    time_column("closed_at"),
    time_column("reopened_at"),
    Column("close_reason", Text),
    Column("first_crawl_id", UUID(as_uuid=True)),
    Column("last_crawl_id", UUID(as_uuid=True)),
    Column("searchable", TSVECTOR, Computed(SEARCHABLE, persisted=True)),
    Column("reposted_of", BigInteger),
    UniqueConstraint("board", "external_id"),
    Index(None, "job_id"),
    Index(None, "company_id"),
    Index(None, "date_posted"),
    Index(None, "country", "date_posted"),
    # what stands in an index besides its key, none of which changes when a posting is merely seen again, lets
    # reports over weeks do without the table
    Index(None, "first_seen", postgresql_include=["company_id", "job_id", "closed_at"]),
    Index(
        *(None, "closed_at"),
        postgresql_where=text("closed_at IS NOT NULL"),
        postgresql_include=["seniority", "first_seen"],
    ),
    Index(
        *("ix_postings_closed", "id"),
        postgresql_where=text("closed_at IS NOT NULL"),
        postgresql_include=["closed_at"],
    ),
    Index("ix_postings_reposts", "first_seen", postgresql_where=text("reposted_of IS NOT NULL")),
    Index(None, "board", "scope", postgresql_where=text("closed_at IS NULL")),
    Index(None, "skills", "countries", postgresql_using="gin"),
    Index(None, "searchable", postgresql_using="gin"),
    postgresql_with={"fillfactor": 60, "toast_tuple_target": 1024},
)

#: Full-text search over everything. A new or changed posting has NULL here until the writer finds time.
posting_search = Table(
    "posting_search",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Column("searchable", TSVECTOR),
    Index(None, "searchable", postgresql_using="gin"),
    Index("ix_posting_search_due", "posting_id", postgresql_where=text("searchable IS NULL")),
)

posting_versions = Table(
    "posting_versions",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    time_column("changed_at", nullable=False),
    Column("crawl_id", UUID(as_uuid=True)),
    Column("changes", JSONB, nullable=False),
    PrimaryKeyConstraint("posting_id", "version"),
    Index(None, "changed_at"),
)

#: When `scrapy recheck` last asked for the posting's own page, and how often in vain since the posting was last seen.
posting_rechecks = Table(
    "posting_rechecks",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    time_column("checked_at", nullable=False),
    count_column("attempts"),
)

rejected_postings = Table(
    "rejected_postings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("crawl_id", UUID(as_uuid=True), ForeignKey("crawls.id", ondelete="CASCADE"), nullable=False),
    Column("board", Text, nullable=False),
    Column("external_id", Text),
    Column("url", Text),
    Column("scope", Text),
    Column("reason", Text, nullable=False),
    Column("raw", JSONB),
    Column("fingerprint", LargeBinary, nullable=False),
    time_column("rejected_at", nullable=False),
    UniqueConstraint("crawl_id", "fingerprint"),
    Index(None, "board", "rejected_at"),
)

#: What was erased on request and is kept out: digests of a posting's identity, an address or a company. All
#: entries of one request carry its id and are lifted together.
suppressions = Table(
    "suppressions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("request", UUID(as_uuid=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    time_column("asked_at", nullable=False),
    UniqueConstraint("request", "digest"),
    Index(None, "digest"),
)
