"""The first tables."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COMPANIES = """
CREATE TABLE companies (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT,
    logo TEXT,
    first_seen TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_companies PRIMARY KEY (id),
    CONSTRAINT uq_companies_key UNIQUE (key)
)
"""

CRAWLS = """
CREATE TABLE crawls (
    id UUID NOT NULL,
    board TEXT NOT NULL,
    arguments JSONB DEFAULT '{}' NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    outcome TEXT,
    finish_reason TEXT,
    new INTEGER DEFAULT 0 NOT NULL,
    changed INTEGER DEFAULT 0 NOT NULL,
    unchanged INTEGER DEFAULT 0 NOT NULL,
    closed INTEGER DEFAULT 0 NOT NULL,
    reopened INTEGER DEFAULT 0 NOT NULL,
    rejected INTEGER DEFAULT 0 NOT NULL,
    duplicates INTEGER DEFAULT 0 NOT NULL,
    withheld INTEGER DEFAULT 0 NOT NULL,
    requests INTEGER DEFAULT 0 NOT NULL,
    responses INTEGER DEFAULT 0 NOT NULL,
    coverage JSONB DEFAULT '{}' NOT NULL,
    stats JSONB DEFAULT '{}' NOT NULL,
    node TEXT,
    job_id TEXT,
    version TEXT,
    journal_position BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_crawls PRIMARY KEY (id)
)
"""

CRAWLS_INDEXES = (
    "CREATE INDEX ix_crawls_board_started_at ON crawls (board, started_at)",
    "CREATE INDEX ix_crawls_started_at ON crawls (started_at)",
)

HOST_STATES = """
CREATE TABLE host_states (
    host TEXT NOT NULL,
    state JSONB DEFAULT '{}' NOT NULL,
    opened_until TIMESTAMPTZ,
    hold_until TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_host_states PRIMARY KEY (host)
)
"""

CRAWL_SCOPES = """
CREATE TABLE crawl_scopes (
    crawl_id UUID NOT NULL,
    scope TEXT NOT NULL,
    board TEXT NOT NULL,
    complete BOOLEAN DEFAULT false NOT NULL,
    outcome TEXT,
    evidence TEXT,
    postings INTEGER DEFAULT 0 NOT NULL,
    new INTEGER DEFAULT 0 NOT NULL,
    changed INTEGER DEFAULT 0 NOT NULL,
    unchanged INTEGER DEFAULT 0 NOT NULL,
    closed INTEGER DEFAULT 0 NOT NULL,
    reopened INTEGER DEFAULT 0 NOT NULL,
    rejected INTEGER DEFAULT 0 NOT NULL,
    duplicates INTEGER DEFAULT 0 NOT NULL,
    withheld BOOLEAN DEFAULT false NOT NULL,
    not_modified BOOLEAN DEFAULT false NOT NULL,
    etag TEXT,
    last_modified TEXT,
    validator_url TEXT,
    finished_at TIMESTAMPTZ,
    CONSTRAINT pk_crawl_scopes PRIMARY KEY (crawl_id, scope),
    CONSTRAINT fk_crawl_scopes_crawl_id_crawls FOREIGN KEY (crawl_id) REFERENCES crawls (id) ON DELETE CASCADE
)
"""

CRAWL_SCOPES_INDEXES = (
    "CREATE INDEX ix_crawl_scopes_board_scope_finished_at ON crawl_scopes (board, scope, finished_at)",
)

POSTINGS = """
CREATE TABLE postings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    board TEXT NOT NULL,
    external_id TEXT NOT NULL,
    job_id UUID DEFAULT gen_random_uuid() NOT NULL,
    company_id BIGINT,
    url TEXT NOT NULL,
    apply_url TEXT,
    requisition_id TEXT,
    title TEXT NOT NULL,
    company TEXT,
    company_url TEXT,
    company_logo TEXT,
    location_text TEXT,
    workplace_text TEXT,
    salary_text TEXT,
    employment_text TEXT,
    description_html TEXT,
    date_posted TIMESTAMPTZ,
    valid_through TIMESTAMPTZ,
    department TEXT,
    team TEXT,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    description TEXT,
    locations JSONB DEFAULT '[]' NOT NULL,
    country TEXT,
    countries TEXT[] DEFAULT '{}' NOT NULL,
    workplace TEXT,
    remote_countries TEXT[] DEFAULT '{}' NOT NULL,
    salary_min DOUBLE PRECISION,
    salary_max DOUBLE PRECISION,
    salary_currency TEXT,
    salary_unit TEXT,
    salary_annual_min DOUBLE PRECISION,
    salary_annual_max DOUBLE PRECISION,
    salary_source TEXT,
    salary_passage TEXT,
    employment_types TEXT[] DEFAULT '{}' NOT NULL,
    seniority TEXT,
    skills TEXT[] DEFAULT '{}' NOT NULL,
    experience_min INTEGER,
    experience_max INTEGER,
    education TEXT,
    language TEXT,
    quality INTEGER,
    source TEXT,
    derived TEXT[] DEFAULT '{}' NOT NULL,
    listing_hash TEXT,
    raw JSONB,
    scope TEXT,
    content_hash BYTEA NOT NULL,
    value_hash BIGINT NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    reopened_at TIMESTAMPTZ,
    close_reason TEXT,
    first_crawl_id UUID,
    last_crawl_id UUID,
    searchable TSVECTOR GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', left(title, 1000)), 'A')
        || setweight(to_tsvector('simple', left(coalesce(company, ''), 1000)), 'B')
        || setweight(to_tsvector('simple', left(coalesce(location_text, ''), 1000)), 'C')
        || setweight(to_tsvector('simple', left(coalesce(department, ''), 1000)), 'C')
    ) STORED,
    CONSTRAINT pk_postings PRIMARY KEY (id),
    CONSTRAINT uq_postings_board_external_id UNIQUE (board, external_id),
    CONSTRAINT fk_postings_company_id_companies FOREIGN KEY (company_id) REFERENCES companies (id)
) WITH (fillfactor = 60, toast_tuple_target = 1024)
"""

POSTINGS_INDEXES = (
    "CREATE INDEX ix_postings_board_scope ON postings (board, scope) WHERE closed_at IS NULL",
    "CREATE INDEX ix_postings_closed_at ON postings (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX ix_postings_company_id ON postings (company_id)",
    "CREATE INDEX ix_postings_country_date_posted ON postings (country, date_posted)",
    "CREATE INDEX ix_postings_date_posted ON postings (date_posted)",
    "CREATE INDEX ix_postings_first_seen ON postings (first_seen)",
    "CREATE INDEX ix_postings_job_id ON postings (job_id)",
    "CREATE INDEX ix_postings_searchable ON postings USING gin (searchable)",
    "CREATE INDEX ix_postings_skills_countries ON postings USING gin (skills, countries)",
)

REJECTED_POSTINGS = """
CREATE TABLE rejected_postings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    crawl_id UUID NOT NULL,
    board TEXT NOT NULL,
    external_id TEXT,
    url TEXT,
    scope TEXT,
    reason TEXT NOT NULL,
    raw JSONB,
    fingerprint BYTEA NOT NULL,
    rejected_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_rejected_postings PRIMARY KEY (id),
    CONSTRAINT uq_rejected_postings_crawl_id_fingerprint UNIQUE (crawl_id, fingerprint),
    CONSTRAINT fk_rejected_postings_crawl_id_crawls
        FOREIGN KEY (crawl_id) REFERENCES crawls (id) ON DELETE CASCADE
)
"""

REJECTED_POSTINGS_INDEXES = (
    "CREATE INDEX ix_rejected_postings_board_rejected_at ON rejected_postings (board, rejected_at)",
)

POSTING_SEARCH = """
CREATE TABLE posting_search (
    posting_id BIGINT NOT NULL,
    searchable TSVECTOR,
    CONSTRAINT pk_posting_search PRIMARY KEY (posting_id),
    CONSTRAINT fk_posting_search_posting_id_postings
        FOREIGN KEY (posting_id) REFERENCES postings (id) ON DELETE CASCADE
)
"""

POSTING_SEARCH_INDEXES = (
    "CREATE INDEX ix_posting_search_due ON posting_search (posting_id) WHERE searchable IS NULL",
    "CREATE INDEX ix_posting_search_searchable ON posting_search USING gin (searchable)",
)

POSTING_VERSIONS = """
CREATE TABLE posting_versions (
    posting_id BIGINT NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    crawl_id UUID,
    changes JSONB NOT NULL,
    CONSTRAINT pk_posting_versions PRIMARY KEY (posting_id, version),
    CONSTRAINT fk_posting_versions_posting_id_postings
        FOREIGN KEY (posting_id) REFERENCES postings (id) ON DELETE CASCADE
)
"""

POSTING_VERSIONS_INDEXES = ("CREATE INDEX ix_posting_versions_changed_at ON posting_versions (changed_at)",)

SEARCH_POSTINGS = """
CREATE FUNCTION search_postings(query TEXT) RETURNS SETOF postings LANGUAGE sql STABLE AS $$
    SELECT p.* FROM postings p WHERE p.id IN (
        SELECT posting_id FROM posting_search WHERE searchable @@ websearch_to_tsquery('simple', query)
        UNION ALL
        SELECT q.id FROM postings q JOIN posting_search s ON s.posting_id = q.id
        WHERE s.searchable IS NULL AND q.searchable @@ websearch_to_tsquery('simple', query)
    )
