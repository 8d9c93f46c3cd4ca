"""When a posting's own page was read, how far a list was read, and what `scrapy recheck` has asked for."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

POSTING_RECHECKS = """
CREATE TABLE posting_rechecks (
    posting_id BIGINT NOT NULL,
    checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_posting_rechecks PRIMARY KEY (posting_id),
    CONSTRAINT fk_posting_rechecks_posting_id_postings
        FOREIGN KEY (posting_id) REFERENCES postings (id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    """Columns without a default: no table is rewritten."""
    op.execute("ALTER TABLE postings ADD COLUMN detail_fetched_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE crawl_scopes ADD COLUMN read_to TEXT")
    op.execute(POSTING_RECHECKS)
