"""Which postings are one job: signatures, bands, links with their reasons, a log, and the best of each job."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REPOSTED_OF = "ALTER TABLE postings ADD COLUMN reposted_of BIGINT"

POSTING_SIGNATURES = """
CREATE TABLE posting_signatures (
    posting_id BIGINT NOT NULL,
    ats TEXT NOT NULL,
    company TEXT NOT NULL,
    title TEXT NOT NULL,
    ranks TEXT NOT NULL,
    places TEXT NOT NULL,
    remote BOOLEAN NOT NULL,
    requisition TEXT NOT NULL,
    apply_hash BIGINT,
    salary_min DOUBLE PRECISION,
    salary_max DOUBLE PRECISION,
    currency TEXT,
    posted INTEGER,
    language TEXT,
    letters INTEGER NOT NULL,
    sketch BYTEA NOT NULL,
    exact_keys BIGINT[] NOT NULL,
    loose_keys BIGINT[] NOT NULL,
    CONSTRAINT pk_posting_signatures PRIMARY KEY (posting_id),
    CONSTRAINT fk_posting_signatures_posting_id_postings
        FOREIGN KEY (posting_id) REFERENCES postings (id) ON DELETE CASCADE
)
"""

POSTING_BANDS = """
CREATE TABLE posting_bands (
    key BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    CONSTRAINT pk_posting_bands PRIMARY KEY (key, posting_id)
)
"""

JOB_LINKS = """
CREATE TABLE job_links (
    first BIGINT NOT NULL,
    second BIGINT NOT NULL,
    relation TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    reasons TEXT[] DEFAULT '{}' NOT NULL,
    linked_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_job_links PRIMARY KEY (first, second),
    CONSTRAINT fk_job_links_first_postings FOREIGN KEY (first) REFERENCES postings (id) ON DELETE CASCADE,
    CONSTRAINT fk_job_links_second_postings FOREIGN KEY (second) REFERENCES postings (id) ON DELETE CASCADE
)
"""
JOB_LINKS_INDEX = "CREATE INDEX ix_job_links_second ON job_links (second)"

JOB_LOG = """
CREATE TABLE job_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    change TEXT NOT NULL,
    job_id UUID NOT NULL,
    other_job_id UUID NOT NULL,
    postings BIGINT[] DEFAULT '{}' NOT NULL,
    crawl_id UUID,
    logged_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT pk_job_log PRIMARY KEY (id)
)
"""
JOB_LOG_INDEXES = (
    "CREATE INDEX ix_job_log_job_id ON job_log (job_id)",
    "CREATE INDEX ix_job_log_other_job_id ON job_log (other_job_id)",
)

#: Boards on which companies publish their own postings.
FIRST_PARTY_BOARDS = (
    *("ashby", "ats", "bamboohr", "breezy", "careersite", "comeet", "dover", "eightfold", "freshteam", "gem"),
    *(
        "greenhouse",
        "icims",
        "jazzhr",
        "jobvite",
        "join",
        "lever",
        "oracle",
        "paylocity",
        "personio",
        "pinpoint",
    ),
    *(
        "polymer",
        "recruitee",
        "rippling",
        "smartrecruiters",
        "successfactors",
        "taleo",
        "teamtailor",
        "ultipro",
    ),
    *("workable", "workday", "zohorecruit"),
)

#: Skips NULL, for the function is strict.
FIRST_KNOWN = (
    """
CREATE OR REPLACE FUNCTION earlier_of(earlier anyelement, later anyelement) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT earlier'
""",
    "CREATE OR REPLACE AGGREGATE first_known(anyelement) (SFUNC = earlier_of, STYPE = anyelement)",
)


def _best(column: str, value: str | None = None, field: str | None = None) -> str:
    """The best known value: an ATS before an aggregator, stated before derived, newer before older."""
    return (
        f"first_known({value or f'p.{column}'} ORDER BY p.aggregated, "
        f"'{field or column}' = ANY (p.derived), p.last_seen DESC, p.id) AS {column}"
    )


def _best_list(column: str) -> str:
    return _best(column, f"NULLIF(p.{column}, '{{}}')")


def _of_salary(column: str) -> str:
    """All columns of the pay come from one posting; a board's own guess counts last."""
    return (
        f"first_known(p.{column} ORDER BY p.salary_source IS NOT DISTINCT FROM 'estimated', p.aggregated, "
        f"'salary' = ANY (p.derived), p.last_seen DESC, p.id) "
        f"FILTER (WHERE p.pay_posting) AS {column}"
    )


_COLUMNS = ",\n    ".join(
    (
        _best("title"),
        _best("company"),
        _best("company_id"),
        _best("url"),
        "COALESCE("
        + _best(
            "apply_url", "CASE WHEN p.aggregated = 0 THEN COALESCE(p.apply_url, p.url) ELSE p.apply_url END"
        ).removesuffix(" AS apply_url")
        + ", "
        + _best("url").removesuffix(" AS url")
        + ") AS apply_url",
        _best("requisition_id"),
        _best("location_text"),
        _best("locations", "NULLIF(p.locations, '[]')"),
        _best("country", field="locations"),
        _best("countries", "NULLIF(p.countries, '{}')", field="locations"),
        _best("workplace"),
        _best_list("remote_countries"),
        *map(
            _of_salary,
            (
                *("salary_min", "salary_max", "salary_currency", "salary_unit", "salary_annual_min"),
                *("salary_annual_max", "salary_source"),
            ),
        ),
        _best_list("employment_types"),
        _best("seniority"),
        _best_list("skills"),
        _best("experience_min", field="experience"),
        _best("experience_max", field="experience"),
        _best("education"),
        _best("language"),
        _best("department"),
        _best("team"),
        _best_list("tags"),
        _best("description"),
        "min(p.date_posted) AS date_posted",
        _best("valid_through"),
    )
)

JOBS = f"""
CREATE VIEW jobs AS
SELECT p.job_id,
    count(*) AS postings,
    count(*) FILTER (WHERE p.closed_at IS NULL) AS open_postings,
    array_agg(DISTINCT p.board) AS boards,
    {_COLUMNS},
    min(p.first_seen) AS first_seen,
    max(p.last_seen) AS last_seen,
    CASE WHEN bool_and(p.closed_at IS NOT NULL) THEN max(p.closed_at) END AS closed_at
FROM (
    SELECT q.*, q.salary_min IS NOT NULL OR q.salary_max IS NOT NULL AS pay_posting,
        CASE WHEN q.board IN ({", ".join(f"'{board}'" for board in FIRST_PARTY_BOARDS)}) THEN 0
             WHEN s.ats <> '' THEN 1 ELSE 2 END AS aggregated
    FROM postings q LEFT JOIN posting_signatures s ON s.posting_id = q.id
) p
GROUP BY p.job_id
"""


def upgrade() -> None:
    """What matching keeps, and the view that reads it."""
    for statement in (
        REPOSTED_OF,
        POSTING_SIGNATURES,
        POSTING_BANDS,
        JOB_LINKS,
        JOB_LINKS_INDEX,
        JOB_LOG,
        *JOB_LOG_INDEXES,
        *FIRST_KNOWN,
        JOBS,
    ):
        op.execute(statement)
