"""Indexes that answer reports over weeks without the table.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = (
    (
        "ix_postings_first_seen",
        "CREATE INDEX ix_postings_first_seen ON postings (first_seen) INCLUDE (company_id, job_id, closed_at)",
    ),
    (
        "ix_postings_closed_at",
        "CREATE INDEX ix_postings_closed_at ON postings (closed_at) INCLUDE (seniority, first_seen) "
        "WHERE closed_at IS NOT NULL",
    ),
)


def upgrade() -> None:
    """Each index is made anew; until then the queries read the table."""
    for name, new in INDEXES:
        op.execute(f"DROP INDEX {name}")
        op.execute(new)
    op.execute("CREATE INDEX ix_postings_reposts ON postings (first_seen) WHERE reposted_of IS NOT NULL")
