"""The tables, as SQLAlchemy metadata; migrations change a database, and a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: What full-text search finds at once. The description costs a hundred times more and comes later, in
#: posting_search. The cuts keep a hostile text below the 1 MB that a tsvector holds.
SEARCHABLE = (
    "setweight(to_tsvector('simple'::regconfig, left(title, 1000)), 'A') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(company, ''), 1000)), 'B') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(location_text, ''), 1000)), 'C') || "
    "setweight(to_tsvector('simple'::regconfig, left(coalesce(department, ''), 1000)), 'C')"
)


def _time(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _texts(name: str) -> Column[object]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def _count(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _object(name: str) -> Column[object]:
    return Column(name, JSONB, nullable=False, server_default=text("'{}'"))


companies = Table(
    "companies",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("logo", Text),
    _time("first_seen", nullable=False),
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
    _time("date_posted"),
    _time("valid_through"),
    Column("department", Text),
    Column("team", Text),
    _texts("tags"),
    Column("description", Text),
    Column("locations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("country", Text),
    _texts("countries"),
    Column("workplace", Text),
    _texts("remote_countries"),
    Column("salary_min", Float(53)),
    Column("salary_max", Float(53)),
    Column("salary_currency", Text),
    Column("salary_unit", Text),
    Column("salary_annual_min", Float(53)),
    Column("salary_annual_max", Float(53)),
    Column("salary_source", Text),
    Column("salary_passage", Text),
    _texts("employment_types"),
    Column("seniority", Text),
    _texts("skills"),
    Column("experience_min", Integer),
    Column("experience_max", Integer),
    Column("education", Text),
    Column("language", Text),
    Column("quality", Integer),
    Column("source", Text),
    _texts("derived"),
    Column("normaliser_version", Integer),
    Column("listing_hash", Text),
    _time("detail_fetched_at"),
    Column("raw", JSONB),
    Column("scope", Text),
    Column("content_hash", LargeBinary, nullable=False),
    Column("value_hash", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
    _time("first_seen", nullable=False),
    _time("last_seen", nullable=False),
    _time("closed_at"),
    _time("reopened_at"),
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
    _time("changed_at", nullable=False),
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
    _time("checked_at", nullable=False),
    _count("attempts"),
)

#: What matching knows of a posting, and the keys under which it stands in posting_bands.
posting_signatures = Table(
    "posting_signatures",
    metadata,
    Column("posting_id", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
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
    Column("exact_keys", ARRAY(BigInteger), nullable=False),
    Column("loose_keys", ARRAY(BigInteger), nullable=False),
)

#: Postings by what they may have in common. Without a foreign key, which would cost as much as the row.
posting_bands = Table(
    "posting_bands",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("posting_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("key", "posting_id"),
)

#: Why two postings are one job (``duplicate``), or why the later one follows the earlier (``repost``).
job_links = Table(
    "job_links",
    metadata,
    Column("first", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    Column("second", BigInteger, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    Column("relation", Text, nullable=False),
    Column("score", Double, nullable=False),
    _texts("reasons"),
    _time("linked_at", nullable=False),
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
    _time("logged_at", nullable=False),
    Index(None, "job_id"),
    Index(None, "other_job_id"),
)

crawls = Table(
    "crawls",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("board", Text, nullable=False),
    _object("arguments"),
    _time("started_at", nullable=False),
    _time("updated_at"),
    _time("finished_at"),
    Column("outcome", Text),
    Column("finish_reason", Text),
    _count("new"),
    _count("changed"),
    _count("unchanged"),
    _count("closed"),
    _count("reopened"),
    _count("rejected"),
    _count("duplicates"),
    _count("withheld"),
    _count("requests"),
    _count("responses"),
    _object("coverage"),
    _object("stats"),
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
    _count("postings"),
    _count("new"),
    _count("changed"),
    _count("unchanged"),
    _count("closed"),
    _count("reopened"),
    _count("rejected"),
    _count("duplicates"),
    Column("withheld", Boolean, nullable=False, server_default=text("false")),
    Column("not_modified", Boolean, nullable=False, server_default=text("false")),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validator_url", Text),
    Column("read_to", Text),
    _time("finished_at"),
    PrimaryKeyConstraint("crawl_id", "scope"),
    Index(None, "board", "scope", "finished_at"),
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
    _time("rejected_at", nullable=False),
    UniqueConstraint("crawl_id", "fingerprint"),
    Index(None, "board", "rejected_at"),
)

host_states = Table(
    "host_states",
    metadata,
    Column("host", Text, primary_key=True),
    _object("state"),
    _time("opened_until"),
    _time("hold_until"),
    _time("updated_at", nullable=False),
)

#: The Scrapyd nodes that are or were alive; ``instance`` is new with each start of one.
scrapyd_nodes = Table(
    "scrapyd_nodes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("instance", UUID(as_uuid=True), nullable=False),
    Column("address", Text),
    Column("slots", Integer, nullable=False),
    _count("running"),
    Column("version", Text),
    _time("started_at", nullable=False),
    _time("seen_at", nullable=False),
)

#: The queue that all nodes take from, and what became of each job. ``state``: pending, running, ended.
scrapyd_jobs = Table(
    "scrapyd_jobs",
    metadata,
    Column("project", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("spider", Text, nullable=False),
    Column("version", Text),
    _object("arguments"),
    _object("settings"),
    Column("priority", Double, nullable=False, server_default=text("0")),
    Column("wanted_node", Text),
    Column("schedule", Text),
    Column("state", Text, nullable=False),
    _time("queued_at", nullable=False),
    _time("not_before"),
    Column("node", Text),
    Column("instance", UUID(as_uuid=True)),
    _count("attempts"),
    Column("cancel_signal", Text),
    _time("started_at"),
    _time("ended_at"),
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
    _time("deployed_at", nullable=False),
    PrimaryKeyConstraint("project", "version"),
)

#: What `scrapy schedule sync` read from searches.toml, and when each search is due. ``jitter`` is in seconds.
crawl_schedules = Table(
    "crawl_schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("board", Text, nullable=False),
    _object("arguments"),
    _object("settings"),
    Column("cron", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("jitter", Double, nullable=False, server_default=text("0")),
    Column("priority", Double, nullable=False, server_default=text("0")),
    Column("node", Text),
    _texts("sites"),
    _time("next_at", nullable=False),
    Column("last_job_id", Text),
    _time("last_at"),
    Column("last_decision", Text),
    Index(None, "next_at"),
)

#: When the next request to a site may leave, of all processes on all nodes.
site_turns = Table(
    "site_turns",
    metadata,
    Column("site", Text, primary_key=True),
    _time("next_at", nullable=False),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
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
    _object("numbers"),
    Column("evidence", Text),
    Column("field", Text),
    Column("old", Text),
    Column("new", Text),
    Column("next_step", Text),
    _texts("consequences"),
    _time("found_at", nullable=False),
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
    _time("seen_at", nullable=False),
    _time("changed_at"),
    PrimaryKeyConstraint("board", "stage", "source"),
)

#: Places at a site that requests under way have, of all processes on all nodes.
site_places = Table(
    "site_places",
    metadata,
    Column("site", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("holder", UUID(as_uuid=True), nullable=False),
    _time("until", nullable=False),
    prefixes=["UNLOGGED"],
    postgresql_with={"fillfactor": 50},
)

#: Whether a board is well or bad, and what was said of it. ``due_at``: when what is not said yet must be.
board_alerts = Table(
    "board_alerts",
    metadata,
    Column("board", Text, primary_key=True),
    Column("status", Text, nullable=False),
    _time("since", nullable=False),
    _time("judged_at", nullable=False),
    _time("due_at"),
    _time("announced_at"),
    _time("reminded_at"),
    _object("detail"),
)

alert_messages = Table(
    "alert_messages",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    _texts("boards"),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    _time("made_at", nullable=False),
    Index(None, "made_at"),
)

#: The outbox: a row for each message and channel. ``channel`` is a digest of the channel's URL, which is a secret.
alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("message_id", BigInteger, ForeignKey("alert_messages.id", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    _count("attempts"),
    _time("next_try_at", nullable=False),
    _time("sent_at"),
    Column("error", Text),
    PrimaryKeyConstraint("message_id", "channel"),
    Index("ix_alert_deliveries_pending", "channel", "message_id", postgresql_where=text("state = 'pending'")),
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
    _object("figures"),
    _time("computed_at", nullable=False),
    PrimaryKeyConstraint("board", "day"),
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
    _time("asked_at", nullable=False),
    UniqueConstraint("request", "digest"),
    Index(None, "digest"),
)