$$
"""

# Compressing what a posting says with PostgreSQL's own method would cost twice as much as all the rest of storing
# it. Where the server has no quicker one, texts stay as they are.
LONG_TEXTS = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)
    ) THEN
        ALTER TABLE postings
            ALTER description SET COMPRESSION lz4,
            ALTER description_html SET COMPRESSION lz4,
            ALTER raw SET COMPRESSION lz4;
    ELSE
        ALTER TABLE postings
            ALTER description SET STORAGE EXTERNAL,
            ALTER description_html SET STORAGE EXTERNAL,
            ALTER raw SET STORAGE EXTERNAL;
    END IF;
END
$$
"""


def upgrade() -> None:
    """Companies, postings and their versions, crawls and their scopes, rejected rows, the state of sites."""

    for table in (
        COMPANIES,
        CRAWLS,
        HOST_STATES,
        CRAWL_SCOPES,
        POSTINGS,
        REJECTED_POSTINGS,
        POSTING_SEARCH,
        POSTING_VERSIONS,
    ):
        op.execute(table)

    for indexes in (
        CRAWLS_INDEXES,
        CRAWL_SCOPES_INDEXES,
        POSTINGS_INDEXES,
        REJECTED_POSTINGS_INDEXES,
        POSTING_SEARCH_INDEXES,
        POSTING_VERSIONS_INDEXES,
    ):
        for index in indexes:
            op.execute(index)
    op.execute(LONG_TEXTS)
    op.execute(SEARCH_POSTINGS)
