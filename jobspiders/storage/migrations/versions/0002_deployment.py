"""Jobs, nodes and deployed versions of Scrapyd, schedules, and the turns that crawls take at a site."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCRAPYD_NODES = """
CREATE TABLE scrapyd_nodes (
    name TEXT NOT NULL,
    instance UUID NOT NULL,
    address TEXT,
    slots INTEGER NOT NULL,
    running INTEGER DEFAULT 0 NOT NULL,
    version TEXT,
    started_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_scrapyd_nodes PRIMARY KEY (name)
)
"""

SCRAPYD_JOBS = """
CREATE TABLE scrapyd_jobs (
    project TEXT NOT NULL,
    job_id TEXT NOT NULL,
    spider TEXT NOT NULL,
    version TEXT,
    arguments JSONB DEFAULT '{}' NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    priority DOUBLE PRECISION DEFAULT 0 NOT NULL,
    wanted_node TEXT,
    schedule TEXT,
    state TEXT NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL,
    not_before TIMESTAMPTZ,
    node TEXT,
    instance UUID,
    attempts INTEGER DEFAULT 0 NOT NULL,
    cancel_signal TEXT,
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    result TEXT,
    CONSTRAINT pk_scrapyd_jobs PRIMARY KEY (project, job_id)
)
"""

SCRAPYD_JOBS_INDEXES = (
    "CREATE INDEX ix_scrapyd_jobs_pending ON scrapyd_jobs (project, priority DESC, queued_at, job_id) "
    "WHERE state = 'pending'",
    "CREATE INDEX ix_scrapyd_jobs_running ON scrapyd_jobs (node) WHERE state = 'running'",
    "CREATE INDEX ix_scrapyd_jobs_ended_at ON scrapyd_jobs (ended_at) WHERE state = 'ended'",
)

SCRAPYD_EGGS = """
CREATE TABLE scrapyd_eggs (
    project TEXT NOT NULL,
    version TEXT NOT NULL,
    egg BYTEA NOT NULL,
    digest TEXT NOT NULL,
    deployed_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_scrapyd_eggs PRIMARY KEY (project, version)
)
"""

CRAWL_SCHEDULES = """
CREATE TABLE crawl_schedules (
    name TEXT NOT NULL,
    board TEXT NOT NULL,
    arguments JSONB DEFAULT '{}' NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    jitter DOUBLE PRECISION DEFAULT 0 NOT NULL,
    priority DOUBLE PRECISION DEFAULT 0 NOT NULL,
    node TEXT,
    sites TEXT[] DEFAULT '{}' NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    last_job_id TEXT,
    last_at TIMESTAMPTZ,
    last_decision TEXT,
    CONSTRAINT pk_crawl_schedules PRIMARY KEY (name)
)
"""

CRAWL_SCHEDULES_INDEX = "CREATE INDEX ix_crawl_schedules_next_at ON crawl_schedules (next_at)"

#: Unlogged: after a crash of the server a site's turns simply begin anew.
SITE_TURNS = """
CREATE UNLOGGED TABLE site_turns (
    site TEXT NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_site_turns PRIMARY KEY (site)
) WITH (fillfactor = 50)
"""

CRAWLS_JOB_INDEX = "CREATE INDEX ix_crawls_job_id ON crawls (job_id) WHERE job_id IS NOT NULL"


def upgrade() -> None:
    """What runs beside Scrapyd needs tables that all nodes share."""
    for statement in (
        SCRAPYD_NODES,
        SCRAPYD_JOBS,
        *SCRAPYD_JOBS_INDEXES,
        SCRAPYD_EGGS,
        CRAWL_SCHEDULES,
        CRAWL_SCHEDULES_INDEX,
        SITE_TURNS,
        CRAWLS_JOB_INDEX,
    ):
        op.execute(statement)
