"""Bands say what sets a posting apart, and signatures which job it has: postings that meet are seldom read.

Nobody's job changes.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: The marks of ``matching.keys``: of the ranks, of the first word of the city where there is one place, of the first
#: word of the company, and whether the text is a whole one.
_HASH = "(SELECT get_byte(h, 0) * 256 + get_byte(h, 1) FROM sha256(convert_to({0}, 'UTF8')) AS h) % {1} + 1"
_COMPANY = "split_part(s.company, ' ', 1)"
_CITY = "split_part(split_part(s.places, '|', 1), ' ', 1)"
MARK = f"""
(CASE WHEN s.ranks = '' THEN 0 ELSE {_HASH.format("s.ranks", 255)} END << 16)
+ (CASE WHEN position(';' IN s.places) > 0 OR {_CITY} = '' THEN 0 ELSE {_HASH.format(_CITY, 255)} END << 8)
+ (CASE WHEN {_COMPANY} = '' THEN 0 ELSE {_HASH.format(_COMPANY, 127)} END << 1)
+ (s.letters >= 1500)::integer
"""

BANDS = (
    "CREATE TEMPORARY TABLE old_bands ON COMMIT DROP AS SELECT * FROM posting_bands",
    "TRUNCATE posting_bands",
    "ALTER TABLE posting_bands DROP CONSTRAINT pk_posting_bands",
    "ALTER TABLE posting_bands RENAME posting_id TO entry",
    f"""
    INSERT INTO posting_bands
    SELECT b.key, (b.posting_id << 24) + m.mark
    FROM (SELECT s.posting_id, {MARK} AS mark FROM posting_signatures s) m
    JOIN old_bands b USING (posting_id)
    """,
    "ALTER TABLE posting_bands ADD CONSTRAINT pk_posting_bands PRIMARY KEY (key, entry)",
)
SIGNATURES = (
    """
    CREATE TEMPORARY TABLE old_signatures ON COMMIT DROP AS
    SELECT s.*, p.job_id, floor(extract(epoch FROM p.first_seen) / 86400)::integer AS first_day, p.board, p.external_id
    FROM posting_signatures s JOIN postings p ON p.id = s.posting_id
    """,
    "TRUNCATE posting_signatures",
    """
    ALTER TABLE posting_signatures DROP COLUMN exact_keys, DROP COLUMN loose_keys, ADD COLUMN job_id UUID NOT NULL,
        ADD COLUMN first_day INTEGER NOT NULL, ADD COLUMN board TEXT NOT NULL, ADD COLUMN external_id TEXT NOT NULL,
        ADD COLUMN keys BIGINT[] NOT NULL
    """,
    """
    INSERT INTO posting_signatures (posting_id, ats, company, title, ranks, places, remote, requisition, apply_hash,
        salary_min, salary_max, currency, posted, language, letters, sketch, job_id, first_day, board, external_id,
        keys)
    SELECT posting_id, ats, company, title, ranks, places, remote, requisition, apply_hash, salary_min, salary_max,
        currency, posted, language, letters, sketch, job_id, first_day, board, external_id, exact_keys || loose_keys
    FROM old_signatures ORDER BY posting_id
    """,
    "CREATE INDEX ix_posting_signatures_job_id ON posting_signatures (job_id)",
)


def upgrade() -> None:
    """By way of temporary tables: what others granted or built on these tables stays."""
    for statement in (*BANDS, *SIGNATURES):
        op.execute(statement)
    op.execute(
        "CREATE INDEX ix_postings_closed ON postings (id) INCLUDE (closed_at) WHERE closed_at IS NOT NULL"
    )
